# SPDX-License-Identifier: Apache-2.0
"""What a scrub finds, and where it is: kept in a file that is no part of what is looked at."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

MOST = 1000
"""Findings of one round that are kept; of more only the number is."""


class Finding(msgspec.Struct, frozen=True):
    """Something that is not what it must be; ``code`` is a message's (catalogue ``scrub``)."""

    code: str
    place: str
    """Table and column, kind of index row, or path of a file."""
    seq: int = 0
    """Number of the log entry, 0 where it is about none."""
    event: int = 0
    """Number of the event, likewise."""


class Round(msgspec.Struct, frozen=True):
    """A whole round: seconds since 1970, what was compared, how much was found."""

    number: int
    begun: float
    ended: float
    checked: dict[str, int]
    found: int
    findings: tuple[Finding, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it took, rests included."""
        return self.ended - self.begun


class Report(msgspec.Struct):
    """Where the scrub is, what it found in this round, and how the last one ended."""

    number: int = 1
    begun: float = 0.0
    part: str = ""
    at: list[Any] = []
    checked: dict[str, int] = {}
    found: int = 0
    findings: list[Finding] = []
    last: Round | None = None

    @property
    def sound(self) -> bool:
        """Nothing was found, in this round or the last."""
        return not self.found and (self.last is None or not self.last.found)

    def add(self, findings: Sequence[Finding]) -> list[Finding]:
        """Take up findings, each once; gives those that are new in this round."""
        known = set(self.findings)
        new = [one for one in dict.fromkeys(findings) if one not in known]
        self.found += len(new)
        self.findings += new[: MOST - len(self.findings)]
        return new

    def count(self, part: str, things: int) -> None:
        """So many more were compared."""
        self.checked[part] = self.checked.get(part, 0) + things

    def end(self, now: float) -> Round:
        """End the round and begin the next."""
        done = Round(self.number, self.begun, now, self.checked, self.found, tuple(self.findings))
        self.last, self.number, self.begun = done, self.number + 1, now
        self.part, self.at, self.checked = "", [], {}
        self.found, self.findings = 0, []
        return done


def read(path: Path) -> Report:
    """The report in a file; a new one where there is none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except (OSError, msgspec.DecodeError):
        return Report()


def write(path: Path, report: Report) -> None:
    """Keep a report; raises `OSError`."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    beside.replace(path)
