# SPDX-License-Identifier: Apache-2.0
"""The hands that things went through: `nguon.store.custody`'s rule, for one thing at a time.

What the rule needs of the records about a thing is small, whoever asks and
whatever the registers say of parties and places: that is remembered.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from nguon.epcis.items import Role
from nguon.gs1 import key_hash
from nguon.store.custody import Handling, parties_of, product_of, touched
from nguon.store.dialects import Dialect
from nguon.store.head import head
from nguon.store.hooks import NamedOrganisations
from nguon.store.log import positions
from nguon.store.packing import unpack_items
from nguon.store.remembered import Remembered, marks_of, naming
from nguon.store.schema import event


class Hands(NamedTuple):
    """What all records about a thing say of who had it."""

    first: int
    """Who recorded it first."""
    told: frozenset[int]
    """Who recorded anything about it."""
    given: frozenset[tuple[int, frozenset[str]]]
    """Who named which parties and places in an event about it."""
    packed: frozenset[tuple[int, str]]
    """Who put it into which container."""


Known = Remembered[Hands | frozenset[int]]
"""By thing: its hands, or merely who sent records that name it."""


def custodians_of(thing: str, hands: Hands, holders: Mapping[str, int]) -> set[int]:
    """Who had a thing in hand, or was named for it by one who had.

    ``holders`` are the organisations behind the keys of `asked_of`.
    """
    found = {holders.get(product_of(thing) or "", hands.first)}
    left = [
        (sender, {holders[key] for key in parties if key in holders})
        for sender, parties in hands.given
    ]
    while ready := [named for sender, named in left if sender in found]:
        left = [pair for pair in left if pair[0] not in found]
        found.update(*ready)
    return found


def asked_of(hands: Mapping[str, Hands]) -> set[str]:
    """The keys whose holders decide who had these things."""
    products = {product for thing in hands if (product := product_of(thing)) is not None}
    return products.union(*(parties for one in hands.values() for _, parties in one.given))


def in_hand(
    connection: Connection,
    dialect: Dialect,
    known: Known,
    seq: int,
    organisation: int,
    things: set[str],
    named: NamedOrganisations,
) -> set[str]:
    """The things in an organisation's chain of custody: `nguon.store.custody.in_custody`.

    ``seq`` is the log's head, read before.
    """
    found = known.known(connection, dialect, things, seq)
    lacking = things - found.keys()
    if lacking:
        found |= _senders(connection, dialect, known, lacking, seq)
    own = {thing for thing, one in found.items() if organisation in _told(one)}
    hands = {thing: one for thing in own if isinstance(one := found[thing], Hands)}
    if own - hands.keys():
        hands |= _read(connection, dialect, known, own - hands.keys(), seq)
    hands = {thing: one for thing, one in hands.items() if organisation in one.told}
    if not hands:
        return set()
    holders = named(asked_of(hands))
    return {t for t, one in hands.items() if organisation in custodians_of(t, one, holders)}


def hands_of(
    connection: Connection, dialect: Dialect, known: Known, things: set[str]
) -> dict[str, Hands]:
    """The hands of things, those that a record is about."""
    seq = head(connection).seq
    found = known.known(connection, dialect, things, seq)
    hands = {thing: one for thing, one in found.items() if isinstance(one, Hands)}
    if things - hands.keys():
        hands |= _read(connection, dialect, known, things - hands.keys(), seq)
    return hands


def made_of(things: Collection[str], records: Iterable[Handling]) -> dict[str, Hands]:
    """The hands of things, of all records about them; pure."""
    first: dict[str, int] = {}
    told, given, packed = (defaultdict[str, set[Any]](set) for _ in range(3))
    for record in sorted(records, key=lambda one: one.seq):
        about = touched(record.items).intersection(things)
        parties = parties_of(record.items)
        for thing in about:
            first.setdefault(thing, record.submitter)
            told[thing].add(record.submitter)
            if not record.withdrawn:
                given[thing].add((record.submitter, parties))
        if not record.withdrawn:
            parents = [item.key for item in record.items if item.role is Role.PARENT]
            for item in record.items if parents else ():
                if item.role is Role.CHILD and item.key in about:
                    packed[item.key].update((record.submitter, parent) for parent in parents)
    return {
        thing: Hands(
            first[thing], frozenset(told[thing]), frozenset(given[thing]), frozenset(packed[thing])
        )
        for thing in first
    }


def _told(one: Hands | frozenset[int]) -> frozenset[int]:
    return one.told if isinstance(one, Hands) else one


def _senders(
    connection: Connection, dialect: Dialect, known: Known, things: set[str], seq: int
) -> dict[str, frozenset[int]]:
    """Who sent records that name things: mostly that is all that must be known."""
    rows, numbers = _rows(connection, dialect, things)
    given = {"numbers": dialect.listed(numbers)}
    sent = {row[0]: row[1] for row in connection.execute(_sending(dialect), given)}
    by_hash: dict[int, set[int]] = {key_hash(thing): set() for thing in things}
    for item, number in rows:
        if number in sent:
            by_hash[item].add(sent[number])
    found = {thing: frozenset(by_hash[key_hash(thing)]) for thing in things}
    _keep(known, seq, found, rows)
    return found


def _read(
    connection: Connection, dialect: Dialect, known: Known, things: set[str], seq: int
) -> dict[str, Hands]:
    rows, numbers = _rows(connection, dialect, things)
    given = {"numbers": dialect.listed(numbers)}
    found = connection.execute(_handling(dialect), given).all()
    by_id = {(row.submitter, row.event_id) for row in found if row.correction and row.event_id}
    by_hash = {(r.submitter, r.cbv_hash) for r in found if r.correction and not r.event_id}
    places = positions(connection, dialect, [row.id for row in found])
    hands = made_of(
        things,
        (
            Handling(
                places[row.id][0],
                row.submitter,
                unpack_items(row.item_list),
                bool(row.correction)
                or (row.submitter, row.event_id) in by_id
                or (row.submitter, row.cbv_hash) in by_hash,
            )
            for row in found
        ),
    )
    _keep(known, seq, hands, rows)
    return hands


def _rows(
    connection: Connection, dialect: Dialect, things: Iterable[str]
) -> tuple[list[tuple[int, int]], set[int]]:
    rows = naming(connection, dialect, sorted(map(key_hash, things)))
    return rows, {row[1] for row in rows}


def _keep(
    known: Known,
    seq: int,
    found: Mapping[str, Hands | frozenset[int]],
    rows: Iterable[tuple[int, int]],
) -> None:
    marks = marks_of(rows)
    for thing, one in found.items():
        item = key_hash(thing)
        if item in marks:
            known.keep(seq, {thing: one}, {item: marks[item]})


@cache
def _sending(dialect: Dialect) -> Select[Any]:
    column = event.c
    query = select(column.id, column.submitter)
    return query.where(dialect.among_named(column.id, "numbers"), column.item_list.is_not(None))


@cache
def _handling(dialect: Dialect) -> Select[Any]:
    column = event.c
    columns = (column.id, column.submitter, column.correction, column.event_id, column.cbv_hash)
    query = select(*columns, column.item_list)
    return query.where(dialect.among_named(column.id, "numbers"), column.item_list.is_not(None))
