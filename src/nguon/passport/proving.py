# SPDX-License-Identifier: Apache-2.0
"""What of a passport the log can prove: which entries are about the item, and which are shown.

The log's map says how many entries an item has; those that a reader may not see are counted,
never passed over.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

import msgspec

from nguon.base.audience import Audience
from nguon.epcis.model import Event
from nguon.evidence.package import Package
from nguon.store.values import EntryKind, LogEntry, StoredEvent
from nguon.tlog.packages import package
from nguon.tlog.parts import parts
from nguon.tlog.receipts import number_of
from nguon.tlog.service import Tlog
from nguon.trace import stages
from nguon.trace.entries import Completing, Seen, seen_of
from nguon.trace.telling import ilmd_of


class Sight(StrEnum):
    """Whether a reader sees the record of an entry."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    ERASED = "erased"


class Line(msgspec.Struct, frozen=True):
    """An entry of the log: its receipt's number; time and stage of its record where shown."""

    number: str
    sight: Sight
    time: datetime | None = None
    stage: str | None = None


class Listed(msgspec.Struct, frozen=True):
    """A part of the log: up to how many entries its map says what the item has, and how many."""

    shard: str
    size: int
    count: int


class Proving(msgspec.Struct, frozen=True):
    """What can be proved of an item to a reader."""

    key: str
    own: tuple[Line, ...]
    """Entries about the item itself."""
    others: tuple[Line, ...]
    """Entries of other records that its passport shows: of what it was made of, of carriers."""
    proved: tuple[Listed, ...]
    later: int = 0
    """Entries about the item that the map does not cover yet."""
    parts: tuple[str, ...] = ()
    """The parts of the log with a package each, oldest first."""
    truncated: bool = False
    """There are more entries of other records, or more that the reader may see, than are shown."""

    def count(self, sight: Sight) -> int:
        """How many entries about the item are seen like that."""
        return sum(line.sight is sight for line in self.own)

    @property
    def whole(self) -> bool:
        """The map covers every entry about the item, and all of them are shown."""
        return bool(self.proved) and not self.later and self.count(Sight.SHOWN) == len(self.own)


def proving(
    tlog: Tlog, completing: Completing | None, key: str, audience: Audience
) -> Proving | None:
    """What a reader can have proved of an item; None where its passport shows nothing.

    Raises `LogError` where the log, its map and the store's index do not agree.
    """
    seen = seen_of(tlog.store, completing, key, audience)
    if seen is None or not tlog.shards():
        return None
    listed = seen.listed
    return Proving(
        key,
        tuple(_lines(tlog, seen.own, seen.shown)),
        tuple(_lines(tlog, seen.others, seen.shown)),
        tuple(Listed(one.shard.name, one.head.size, len(one.list)) for one in seen.lists),
        sum(entry.seq not in listed for entry in seen.own) if seen.lists else 0,
        tuple(shard.name for shard in tlog.shards() if shard.name in _named(tlog, seen)),
        seen.truncated,
    )


def _named(tlog: Tlog, seen: Seen) -> set[str]:
    """The parts of the log in which there are entries to prove, or that there are none."""
    entries = {tlog.shard_of(entry.seq).name for entry in (*seen.own, *seen.others)}
    return entries | {one.shard.name for one in seen.lists}


def packed(
    tlog: Tlog,
    completing: Completing | None,
    key: str,
    audience: Audience,
    part: str = "",
) -> Package | None:
    """The package of an item's entries in a part of the log; in the newest that has some.

    With what opens the entries of records that the reader may see whole. None where there is
    nothing to prove yet. Raises `LogError`, likewise.
    """
    seen = seen_of(tlog.store, completing, key, audience)
    if seen is None:
        return None
    inside = parts(tlog.store, audience, [entry.seq for entry in (*seen.own, *seen.others)])
    for shard in reversed(tlog.shards()):
        if part not in {"", shard.name}:
            continue
        made = package(tlog, shard, inside, seen.lists)
        if made is not None:
            return made
    return None


def _lines(
    tlog: Tlog, entries: Iterable[LogEntry], shown: dict[int, StoredEvent]
) -> Iterator[Line]:
    for entry in entries:
        number = number_of(tlog, entry.seq)
        stored = shown.get(entry.seq)
        if stored is not None:
            yield Line(number, Sight.SHOWN, stored.event.event_time, stage_of(stored.event))
        else:
            gone = entry.salt is None or entry.kind == EntryKind.LOST
            yield Line(number, Sight.ERASED if gone else Sight.HIDDEN)


def stage_of(event: Event) -> str:
    """What an event shows was done, as the passport calls it."""
    return stages.step_word(
        getattr(event, "biz_step", None),
        harvest=stages.is_harvest(ilmd_of(event)),
        transformation=event.type == "TransformationEvent",
    )
