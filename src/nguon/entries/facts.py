# SPDX-License-Identifier: Apache-2.0
"""What the rules ask of the store about some entries, gathered in a handful of statements."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from nguon.base.audience import Audience
from nguon.entries.events import event_id, seed_of
from nguon.entries.handover import HandOver
from nguon.entries.handovers import waiting
from nguon.entries.model import (
    Entry,
    Harvest,
    Line,
    Pack,
    Receive,
    Sell,
    Ship,
    Withdraw,
    decode_all,
)
from nguon.entries.stock import Held, held
from nguon.entries.taking import taken
from nguon.stoplist import queries
from nguon.stoplist.model import Stop
from nguon.store import Store, listings
from nguon.store import entries as statements
from nguon.store import registry as rows
from nguon.store import registry_tables as tables

PENDING = 60_000_000
"""Microseconds for which a form whose events are on their way counts against the stock."""


class Facts(msgspec.Struct, frozen=True):
    """``holders`` of the places named, ``parents`` (the cooperative) of the growers and holders,
    ``known`` the lots that exist, ``held`` what the organisation has in hand.
    """

    owner: int
    holders: Mapping[str, int]
    parents: Mapping[int, int | None]
    known: Collection[str]
    held: Held
    offers: Mapping[str, HandOver] = {}
    """The hand-overs that receipts answer and that still wait for it."""
    stopped: Mapping[str, tuple[Stop, ...]] = {}
    """The stops on goods to be sold, shipped or packed, and on what is inside them."""
    makers: Mapping[str, int] = {}
    """Who makes the products of stopped goods: they may go back to him, and his word binds him."""

    def own(self, number: int | None) -> bool:
        """The organisation itself, or one of its members."""
        return number is not None and self.owner in (number, self.parents.get(number))


def used(entry: Entry) -> tuple[Line, ...]:
    """The goods that an entry takes from what is in hand."""
    if isinstance(entry, Pack):
        return entry.inputs
    return entry.lines if isinstance(entry, Ship | Sell | Withdraw) else ()


def made(entry: Entry) -> tuple[str, ...]:
    """The lots that an entry makes."""
    if isinstance(entry, Harvest):
        return (entry.item,)
    return tuple(output.item for output in entry.outputs) if isinstance(entry, Pack) else ()


def gather(
    store: Store,
    connection: Connection,
    audience: Audience,
    owner: int,
    entries: Sequence[Entry],
    since: int,
) -> Facts:
    """The facts about some entries; forms on their way since then are taken off the stock."""
    places = {key for entry in entries for key in _places(entry)}
    people = {entry.grower for entry in entries if isinstance(entry, Harvest)}
    with store.reading() as reading:
        found = _holders(reading, sorted(places))
        members = rows.rows(reading, tables.organisation, "id", sorted({*people, *found.values()}))
    lots = sorted({lot for entry in entries for lot in made(entry)})
    # Forms on their way before the stock: one that is done in between is in the stock then.
    forms = statements.pending(connection, owner, since)
    stock = held(store, audience, owner, {line.item for e in entries for line in used(e)})
    under_way = [
        entry
        for form in forms
        for at, entry in enumerate(decode_all(form["body"]))
        if event_id(owner, seed_of(form["idempotency"], at)) not in stock.seen
    ]
    _take_off(stock, under_way)
    stops, makers = stops_on(store, connection, leaving(entries))
    return Facts(
        owner,
        found,
        {row["id"]: row["member_of"] for row in members},
        store.lineage.events_of(lots, skip_members=frozenset(lots)).keys() if lots else (),
        stock,
        _offers(connection, owner, entries, under_way),
        stops,
        makers,
    )


def leaving(entries: Iterable[Entry]) -> set[str]:
    """The goods that entries sell, ship or use."""
    return {
        line.item for one in entries if isinstance(one, Sell | Ship | Pack) for line in used(one)
    }


def stops_on(
    store: Store, connection: Connection, items: Collection[str]
) -> tuple[dict[str, tuple[Stop, ...]], dict[str, int]]:
    """The stops on goods and what is inside them, and who makes the products concerned."""
    stops = queries.with_contents(store, items) if items else {}
    products = {product_of(item, one) for item, some in stops.items() for one in some} - {""}
    return stops, listings.makers(connection, products) if products else {}


def product_of(item: str, stop: Stop) -> str:
    """The product that a stop on an item is about: of what is inside where that is stopped."""
    key = stop.key if stop.key.startswith("01/") else item
    return key[:17] if key.startswith("01/") else ""


def _places(entry: Entry) -> Iterable[str]:
    if isinstance(entry, Harvest):
        return {entry.area, entry.plot or entry.area}
    return {entry.place}


def _holders(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    found = {row["key"]: row["holder"] for row in rows.rows(connection, tables.place, "key", keys)}
    others = [key for key in keys if key not in found]
    for row in rows.rows(connection, tables.place, "national_key", others):
        found.setdefault(row["national_key"], row["holder"])
    return found


def _offers(
    connection: Connection, owner: int, entries: Iterable[Entry], under_way: Iterable[Entry]
) -> dict[str, HandOver]:
    named, answered = (
        {entry.handover for entry in some if isinstance(entry, Receive) and entry.handover}
        for some in (entries, under_way)
    )
    return {
        one.id: one
        for one in waiting(connection, sorted(named - answered))
        if one.receiver == owner
    }


def _take_off(stock: Held, entries: Iterable[Entry]) -> None:
    for entry in entries:
        for line in used(entry):
            if line.quantity is None or line.item in stock:
                taken(line, stock, stock.pieces)
