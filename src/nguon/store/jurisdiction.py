# SPDX-License-Identifier: Apache-2.0
"""Which provinces of a mandate records touched, directly or on the way of their things.

A record touches a province where one of its places, parties or its submitter
is there. A thing's way are the records about itself, about what it was made of
and what was made of it, about its lot, its pieces and the containers that
carried it; not those of what else went into the same container or came from
the same lot. The way is followed within bounds: what lies beyond is not known
and does not open anything.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from nguon.store.hooks import Located
from nguon.store.sight import Sight
from nguon.store.told import Entry
from nguon.store.ways import Way, Ways, once

_Named = tuple[int, frozenset[str]]
"""The sender of a record, and the parties and places that it names."""


class Provinces:
    """The provinces of records; every place and organisation is looked up once."""

    def __init__(self, located: Located) -> None:
        self._located = located
        self._places: dict[str, str | None] = {}
        self._organisations: dict[int, str | None] = {}

    def of(self, named: Collection[_Named]) -> dict[_Named, set[str]]:
        """The provinces where some parties, and the sender, are."""
        keys = set[str]().union(*(parties for _, parties in named))
        self._learn(keys - self._places.keys(), {sender for sender, _ in named})
        return {one: self._touched(*one) for one in named}

    def touching(self, ways: Collection[Way], provinces: frozenset[str]) -> set[Way]:
        """The ways that touch one of some provinces."""
        keys = set[str]().union(*(way.places for way in ways))
        self._learn(keys - self._places.keys(), set[int]().union(*(way.senders for way in ways)))
        here = {key for key in keys if self._places[key] in provinces}
        seated = {number for number, at in self._organisations.items() if at in provinces}
        return {
            way
            for way in ways
            if not (here.isdisjoint(way.places) and seated.isdisjoint(way.senders))
        }

    def _learn(self, keys: set[str], organisations: set[int]) -> None:
        unknown = organisations - self._organisations.keys()
        if not keys and not unknown:
            return
        places, seats = self._located(keys, unknown)
        self._places |= {key: places.get(key) for key in keys}
        self._organisations |= {number: seats.get(number) for number in unknown}

    def _touched(self, sender: int, parties: frozenset[str]) -> set[str]:
        found = {self._places[key] for key in parties}
        found.add(self._organisations[sender])
        return {province for province in found if province is not None}


def touched(
    connection: Connection,
    sight: Sight,
    provinces: frozenset[str],
    records: Sequence[Entry],
    seq: int,
) -> dict[int, frozenset[str]]:
    """Of the mandate's provinces those that each record, or the way of its things, touched.

    ``seq`` is the log's head, read before.
    """
    places = Provinces(sight.hooks.located)
    told = {record.id: sight.told.of(record) for record in records}
    named = {record.id: (record.submitter, told[record.id].parties) for record in records}
    direct = {one: provinces & at for one, at in places.of(set(named.values())).items()}
    found = {number: direct[one] for number, one in named.items()}
    sought = {number: told[number].things for number, here in found.items() if not here}
    starts = set(filter(once, set[str]().union(*sought.values())))
    if starts:
        ways = _ways(connection, sight, starts, seq)
        there = places.touching(set(ways.values()), provinces)
        on_way = {key for key, way in ways.items() if way in there}
        for number, some in sought.items():
            if not on_way.isdisjoint(some):
                found[number] = provinces
    return found


def _ways(connection: Connection, sight: Sight, starts: set[str], seq: int) -> dict[str, Way]:
    found = sight.ways.known(connection, sight.dialect, starts, seq)
    lacking = starts - found.keys()
    if lacking:
        read = Ways(connection, sight.dialect, lacking)
        for region in read.regions():
            found |= region.ways
            if read.whole:
                sight.ways.keep(seq, region.ways, region.marks)
    return found
