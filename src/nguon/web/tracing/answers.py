# SPDX-License-Identifier: Apache-2.0
"""Answers to the other questions as lines in the reader's words."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from nguon.base.audience import Audience
from nguon.base.messages import text
from nguon.base.quantity import Quantity
from nguon.trace.asking.balance import Account, Entry, Ledger, Total
from nguon.trace.asking.common import Cause, CauseKind
from nguon.trace.asking.comparing import Comparison
from nguon.trace.asking.dispersion import Dispersion
from nguon.trace.asking.entries import COMING
from nguon.trace.steps import is_product
from nguon.web.formats import number
from nguon.web.services import Services
from nguon.web.tracing.asked import PAGE_ROWS
from nguon.web.tracing.panels import receipts_of
from nguon.web.tracing.words import Words
from nguon.web.work import balance_bar
from nguon.web.work.balance_bar import Bar


class Thing(msgspec.Struct, frozen=True):
    """A thing with its name, and its product's."""

    key: str
    name: str
    product: str | None


class CauseLine(msgspec.Struct, frozen=True):
    """A cause in words; ``others`` of the goods that it touches are no complaints."""

    cause: Cause
    thing: Thing
    score: str
    others: int
    traced: bool


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


def things_of(keys: Sequence[str], said: Words) -> list[Thing]:
    """Things in words."""
    return [Thing(key, said.name(key), said.product(key)) for key in keys]


def caused(one: Cause, said: Words) -> CauseLine:
    """A cause in words."""
    spot = one.kind in (CauseKind.PLACE, CauseKind.EQUIPMENT)
    if spot or one.kind is CauseKind.PARTY:
        name = said.place(one.key) if spot else said.party(one.key)
        thing = Thing(one.key, name, None)
    else:
        [thing] = things_of([one.key], said)
    score = number(one.score.quantize(Decimal("0.01")), said.language)
    return CauseLine(
        one, thing, score, one.touches - len(one.explains), one.kind is not CauseKind.EQUIPMENT
    )


def met(found: Comparison, said: Words) -> dict[str, list[str]]:
    """Places and parties on both ways."""
    return {
        "places": [said.place(key) for key in found.places],
        "parties": [said.party(key) for key in found.parties],
    }


def account_of(keys: Sequence[str]) -> Account:
    """Whose stock of what these codes name: a party's, a place's, of a product or a lot."""
    named: dict[str, str] = {}
    for key in keys:
        sort = "party" if key.startswith("417/") else "place" if key.startswith("414/") else "lot"
        named["product" if is_product(key) else sort] = key
    return Account(**named)


def ledger_page(
    parts: Services, audience: Audience, found: Ledger, page: str, said: Words
) -> dict[str, Any]:
    """A page of the entries, and what the lots come to."""
    pages = max(1, -(-len(found.entries) // PAGE_ROWS))
    at = min(max(int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1, 1), pages)
    some = found.entries[(at - 1) * PAGE_ROWS : at * PAGE_ROWS]
    sums = found.totals[:PAGE_ROWS]
    said.learn(
        [*(one.lot for one in some), *(one.lot for one in sums)],
        [one.place for one in some],
        [one.counterparty for one in some],
    )
    records = parts.store.events.by_ids(audience, sorted({one.event for one in some}))
    entries = {one.id: one.seq for one in records}
    receipts = receipts_of(set(entries.values()), parts.tlog)
    lines = [_entry(one, receipts.get(entries.get(one.event, -1)), said) for one in some]
    return {
        "entries": lines,
        "totals": [_total(one, said) for one in sums],
        "page": at,
        "pages": pages,
    }


def _entry(one: Entry, receipt: str | None, said: Words) -> EntryLine:
    [thing] = things_of([one.lot], said)
    return EntryLine(
        one,
        thing,
        said.amounts([(None, one.change)]),
        "" if one.stock is None else said.amounts([(None, one.stock)]),
        said.place(one.place),
        said.party(one.counterparty),
        receipt,
    )


def _total(one: Total, said: Words) -> TotalLine:
    came = sum((v for kind, v in one.sums.items() if kind in COMING), Decimal(0))
    gone = sum((abs(v) for kind, v in one.sums.items() if kind not in COMING), Decimal(0))
    told = {
        name: said.amounts([(None, Quantity(amount, one.unit))])
        for name, amount in (("came", came), ("gone", gone), ("left", one.stock))
    }
    words = text("trace-ask.bar", said.language, **told)
    [thing] = things_of([one.lot], said)
    return TotalLine(thing, balance_bar.of_stock(came, gone, words), percent(one.accounted, said))


def percent(share: Decimal | None, said: Words) -> str:
    """A share as percent; nothing where there is none."""
    if share is None:
        return ""
    return f"{number((share * 100).quantize(Decimal('0.1')), said.language)} %"


class ReachLine(msgspec.Struct, frozen=True):
    """What would have to come back of one raw lot, in words."""

    thing: Thing
    lots: int
    amounts: str


def spread(found: Dispersion, said: Words) -> dict[str, Any]:
    """The figures of a lot in words."""
    products = [key for key, _ in (*found.worst, *found.mean) if key]
    said.learn([found.key, *(one.source for one in found.reaches), *products])
    return {
        "thing": things_of([found.key], said)[0],
        "worst": said.amounts(found.worst),
        "mean": said.amounts(found.mean),
        "completeness": percent(found.completeness, said),
        "accounted": percent(found.accounted, said),
        "reaches": [
            ReachLine(things_of([one.source], said)[0], one.lots, said.amounts(one.quantities))
            for one in found.reaches
        ],
    }
