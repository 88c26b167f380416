# SPDX-License-Identifier: Apache-2.0
"""What changes answers, followed in the log, on the stop list and by the clock: what it concerns
is looked at again at once, and nothing else.

Records name things, and containers with things inside; statements name parties, things, disputes
and orders; another version of the stop list says that the recalls of all watched things are
compared with what was told; terms end. What none of them tells the slow round finds.
"""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon import gs1
from nguon.base.time import HANOI, to_microseconds
from nguon.codes.standing import THINGS, is_serial
from nguon.listings import watching
from nguon.listings.model import Answer, Question
from nguon.listings.recalls import source_of
from nguon.stoplist.guard import guard_of
from nguon.store import Store, contents
from nguon.store import listing_causes as rows
from nguon.store.custody import product_of
from nguon.store.listing_causes import Place

KNOWN_SECONDS = 30.0
"""For so long a new watch is left to the slow round, which looks at it within a minute."""
MOST_ENTRIES = 20_000
"""Entries that one turn reads; of more at once the oldest are left to the slow round."""
TERMS = timedelta(seconds=10)
"""How often it is asked what terms ended."""
_PORTION = 5000
_DEPTH = 3
"""Boxes on pallets in containers, as the answers follow them."""
_CONTAINERS = 1000
"""Containers whose contents one turn looks for; of more at once the slow round."""
_FIRST: Place = ("", "", "")
Row = Mapping[Any, Any]


class Causes:
    """Where the log, the stop list and the clock were at the last look; used by one thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = guard_of(store)
        self._seq = store.log.head().seq
        self._version: int | None = None
        self._terms: datetime | None = None
        self._watched: frozenset[int] = frozenset()
        self._products: frozenset[str] = frozenset()
        self._until = 0.0

    def look(self, now: datetime) -> int:
        """Look again at what changed since the last time; gives how many listings that were."""
        head = self._store.log.head().seq
        start = max(self._seq, head - MOST_ENTRIES) + 1
        known = self._guard.known()
        version = None if known is None else known.version
        listed = version is not None and version != self._version
        before = self._terms or now
        due = now - before >= TERMS
        concerned: dict[Place, Row] = {}
        if self._watches() and (start <= head or listed or due):
            with self._store.reading() as connection:
                some = [*self._recorded(connection, start, head + 1)] if start <= head else []
                some += self._recalled(connection) if listed else ()
                some += self._ended(connection, before, now) if due else ()
            concerned = {(row["subscription"], row["seller"], row["key"]): row for row in some}
        watching.look_at(self._store, list(concerned.values()), now)
        self._seq = head
        self._version = self._version if version is None else version
        self._terms = now if due else before
        return len(concerned)

    def _watches(self) -> frozenset[int]:
        """The hashes of what is watched, read again every so often."""
        if time.monotonic() >= self._until:
            with self._store.reading() as connection:
                keys = list(rows.watched(connection))
            self._watched = frozenset(map(gs1.key_hash, keys))
            self._products = frozenset(filter(None, map(product_of, keys)))
            self._until = time.monotonic() + KNOWN_SECONDS
        return self._watched

    def _recorded(self, connection: Connection, start: int, end: int) -> Iterator[Row]:
        """Of what entries of the log say something: records of things and of what they are packed
        in, statements.
        """
        subjects = rows.subjects(connection, start, end)
        named = set(rows.things(connection, start, end, THINGS))
        yield from self._of_things(connection, named | _inside(connection, named))
        said = {*_keys(subjects), *rows.disputed(connection, _numbers(subjects, "dispute"))}
        said |= rows.ordered(connection, _numbers(subjects, "legal-hold"))
        yield from self._under(connection, said)
        yield from _of_parties(connection, set(_parties(subjects)))

    def _ended(self, connection: Connection, before: datetime, now: datetime) -> Iterator[Row]:
        """Of what a term ended, or began, after one moment and up to another."""
        days = _day(before), _day(now)
        if days[0] < days[1]:
            yield from self._under(connection, rows.orders_over(connection, *days))
        spans = to_microseconds(before), to_microseconds(now)
        yield from _of_parties(connection, rows.entities_over(connection, spans, days))

    def _of_things(self, connection: Connection, keys: Iterable[str]) -> list[RowMapping]:
        watched = {key for key in keys if gs1.key_hash(key) in self._watched}
        return rows.of_keys(connection, watched)

    def _under(self, connection: Connection, keys: Collection[str]) -> Iterator[Row]:
        """The watches of these things, and of what is of these lots and products."""
        yield from self._of_things(connection, keys)
        products = {key: product_of(key) for key in keys}
        known = {one for one in products.values() if one and one in self._products}
        wide = {key for key, product in products.items() if product in known}
        for row in rows.of_products(connection, known):
            if not wide.isdisjoint(_over(row["key"], wide)):
                yield row

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


def _over(key: str, wide: Collection[str]) -> set[str]:
    """What of these may be over a thing: its product and its lot; of a piece, whose lot its records
    say, any lot of its product.
    """
    found = {key, *gs1.memberships(key)}
    if is_serial(key):
        lot = f"{product_of(key)}/10/"
        found |= {one for one in wide if one.startswith(lot)}
    return found


def _inside(connection: Connection, named: Collection[str]) -> set[str]:
    """What lies in the containers among these now, through containers inside them."""
    found: set[str] = set()
    wanted = {key for key in named if not key.startswith("01/")}
    for _ in range(_DEPTH):
        wanted = set(sorted(wanted)[:_CONTAINERS])
        if not wanted:
            break
        packed = contents.packed(connection, wanted)
        new = set[str]().union(*packed.values()) - found
        found |= new
        wanted = {key for key in new if not key.startswith("01/")}
    return found


def _of_parties(connection: Connection, parties: Collection[int]) -> list[RowMapping]:
    """The watches of these parties, and of households that are known through them."""
    through = rows.households(connection, parties)
    return rows.of_parties(connection, {*parties, *through})


def _day(moment: datetime) -> str:
    return moment.astimezone(HANOI).date().isoformat()


def _numbers(subjects: Iterable[str], kind: str) -> set[str]:
    """The ids of what statements of this kind, or of its steps, are about."""
    parts = (subject.split("/") for subject in subjects)
    return {one[1] for one in parts if one[0] in (kind, f"{kind}.step") and len(one) > 1}


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
