# SPDX-License-Identifier: Apache-2.0
"""The ways of things: which places and organisations they touched, within bounds.

Followed level by level for many things together. What a way touched is
remembered with the marks of all things on it; where a bound ended it, it is not.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, select

from nguon.epcis.items import ItemRef, Role
from nguon.gs1 import key_hash
from nguon.store.custody import PARTIES, is_thing
from nguon.store.dialects import Dialect
from nguon.store.packing import unpack_items
from nguon.store.remembered import NOTHING, Mark, marks_of
from nguon.store.schema import INT64, event, event_item

DEPTH = 16
RECORDS = 4000
"""Records that are read for one page of events."""
_ROWS = 16 * RECORDS
"""Index rows that are read at once: mostly two or three for a record."""


class Way(NamedTuple):
    """What the records on the way of a thing name."""

    places: frozenset[str]
    """Keys of places and parties."""
    senders: frozenset[int]


class Region(NamedTuple):
    """Things whose ways meet, and what these were found by."""

    ways: Mapping[str, Way]
    marks: Mapping[int, Mark]


class _Record(NamedTuple):
    id: int
    submitter: int
    items: tuple[ItemRef, ...]


_Node = tuple[str, str]
"""A thing and the sense in which it is followed."""
_ON, _FROM, _BY = "on", "from", "by"
"""Forward to what was made of it, back to what it was made of, up to what carried it."""


def once(key: str) -> bool:
    """Not a crate or pallet that returns: that has many ways."""
    return not key.startswith(("8003/", "8004/"))


class Ways:
    """The ways of some things, read together."""

    def __init__(self, connection: Connection, dialect: Dialect, starts: Iterable[str]) -> None:
        self._connection = connection
        self._dialect = dialect
        self._starts = sorted(starts)
        self._left = RECORDS
        self._about: dict[str, dict[int, _Record]] = {}
        """The records that name a thing itself, or the pieces of a lot."""
        self._marks: dict[int, Mark] = {}
        self._after: dict[_Node, list[_Node]] = {}
        self.whole = True
        """Whether all ways were followed to their ends."""
        self._follow()

    def regions(self) -> Iterator[Region]:
        """The ways of all the things, those that meet together."""
        touched = self._touched()
        together = _Together()
        for node, following in self._after.items():
            for step in following:
                together.join(node[0], step[0])
        keys, marks = defaultdict[str, list[str]](list), defaultdict[str, dict[int, Mark]](dict)
        for key in self._about:
            item = key_hash(key)
            marks[together.of(key)][item] = self._marks.get(item, NOTHING)
        for key in self._starts:
            keys[together.of(key)].append(key)
        for one, some in keys.items():
            yield Region({key: touched[key] for key in some}, marks[one])

    def _follow(self) -> None:
        ahead = {(key, sense) for key in self._starts for sense in (_ON, _FROM)}
        seen = set(ahead)
        for _ in range(DEPTH):
            self._read({key for key, _ in ahead} - self._about.keys())
            following = set[_Node]()
            for node in ahead:
                steps = [step for step in self._steps(node) if is_thing(step[0]) and once(step[0])]
                self._after[node] = steps
                following.update(steps)
            ahead = following - seen
            seen |= ahead
            if not ahead:
                return
        self.whole = False

    def _touched(self) -> dict[str, Way]:
        """By thing what the records on its way name: as bits, carried back along the steps."""
        names: dict[str | int, int] = {}
        bits = {node: self._bits(node, names) for node in self._nodes()}
        before = defaultdict[_Node, list[_Node]](list)
        for node, following in self._after.items():
            for step in following:
                before[step].append(node)
        waiting = set(bits)
        while waiting:
            node = waiting.pop()
            for earlier in before.get(node, ()):
                both = bits[earlier] | bits[node]
                if both != bits[earlier]:
                    bits[earlier] = both
                    waiting.add(earlier)
        made: dict[int, Way] = {}
        found: dict[str, Way] = {}
        for key in self._starts:
            mask = bits[key, _ON] | bits[key, _FROM]
            if mask not in made:
                made[mask] = _way(mask, names)
            found[key] = made[mask]
        return found

    def _nodes(self) -> set[_Node]:
        return set(self._after).union(*self._after.values())

    def _bits(self, node: _Node, names: dict[str | int, int]) -> int:
        """What happened to the pieces of a lot happened to it, not to what it was made into."""
        key, sense = node
        found = 0
        for record in self._about.get(key, {}).values():
            if sense == _ON or _names(record, key):
                named: tuple[str | int, ...] = (record.submitter, *_parties(record))
                for name in named:
                    found |= 1 << names.setdefault(name, len(names))
        return found

    def _steps(self, node: _Node) -> Iterator[_Node]:
        key, sense = node
        for record in self._about.get(key, {}).values():
            if sense == _ON:
                yield from ((piece, _ON) for piece in _pieces(record, key))
            elif sense == _FROM:
                yield from ((lot, _FROM) for lot in _lots(record, key))
            for other, turn in _joined(record, key):
                if turn == _IN and sense != _BY:
                    yield other, sense
                elif turn in (_BY, sense):
                    yield other, turn

    def _read(self, keys: set[str]) -> None:
        for key in keys:
            self._about[key] = {}
        if not keys:
            return
        listed = self._dialect.listed
        given = {"items": listed(map(key_hash, keys)), "most": _ROWS}
        rows = self._connection.execute(_naming(self._dialect), given).all()
        numbers = {row[1] for row in rows}
        if len(rows) == _ROWS or len(numbers) > self._left:
            self.whole = False
            numbers = set(sorted(numbers)[: max(self._left, 0)])
        self._left -= len(numbers)
        self._marks |= marks_of((row[0], row[1]) for row in rows)
        if not numbers:
            return
        given = {"numbers": listed(numbers)}
        records = self._connection.execute(_reading(self._dialect), given)
        for row in records:
            record = _Record(row[0], row[1], unpack_items(row[2]))
            for key in keys.intersection(item.key for item in record.items):
                self._about[key][record.id] = record


class _Together:
    """Which things hang together: a forest of those that were joined."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, key: str) -> str:
        """The one that stands for all that a thing hangs together with."""
        while (above := self._above.get(key, key)) != key:
            self._above[key] = self._above.get(above, above)
            key = above
        return key

    def join(self, one: str, other: str) -> None:
        """Say that two hang together."""
        self._above[self.of(one)] = self.of(other)


