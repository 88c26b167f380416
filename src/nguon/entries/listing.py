# SPDX-License-Identifier: Apache-2.0
"""What an organisation recorded, as a table: one row for each line of its entries."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import msgspec

from nguon.base.quantity import Quantity
from nguon.base.time import HANOI, to_microseconds
from nguon.entries.hand import lot_of, product_of
from nguon.entries.model import Entry, Harvest, Line, Pack, Receive, Ship, Withdraw, decode_all
from nguon.identity.model import Principal
from nguon.registry import queries
from nguon.store import Store
from nguon.store import entries as statements


class Listed(msgspec.Struct, frozen=True):
    """One line of an entry; ``out`` says that the goods left."""

    receipt: int
    at: datetime
    kind: str
    place: str
    partner: str
    product: str
    lot: str
    amount: Decimal | None
    unit: str
    document: str
    note: str


class _Bare(msgspec.Struct, frozen=True):
    receipt: int
    entry: Entry
    kind: str
    place: str
    partner: int | None
    item: str
    quantity: Quantity | None
    document: str


def of_period(store: Store, principal: Principal, begin: date, end: date) -> list[Listed]:
    """What happened from one day to another, both included, in the order of time."""
    first = datetime.combine(begin, time(), HANOI)
    after = datetime.combine(end, time(), HANOI) + timedelta(days=1)
    with store.reading() as connection:
        owner = principal.organisation
        forms = statements.happened_since(connection, owner, to_microseconds(first))
    bare = [
        line
        for form in forms
        for entry in decode_all(form["body"])
        if first <= entry.at < after
        for line in _lines(form["receipt"], entry)
    ]
    bare.sort(key=lambda line: (line.entry.at, line.receipt))
    return _named(store, principal, bare)


def of_receipt(store: Store, principal: Principal, number: int) -> list[Listed]:
    """What one form recorded; empty where the organisation has no such form."""
    with store.reading() as connection:
        form = statements.by_receipt(connection, principal.organisation, number)
    if form is None or not form["done"]:
        return []
    bare = [line for entry in decode_all(form["body"]) for line in _lines(number, entry)]
    return _named(store, principal, bare)


def _lines(receipt: int, entry: Entry) -> Iterator[_Bare]:
    kind = type(entry).__name__.lower()
    if isinstance(entry, Harvest):
        yield _Bare(
            receipt, entry, kind, entry.plot or entry.area, entry.grower, entry.item,
            entry.quantity, "",
        )  # fmt: skip
        return
    partner, document = _with_whom(entry)
    for line in _goods(entry):
        yield _Bare(receipt, entry, kind, entry.place, partner, line.item, line.quantity, document)
    for output in entry.outputs if isinstance(entry, Pack) else ():
        yield _Bare(
            receipt, entry, "packed", entry.place, None, output.item, output.quantity, document
        )


def _goods(entry: Entry) -> Sequence[Line]:
    if isinstance(entry, Pack):
        return entry.inputs
    return () if isinstance(entry, Harvest) else entry.lines


def _with_whom(entry: Entry) -> tuple[int | None, str]:
    match entry:
        case Receive():
            return entry.giver, entry.document or ""
        case Ship():
            return entry.receiver, entry.document or ""
        case Pack():
            return None, entry.order or ""
        case Withdraw():
            return None, ""
        case _:
            return None, ""


def _named(store: Store, principal: Principal, bare: Sequence[_Bare]) -> list[Listed]:
    """The lines with names, as the organisation may see them."""
    audience = principal.audience
    partners = {line.partner for line in bare if line.partner is not None}
    parties = queries.organisations(store, audience, partners, partners=partners)
    places = queries.places(store, audience, sorted({line.place for line in bare}))
    keys = sorted({product_of(line.item) for line in bare})
    products = queries.products(store, audience, keys)
    names: Mapping[int, str] = {number: one.name.vi for number, one in parties.items()}
    return [
        Listed(
            line.receipt,
            line.entry.at,
            line.kind,
            places[line.place].name.vi if line.place in places else line.place,
            "" if line.partner is None else names.get(line.partner, ""),
            products[key].name.vi if (key := product_of(line.item)) in products else key,
            lot_of(line.item),
            None if line.quantity is None else line.quantity.amount,
            "" if line.quantity is None else line.quantity.unit,
            line.document,
            line.entry.note or "",
        )
        for line in bare
    ]
