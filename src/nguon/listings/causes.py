# SPDX-License-Identifier: Apache-2.0
"""What changes answers, followed in the log and on the stop list: what it concerns is looked at
again at once, and nothing else.

Records name things, statements name parties and things; another version of the stop list says
that the recalls of all watched things are compared with what was told. What none of them
tells (a container's, a dispute's, what the years bring) the slow round finds.
"""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon import gs1
from nguon.codes.standing import THINGS
from nguon.listings import watching
from nguon.listings.model import Answer, Question
from nguon.listings.recalls import source_of
from nguon.stoplist.guard import guard_of
from nguon.store import Store
from nguon.store import listing_causes as rows
from nguon.store.custody import product_of
from nguon.store.listing_causes import Place

KNOWN_SECONDS = 30.0
"""For so long a new watch is left to the slow round, which looks at it within a minute."""
MOST_ENTRIES = 20_000
"""Entries that one turn reads; of more at once the oldest are left to the slow round."""
_PORTION = 5000
_FIRST: Place = ("", "", "")
Row = Mapping[Any, Any]


class Causes:
    """Where the log and the stop list were at the last look; used by one thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = guard_of(store)
        self._seq = store.log.head().seq
        self._version: int | None = None
        self._watched: frozenset[int] = frozenset()
        self._until = 0.0

    def look(self, now: datetime) -> int:
        """Look again at what changed since the last time; gives how many listings that were."""
        head = self._store.log.head().seq
        start = max(self._seq, head - MOST_ENTRIES) + 1
        known = self._guard.known()
        version = None if known is None else known.version
        listed = version is not None and version != self._version
        concerned: dict[Place, Row] = {}
        if self._watches() and (start <= head or listed):
            with self._store.reading() as connection:
                for row in self._concerned(connection, start, head + 1, listed=listed):
                    concerned[row["subscription"], row["seller"], row["key"]] = row
        watching.look_at(self._store, list(concerned.values()), now)
        self._seq = head
        self._version = self._version if version is None else version
        return len(concerned)

    def _watches(self) -> frozenset[int]:
        """The hashes of what is watched, read again every so often."""
        if time.monotonic() >= self._until:
            with self._store.reading() as connection:
                self._watched = frozenset(map(gs1.key_hash, rows.watched(connection)))
            self._until = time.monotonic() + KNOWN_SECONDS
        return self._watched

    def _concerned(
        self, connection: Connection, start: int, end: int, *, listed: bool
    ) -> Iterator[Row]:
        subjects = rows.subjects(connection, start, end)
        named = {*rows.things(connection, start, end, THINGS), *_keys(subjects)}
        keys = {key for key in named if gs1.key_hash(key) in self._watched}
        yield from rows.of_keys(connection, keys)
        yield from rows.of_parties(connection, set(_parties(subjects)))
        if listed:
            yield from self._recalled(connection)

    def _recalled(self, connection: Connection) -> Iterator[Row]:
        """Of which another word on recalls was told than the list has now, and pieces of
        products that have a lot on it: which lot they are of, their records say.
        """
        source, known = source_of(self._store), self._guard.known()
        products = frozenset[str]() if known is None else known.lots
        after = _FIRST
        while source is not None and (some := rows.all_watches(connection, after, _PORTION)):
            over = {row["key"]: {row["key"], *gs1.memberships(row["key"])} for row in some}
            found = source.recalled(self._store, set[str]().union(*over.values()))
            for row in some:
                now = not over[row["key"]].isdisjoint(found)
                if now != _told(row) or product_of(row["key"]) in products:
                    yield row
            last = some[-1]
            after = last["subscription"], last["seller"], last["key"]


def _told(row: Row) -> bool:
    """Whether it was told that a thing is recalled."""
    told = msgspec.json.decode(row["told"]).get(Question.RECALLED.value) or {}
    return bool(told.get("answer") == Answer.YES.value)


def _keys(subjects: list[str]) -> Iterator[str]:
    """What of subjects may be the key of a thing: their ends."""
    for subject in subjects:
        rest = subject
        while rest:
            _, _, rest = rest.partition("/")
            if rest[:1].isdecimal():
                yield rest


def _parties(subjects: list[str]) -> Iterator[int]:
    for subject in subjects:
        kind, _, number = subject.partition("/")
        if kind == "organisation" and number.isdecimal():
            yield int(number)
