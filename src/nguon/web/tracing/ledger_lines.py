# SPDX-License-Identifier: Apache-2.0
"""A running ledger in the reader's words: entries, totals, and what processes allow."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from nguon.base.audience import Audience
from nguon.base.messages import text
from nguon.base.quantity import KILOGRAM, PIECE, Quantity
from nguon.trace.asking.balance import Account, Entry, Ledger, Making, Total
from nguon.trace.asking.entries import COMING, Flag
from nguon.trace.asking.errors import NoAccountError
from nguon.trace.steps import is_product
from nguon.web.services import Services
from nguon.web.tracing.answers import Thing, percent, things_of
from nguon.web.tracing.asked import PAGE_ROWS
from nguon.web.tracing.panels import receipts_of
from nguon.web.tracing.words import Words
from nguon.web.work import balance_bar
from nguon.web.work.balance_bar import Bar

_HOLDERS = {"417": "party", "414": "place"}


class EntryLine(msgspec.Struct, frozen=True):
    """An entry in words; ``receipt`` the number of its record's receipt."""

    entry: Entry
    thing: Thing
    change: str
    stock: str
    place: str
    other: str
    receipt: str | None


class TotalLine(msgspec.Struct, frozen=True):
    """What a lot comes to, as a bar and in words."""

    thing: Thing
    bar: Bar
    accounted: str


class MakingLine(msgspec.Struct, frozen=True):
    """A making in words: what went in and came out, and what may be lost in its process."""

    at: datetime
    step: str
    things: list[Thing]
    amounts: str
    bounds: str
    flag: Flag | None


def account_of(goods: str, holder: str) -> Account:
    """Whose stock of what two keys name: of a product or a lot, a party's or a place's; either
    may be empty, and a party or place may stand alone in the first.

    Raises:
        NoAccountError: goods in the place of their holder, or two holders.
    """
    named: dict[str, str] = {}
    for key in filter(None, (goods, holder)):
        sort = _HOLDERS.get(key.partition("/")[0]) or ("product" if is_product(key) else "lot")
        named[sort] = key
    held = [sort for sort in named if sort in _HOLDERS.values()]
    if goods and holder and (len(held) != 1 or named[held[0]] != holder):
        raise NoAccountError("trace.ledger-one-each")
    return Account(**named)


def ledger_page(
    parts: Services, audience: Audience, found: Ledger, page: str, said: Words
) -> dict[str, Any]:
    """A page of the entries, and what the lots come to."""
    pages = max(1, -(-len(found.entries) // PAGE_ROWS))
    at = min(max(int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1, 1), pages)
    some = found.entries[(at - 1) * PAGE_ROWS : at * PAGE_ROWS]
    sums, made = found.totals[:PAGE_ROWS], _made_of(found, some)
    said.learn(
        [*(e.lot for e in some), *(s.lot for s in sums), *(key for m in made for key in m.made)],
        [one.place for one in some],
        [one.counterparty for one in some],
    )
    records = parts.store.events.by_ids(audience, sorted({one.event for one in some}))
    entries = {one.id: one.seq for one in records}
    receipts = receipts_of(set(entries.values()), parts.tlog)
    telling = _Telling(found, said, {one: receipts.get(seq) for one, seq in entries.items()})
    return {
        "entries": [telling.entry(one) for one in some],
        "totals": [telling.total(one) for one in sums],
        "unlisted": len(found.totals) - len(sums),
        "makings": [telling.making(one) for one in made],
        "page": at,
        "pages": pages,
    }


def _made_of(found: Ledger, some: tuple[Entry, ...]) -> list[Making]:
    """The makings behind the entries of this page."""
    events = {one.event for one in some}
    return [one for one in found.makings if not events.isdisjoint(one.events)]


class _Telling:
    """A ledger told in words; ``receipts`` by record."""

    def __init__(self, ledger: Ledger, said: Words, receipts: Mapping[int, str | None]) -> None:
        self._ledger, self._said, self._receipts = ledger, said, receipts

    def entry(self, one: Entry) -> EntryLine:
        said = self._said
        [thing] = things_of([one.lot], said)
        return EntryLine(
            one,
            thing,
            self._much(one.change, one.product),
            "" if one.stock is None else self._much(one.stock, one.product),
            said.place(one.place),
            said.party(one.counterparty),
            self._receipts.get(one.event),
        )

    def total(self, one: Total) -> TotalLine:
        said = self._said
        came = sum((v for kind, v in one.sums.items() if kind in COMING), Decimal(0))
        gone = sum((abs(v) for kind, v in one.sums.items() if kind not in COMING), Decimal(0))
        told = {
            name: self._much(Quantity(amount, one.unit), one.product)
            for name, amount in (("came", came), ("gone", gone), ("left", one.stock))
        }
        words = text("trace-ask.bar", said.language, **told)
        [thing] = things_of([one.lot], said)
        bar = balance_bar.of_stock(came, gone, words)
        return TotalLine(thing, bar, percent(one.accounted, said))

    def making(self, one: Making) -> MakingLine:
        said = self._said
        share = one.came / one.went
        loss = "loss" if share <= 1 else "gain"
        amounts = text(
            f"trace-ask.{loss}",
            said.language,
            went=self._kilograms(one.went),
            came=self._kilograms(one.came),
            share=percent(abs(1 - share), said),
        )
        return MakingLine(
            one.at,
            said.step(one.step),
            things_of(one.made, said),
            amounts,
            self._bounds(one),
            one.flag,
        )

    def _bounds(self, one: Making) -> str:
        """What may come out, in kilograms and in pieces where those were counted."""
        kilograms = [None if b is None else self._kilograms(b) for b in (one.least, one.most)]
        told = self._range(*kilograms)
        if one.pieces is None or one.pieces == (None, None):
            return told
        pieces = [
            None if b is None else self._said.amounts([(None, Quantity(Decimal(b), PIECE))])
            for b in one.pieces
        ]
        return f"{told} ({self._range(*pieces)})"

    def _range(self, least: str | None, most: str | None) -> str:
        if least is None and most is None:
            return text("trace-ask.bounds-none", self._said.language)
        sort = "both" if least and most else "least" if least else "most"
        return text(f"trace-ask.bounds-{sort}", self._said.language, least=least, most=most)

    def _much(self, quantity: Quantity, product: str | None) -> str:
        """An amount as recorded, of pieces with their mass where it is known."""
        told = self._said.amounts([(None, quantity)])
        mass = self._ledger.kilograms(quantity, product) if quantity.unit == PIECE else None
        return told if mass is None else f"{told} ({self._kilograms(mass)})"

    def _kilograms(self, amount: Decimal) -> str:
        return self._said.amounts([(None, Quantity(amount, KILOGRAM))])
