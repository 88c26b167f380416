# SPDX-License-Identifier: Apache-2.0
"""The process that signs is killed, again and again; two of them run at once. Never a fork,
never an acknowledged record without its place.
"""

import random
import subprocess
import sys
import time
from pathlib import Path

from nguon.store import Store, open_store
from nguon.tlog.auditing import audit
from tests.tlog_made import made

CHILD = Path(__file__).parents[1] / "integration" / "tlog" / "turning_process.py"


def started(url: str, folder: Path, first: int) -> subprocess.Popen[str]:
    words = [sys.executable, str(CHILD), url, str(folder), str(first)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def ended(*children: subprocess.Popen[str]) -> list[list[str]]:
    """Kill them, and what they said, whole lines alone."""
    for child in children:
        child.kill()
    said = []
    for child in children:
        out, _ = child.communicate(timeout=30)
        said += [line.split() for line in out.splitlines(keepends=True) if line.endswith("\n")]
    return said


def check_sound(store: Store, folder: Path, said: list[list[str]]) -> None:
    """One root for each size, everything acknowledged is there and signed, nothing is damaged."""
    roots: dict[str, set[str]] = {}
    for words in said:
        if words[0] == "signed":
            roots.setdefault(words[1], set()).add(words[2])
    assert all(len(some) == 1 for some in roots.values())
    tlog = made(store, folder)
    signed = tlog.turn()
    acknowledged = max(int(words[1]) for words in said if words[0] == "recorded")
    assert signed.size == store.log.head().seq >= acknowledged
    assert signed.size >= max(map(int, roots), default=0)
    assert store.log.gaps() == []
    assert [str(error) for error in audit(tlog, tlog.current())] == []
    tlog.close()


def test_killed_again_and_again(database_url: str, tmp_path: Path) -> None:
    chance, said = random.Random(5), []
    folder = tmp_path / "kept"
    for kill in range(10 if database_url.startswith("sqlite") else 4):
        child = started(database_url, folder, (kill + 1) * 10_000_000)
        assert child.stdout is not None
        said.append(child.stdout.readline().split())
        time.sleep(chance.random() * 0.25)
        said += ended(child)
    with open_store(database_url) as store:
        check_sound(store, folder, said)


def test_two_processes_at_once(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    both = [started(database_url, folder, first * 10_000_000) for first in (1, 2)]
    said = []
    for child in both:
        assert child.stdout is not None
        said.append(child.stdout.readline().split())
    time.sleep(1)
    said += ended(*both)
    with open_store(database_url) as store:
        check_sound(store, folder, said)
