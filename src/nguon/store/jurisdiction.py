# SPDX-License-Identifier: Apache-2.0
"""Which provinces of a mandate records touched, directly or on the way of their things.

A record touches a province where one of its places, parties or its submitter
is there. A thing's way are the records about itself, about what it was made of
and what was made of it, about its lot, its pieces and the containers that
carried it; not those of what else went into the same container or came from
the same lot. The way is followed within bounds: what lies beyond is not known
and does not open anything.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, select

from nguon.epcis.items import ItemRef, Role
from nguon.gs1 import key_hash
from nguon.store.custody import PARTIES, is_thing, things
from nguon.store.dialects import Dialect
from nguon.store.hooks import Located
from nguon.store.packing import unpack_items
from nguon.store.schema import event, event_item

DEPTH = 16
RECORDS = 4000
"""Records that are read for one page of events."""


class Entry(Protocol):
    """What of a record matters here."""

    @property
    def id(self) -> int: ...
    @property
    def submitter(self) -> int: ...
    @property
    def items(self) -> tuple[ItemRef, ...]: ...


class _Record(NamedTuple):
    id: int
    submitter: int
    items: tuple[ItemRef, ...]


class Provinces:
    """The provinces of records; every place and organisation is looked up once."""

    def __init__(self, located: Located) -> None:
        self._located = located
        self._places: dict[str, str | None] = {}
        self._organisations: dict[int, str | None] = {}

    def of(self, records: Sequence[Entry]) -> dict[int, set[str]]:
        """The provinces that each record touches directly."""
        keys = {i.key for r in records for i in r.items if i.role in PARTIES}
        self._learn(keys - self._places.keys(), {r.submitter for r in records})
        return {record.id: self._touched(record) for record in records}

    def _learn(self, keys: set[str], organisations: set[int]) -> None:
        unknown = organisations - self._organisations.keys()
        if not keys and not unknown:
            return
        places, seats = self._located(keys, unknown)
        self._places |= {key: places.get(key) for key in keys}
        self._organisations |= {number: seats.get(number) for number in unknown}

    def _touched(self, record: Entry) -> set[str]:
        found = {self._places[i.key] for i in record.items if i.role in PARTIES}
        found.add(self._organisations[record.submitter])
        return {province for province in found if province is not None}


def touched(
    connection: Connection,
    dialect: Dialect,
    located: Located,
    provinces: frozenset[str],
    records: Sequence[Entry],
) -> dict[int, frozenset[str]]:
    """Of the mandate's provinces those that each record, or the way of its things, touched."""
    places = Provinces(located)
    direct = places.of(records)
    found = {record.id: provinces & direct[record.id] for record in records}
    open_ones = [record for record in records if not found[record.id]]
    sought = {record.id: set(filter(_once, things(record.items))) for record in open_ones}
    starts = set[str]().union(*sought.values())
    if starts:
        ways = _Ways(connection, dialect, places, provinces)
        on_way = ways.leading_there(starts)
        for record in open_ones:
            if not on_way.isdisjoint(sought[record.id]):
                found[record.id] = provinces
    return found


_Node = tuple[str, str]
"""A thing and the sense in which it is followed."""
_ON, _FROM, _BY = "on", "from", "by"
"""Forward to what was made of it, back to what it was made of, up to what carried it."""


class _Ways:
    """The ways of things, read level by level, and which of them lead to the provinces."""

    def __init__(
        self,
        connection: Connection,
        dialect: Dialect,
        places: Provinces,
        provinces: frozenset[str],
    ) -> None:
        self._connection = connection
        self._dialect = dialect
        self._places = places
        self._provinces = provinces
        self._left = RECORDS
        self._about: dict[str, dict[int, _Record]] = {}
        """The records that name a thing itself, or the pieces of a lot."""
        self._here: set[int] = set()

    def leading_there(self, starts: set[str]) -> set[str]:
        """The things whose way touches one of the provinces."""
        ahead = {(key, sense) for key in starts for sense in (_ON, _FROM)}
        seen = set(ahead)
        before: dict[_Node, set[_Node]] = defaultdict(set)
        for _ in range(DEPTH):
            self._read({key for key, _ in ahead} - self._about.keys())
            following = set[_Node]()
            for node in ahead:
                for step in self._steps(node):
                    if is_thing(step[0]) and _once(step[0]):
                        before[step].add(node)
                        following.add(step)
            ahead = following - seen
            seen |= ahead
            if not ahead:
                break
        there = {node for node in seen if self._touches(*node)}
        reached = set(there)
        while there:
            there = set[_Node]().union(*(before[node] for node in there)) - reached
            reached |= there
        return {key for key, sense in reached if sense != _BY} & starts

    def _touches(self, key: str, sense: str) -> bool:
        """What happened to the pieces of a lot happened to it, not to what it was made into."""
        records = self._about.get(key, {})
        return any(
            number in self._here and (sense == _ON or _names(record, key))
            for number, record in records.items()
        )

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
        if not keys or self._left <= 0:
            return
        hashes = sorted(map(key_hash, keys))
        among = self._dialect.among
        found = select(event_item.c.event).distinct().where(among(event_item.c.item, hashes))
        numbers = self._connection.scalars(found.limit(self._left)).all()
        self._left -= len(numbers)
        rows = self._connection.execute(
            select(event.c.id, event.c.submitter, event.c.item_list).where(
                among(event.c.id, numbers), event.c.item_list.is_not(None)
            )
        )
        records = [_Record(row[0], row[1], unpack_items(row[2])) for row in rows]
        where = self._places.of(records)
        self._here |= {n for n, touching in where.items() if touching & self._provinces}
        for record in records:
            for key in keys.intersection(item.key for item in record.items):
                self._about[key][record.id] = record


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


def _once(key: str) -> bool:
    """Not a crate or pallet that returns: that has many ways."""
    return not key.startswith(("8003/", "8004/"))


def _carries(key: str) -> bool:
    """A logistic unit holds its goods once."""
    return key.startswith("00/")
