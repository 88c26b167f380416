# SPDX-License-Identifier: Apache-2.0
"""What was worked out of the records about things, kept while nothing new names them.

Records never change, so what follows from all records that name some things is
good as long as these are the same records. Whether they are is told by the head
of the log, where nothing at all was recorded or erased since, or by a mark of
the item index: how many rows name a thing, and the sum of their events' numbers.
So a memory needs no word from the writer, in this process or another; what this
process wrote itself it knows without asking (`nguon.store.tail`).
"""

from collections.abc import Iterable, Mapping
from functools import cache
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection, Select, func, select

from nguon.store.dialects import Dialect
from nguon.store.schema import event_item
from nguon.store.tail import Tail

_MOST = 300_000
"""Values and marks that one memory holds: some tens of megabytes."""
_Value = TypeVar("_Value")


class Mark(NamedTuple):
    """Tells one set of index rows of a thing from another."""

    rows: int
    events: int
    """The sum of the numbers of the events that name it."""


NOTHING = Mark(0, 0)


class _Group:
    """What the values of some keys rest on; ``seq`` is the log's head when that was so."""

    __slots__ = ("marks", "seq")

    def __init__(self, seq: int, marks: Mapping[int, Mark]) -> None:
        self.seq = seq
        self.marks = marks


class Remembered(Generic[_Value]):
    """Values by key; safe for use from many threads."""

    def __init__(self, tail: Tail, most: int = _MOST) -> None:
        self._tail = tail
        self._most = most
        self._kept: dict[str, tuple[_Value, _Group]] = {}
        self._size = 0
        self._lock = Lock()

    def known(
        self, connection: Connection, dialect: Dialect, keys: Iterable[str], seq: int
    ) -> dict[str, _Value]:
        """The values that are good at the log's head ``seq``, which was read just before."""
        kept = self._kept
        found = {key: entry for key in keys if (entry := kept.get(key)) is not None}
        doubtful = {}
        for _, group in found.values():
            if group.seq == seq:
                continue
            if self._tail.untouched(group.marks, group.seq, seq):
                group.seq = seq
            else:
                doubtful[id(group)] = group
        if doubtful:
            among = set[int]().union(*(group.marks for group in doubtful.values()))
            now = marks(connection, dialect, among)
            for group in doubtful.values():
                if all(now.get(item, NOTHING) == mark for item, mark in group.marks.items()):
                    group.seq = seq
            stale = {number for number, group in doubtful.items() if group.seq != seq}
            found = {key: entry for key, entry in found.items() if id(entry[1]) not in stale}
        return {key: value for key, (value, _) in found.items()}

    def keep(self, seq: int, values: Mapping[str, _Value], upon: Mapping[int, Mark]) -> None:
        """Keep values that rest on all records that name some items.

        ``seq`` is the log's head before these records were read, ``upon`` the
        marks of the very rows that they were found by.
        """
        group = _Group(seq, upon)
        with self._lock:
            self._size += len(values) + len(upon)
            if self._size > self._most:
                self._kept, self._size = {}, len(values) + len(upon)
            if self._size <= self._most:
                self._kept.update({key: (value, group) for key, value in values.items()})


def marks(connection: Connection, dialect: Dialect, items: Iterable[int]) -> dict[int, Mark]:
    """The marks of items by their hash, as the index has them now; without those of no record."""
    rows = connection.execute(_marking(dialect), {"items": dialect.listed(items)})
    return {item: Mark(count, int(events)) for item, count, events in rows}


def marks_of(rows: Iterable[tuple[int, int]]) -> dict[int, Mark]:
    """`marks`, of all index rows of some items (item, event) that were read."""
    found: dict[int, tuple[int, int]] = {}
    for item, number in rows:
        count, total = found.get(item, NOTHING)
        found[item] = (count + 1, total + number)
    return {item: Mark(*mark) for item, mark in found.items()}


def naming(connection: Connection, dialect: Dialect, items: Iterable[int]) -> list[Any]:
    """All index rows (item, event) of items by their hash."""
    given = {"items": dialect.listed(items)}
    return list(connection.execute(_naming(dialect), given))


@cache
def _marking(dialect: Dialect) -> Select[Any]:
    column = event_item.c
    query = select(column.item, func.count(), func.sum(column.event))
    return query.where(dialect.among_named(column.item, "items")).group_by(column.item)


@cache
def _naming(dialect: Dialect) -> Select[Any]:
    column = event_item.c
    return select(column.item, column.event).where(dialect.among_named(column.item, "items"))
