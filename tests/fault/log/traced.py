# SPDX-License-Identifier: Apache-2.0
"""A process whose system calls strace counts and lets fail, one at a time."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

SCRIPT = Path(__file__).with_name("scripted.py")
WRITING = (
    "openat,link,linkat,mkdir,mkdirat,rename,renameat,renameat2,fsync,fdatasync,syncfs,"
    "write,pwrite64,unlink,unlinkat,rmdir,ftruncate,fchmod"
)
READING = "read,pread64,newfstatat,fstat,lseek,flock"
EVERY = "NGUON_EVERY_FAULT"
"""Where it is set, every call fails once; else so many of them as a test asks for."""

_CALL = re.compile(r"(\w+)\((.*)\)\s+= ")


class Call(NamedTuple):
    """The ``at``-th call of this name that a process does."""

    name: str
    at: int


class Traced:
    """Starts processes under strace."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._trace = work / "trace"
        with (work / "said").open("w") as said:
            self._script = subprocess.Popen(
                [sys.executable, SCRIPT],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                cwd="/",
            )

    def run(self, words: list[str], calls: str, fault: str | None = None) -> int:
        """Run one story, perhaps with a fault; gives its exit code, negative for a signal."""
        self._say(" ".join(words))
        pid = self._hear()
        injected = [] if fault is None else ["-e", f"inject={fault}"]
        command = [
            "strace",
            "-y",
            "-o",
            str(self._trace),
            "-e",
            f"trace={calls}",
            *injected,
            "-p",
            pid,
        ]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            said = strace.stderr.readline()
            assert "attached" in said, said
            self._say("go")
            ended = int(self._hear())
            strace.stderr.read()
        return ended

    def calls(self, folder: Path) -> list[Call]:
        """The calls of the last run that touch files under a folder."""
        counted: Counter[str] = Counter()
        found = []
        for line in self._trace.read_text("utf-8", "replace").splitlines():
            match = _CALL.match(line)
            if match is not None:
                counted[match[1]] += 1
                if str(folder) in match[2]:
                    found.append(Call(match[1], counted[match[1]]))
        return found

    def hit(self, folder: Path) -> bool:
        """Whether the fault of the last run met a file under the folder."""
        lines = self._trace.read_text("utf-8", "replace").splitlines()
        return any("(INJECTED)" in line and str(folder) in line for line in lines)

    def said(self) -> str:
        """What the script complained of."""
        return (self._work / "said").read_text()

    def close(self) -> None:
        """End the script."""
        assert self._script.stdin is not None
        assert self._script.stdout is not None
        self._script.stdin.close()
        self._script.wait(30)
        self._script.stdout.close()

    def _say(self, line: str) -> None:
        assert self._script.stdin is not None
        self._script.stdin.write(line + "\n")
        self._script.stdin.flush()

    def _hear(self) -> str:
        assert self._script.stdout is not None
        return self._script.stdout.readline().strip()


@contextmanager
def traced(work: Path) -> Iterator[Traced]:
    """A strace that may trace; without it the test is skipped, in CI it fails."""
    missing = None if shutil.which("strace") else "no strace: real faults were not injected"
    if missing is None:
        probe = subprocess.run(
            ["strace", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False
        )
        missing = f"strace may not trace here: {probe.stderr}" if probe.returncode else None
    if missing is not None:
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    one = Traced(work)
    try:
        yield one
    finally:
        one.close()


def sampled(calls: list[Call], most: int) -> list[Call]:
    """All of them, or so many evenly spread."""
    if os.environ.get(EVERY) or len(calls) <= most:
        return calls
    return [calls[at * len(calls) // most] for at in range(most)]
