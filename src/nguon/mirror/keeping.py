# SPDX-License-Identifier: Apache-2.0
"""A mirror's own folder: the copy, the map, notes kept as evidence, and what it has to say.

``log/`` is the copy as it is served, ``map.sqlite`` is built again where it is missing,
``evidence/`` has notes that contradict each other, ``status.json`` is for whoever watches.
"""

from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from nguon.archive.durable import sync
from nguon.base.errors import NguonError
from nguon.base.messages import catalogue, text
from nguon.base.time import from_microseconds, rfc3339

_ALARMS = 1000
"""Alarms kept in the status; the first ones stay."""
_STATUS = "status.json"


class Said(msgspec.Struct, frozen=True):
    """An alarm or a trouble, for machines and in words."""

    time: str
    code: str
    params: dict[str, str]
    vi: str
    en: str


class Waiting(msgspec.Struct, frozen=True):
    """Something that should have happened, and since when it was awaited."""

    what: int
    since: int


class Status(msgspec.Struct, frozen=True):
    """How a mirror stands."""

    url: str = ""
    origin: str = ""
    size: int = 0
    map_size: int = 0
    """Entries that the newest compared head of the map covers."""
    looked: str = ""
    """When the log answered and all was well."""
    stopped: bool = False
    """The log forked: it is no longer followed. Delete this file to follow again."""
    trouble: Said | None = None
    uncovered: Waiting | None = None
    """The oldest entry about things that no head of the map covers."""
    unwitnessed: Waiting | None = None
    """The size that has no quorum yet."""
    alarms: tuple[Said, ...] = ()


class Home:
    """The folder of a mirror."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / "log"
        self.map = path / "map.sqlite"
        self.status_file = path / _STATUS
        self.evidence = path / "evidence"

    def status(self) -> Status:
        """What was said last; a new status where there is none or it cannot be read."""
        try:
            return msgspec.json.decode(self.status_file.read_bytes(), type=Status)
        except (OSError, msgspec.DecodeError):
            return Status()

    def keep_status(self, status: Status) -> None:
        """Replace it, whole and durable."""
        self.path.mkdir(parents=True, exist_ok=True)
        beside = self.status_file.with_suffix(".new")
        beside.write_bytes(msgspec.json.format(msgspec.json.encode(status)) + b"\n")
        sync(self.path, [beside])
        beside.replace(self.status_file)

    def keep_evidence(self, now: int, *notes: bytes) -> None:
        """Keep notes, each once, for good."""
        self.evidence.mkdir(parents=True, exist_ok=True)
        for note in notes:
            name = sha256(note).hexdigest()[:16]
            if any(self.evidence.glob(f"*-{name}.note")):
                continue
            place = self.evidence / f"{now}-{name}.note"
            place.write_bytes(note)
            sync(self.path, [place])


def said(error: NguonError, now: int) -> Said:
    """The words for an error."""
    params: dict[str, Any] = error.params
    known = error.code in catalogue("en")
    vi, en = (text(error.code, each, **params) if known else str(error) for each in ("vi", "en"))
    told = {name: str(value) for name, value in params.items()}
    return Said(moment(now), error.code, told, vi, en)


def moment(now: int) -> str:
    """Seconds since 1970 as they are written in the status."""
    return rfc3339(from_microseconds(now * 1_000_000))


def with_alarm(status: Status, alarm: Said) -> Status:
    """The status with one alarm more; the same where it is known already."""
    if known_alarm(status, alarm) or len(status.alarms) >= _ALARMS:
        return status
    return msgspec.structs.replace(status, alarms=(*status.alarms, alarm))


def known_alarm(status: Status, alarm: Said) -> bool:
    """Whether this was said before."""
    return any((each.code, each.params) == (alarm.code, alarm.params) for each in status.alarms)