def _way(mask: int, names: Mapping[str | int, int]) -> Way:
    touched = [name for name, bit in names.items() if mask >> bit & 1]
    return Way(
        frozenset(name for name in touched if isinstance(name, str)),
        frozenset(name for name in touched if isinstance(name, int)),
    )


def _parties(record: _Record) -> Iterator[str]:
    return (item.key for item in record.items if item.role in PARTIES)


@cache
def _naming(dialect: Dialect) -> Select[Any]:
    column = event_item.c
    query = select(column.item, column.event).where(dialect.among_named(column.item, "items"))
    return query.limit(bindparam("most", type_=INT64))


@cache
def _reading(dialect: Dialect) -> Select[Any]:
    column = event.c
    query = select(column.id, column.submitter, column.item_list)
    return query.where(dialect.among_named(column.id, "numbers"), column.item_list.is_not(None))


_IN = "in"
"""What is in a container goes where it goes, in either sense."""


def _joined(record: _Record, key: str) -> Iterator[_Node]:
    """What a record joins a thing with, and the sense that this belongs to."""
    roles = {item.role for item in record.items if item.key == key}
    for item in record.items:
        if item.role is Role.PARENT and Role.CHILD in roles and _carries(item.key):
            yield item.key, _BY
        if item.role is Role.CHILD and Role.PARENT in roles and _carries(key):
            yield item.key, _IN
        if item.role is Role.OUTPUT and Role.INPUT in roles:
            yield item.key, _ON
        if item.role is Role.INPUT and Role.OUTPUT in roles:
            yield item.key, _FROM


def _names(record: _Record, key: str) -> bool:
    return any(item.key == key and item.role is not Role.MEMBER for item in record.items)


def _pieces(record: _Record, lot: str) -> Iterator[str]:
    for item in record.items:
        if item.role is Role.MEMBER and item.key == lot and item.of is not None and _is_lot(lot):
            yield record.items[item.of].key


def _lots(record: _Record, piece: str) -> Iterator[str]:
    for item in record.items:
        whole = item.role is Role.MEMBER and item.of is not None and _is_lot(item.key)
        if whole and record.items[item.of or 0].key == piece:
            yield item.key


def _is_lot(key: str) -> bool:
    return key.startswith("01/") and "/10/" in key


def _carries(key: str) -> bool:
    """A logistic unit holds its goods once."""
    return key.startswith("00/")
