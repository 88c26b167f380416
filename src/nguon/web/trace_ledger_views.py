# SPDX-License-Identifier: Apache-2.0
"""A running ledger as systems read it: the API and the command line."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from nguon.base.time import rfc3339
from nguon.trace.asking.balance import Entry, Ledger, Making, Total
from nguon.web.trace_questions_views import plain


class EntryView(msgspec.Struct, frozen=True, rename="camel"):
    """A change of stock: ``change`` is signed, ``stock`` what there is after it (null where the
    reader may not see all that made it up). ``kilograms`` is the mass of the change and
    ``stockKilograms`` of the stock, for pieces by the net content of their product; null where
    neither is known.
    """

    at: str
    kind: str
    place: str | None
    product: str | None
    lot: str
    change: str
    stock: str | None
    unit: str
    counterparty: str | None
    flags: list[str]
    kilograms: str | None
    stock_kilograms: str | None


class TotalView(msgspec.Struct, frozen=True, rename="camel"):
    """What a lot comes to in one unit; ``accounted`` is a share (1 is all of it)."""

    lot: str
    product: str | None
    unit: str
    sums: dict[str, str]
    stock: str
    accounted: str | None


class MakingView(msgspec.Struct, frozen=True, rename="camel"):
    """A making in kilograms: ``went`` in, ``came`` out, and what its process allows to come out
    (null: no bound), with the source of the bounds; the same in whole pieces where all that came
    out is counted in pieces of one product of known net content.
    """

    at: str
    step: str
    made: list[str]
    went: str
    came: str
    least: str | None
    most: str | None
    least_pieces: int | None
    most_pieces: int | None
    source: str
    flag: str | None


class LedgerView(msgspec.Struct, frozen=True, rename="camel"):
    """A running ledger: entries in the order of time, what all come to by lot, and the makings
    behind the entries whose process has bounds. ``asOf`` is the log position of the records.
    """

    as_of: int
    truncated: bool
    withheld: int
    entries: list[EntryView]
    totals: list[TotalView]
    makings: list[MakingView]


def ledger_view(found: Ledger) -> LedgerView:
    """A ledger as it is given out."""
    return LedgerView(
        found.as_of,
        found.truncated,
        found.withheld,
        [_entry(one, found) for one in found.entries],
        [_total(one) for one in found.totals],
        [_making(one) for one in found.makings],
    )


def _entry(one: Entry, within: Ledger) -> EntryView:
    stock = None if one.stock is None else within.kilograms(one.stock, one.product)
    return EntryView(
        rfc3339(one.at),
        one.kind.value,
        one.place,
        one.product,
        one.lot,
        plain(one.change.amount),
        None if one.stock is None else plain(one.stock.amount),
        one.change.unit,
        one.counterparty,
        [flag.value for flag in one.flags],
        _maybe(within.kilograms(one.change, one.product)),
        _maybe(stock),
    )


def _making(one: Making) -> MakingView:
    least, most = one.pieces or (None, None)
    return MakingView(
        rfc3339(one.at),
        one.step,
        list(one.made),
        plain(one.went),
        plain(one.came),
        _maybe(one.least),
        _maybe(one.most),
        least,
        most,
        one.source,
        None if one.flag is None else one.flag.value,
    )


def _maybe(amount: Decimal | None) -> str | None:
    return None if amount is None else plain(amount)


def _total(one: Total) -> TotalView:
    sums: Mapping[str, str] = {kind.value: plain(amount) for kind, amount in one.sums.items()}
    accounted = None if one.accounted is None else plain(one.accounted.quantize(Decimal("0.0001")))
    return TotalView(one.lot, one.product, one.unit, dict(sums), plain(one.stock), accounted)
