# SPDX-License-Identifier: Apache-2.0
"""Answers of an inspector's questions as systems read them: the API and the command line."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import msgspec

from nguon.base.quantity import Quantity
from nguon.base.time import rfc3339
from nguon.trace.asking.common import Causes
from nguon.trace.asking.dispersion import Dispersion
from nguon.trace.asking.gaps import Gap
from nguon.trace.asking.holdings import Holding

MOST_KEYS = 1000
"""Keys listed of one holding; ``things`` counts all of them."""


class QuantityView(msgspec.Struct, frozen=True, rename="camel"):
    """An exact decimal with its UN/ECE Recommendation 20 unit; ``product`` null for containers."""

    product: str | None
    amount: str
    unit: str


class HoldingView(msgspec.Struct, frozen=True, rename="camel"):
    """Things in one state with one party at one place.

    Of goods under way (``moving``) party and place are where they are bound for, ``sender`` and
    ``origin`` who shipped them from where. ``keys`` lists at most 1,000 of ``things``.
    ``hidden``: the reader may see no more of these than their state.
    """

    state: str
    party: str | None
    organisation: int | None
    place: str | None
    things: int
    keys: list[str]
    quantities: list[QuantityView]
    since: str | None
    sender: str | None
    origin: str | None
    hidden: bool


class HoldingsView(msgspec.Struct, frozen=True, rename="camel"):
    """Where the things are, by holding. ``truncated``: a limit was met, more exists."""

    as_of: int
    things: int
    truncated: bool
    holdings: list[HoldingView]


class GapView(msgspec.Struct, frozen=True, rename="camel"):
    """Something missing or not fitting about ``key``.

    ``event`` is the eventID of the record that shows it, ``words`` and ``advice`` tell it in the
    language asked for, ``ask`` is the key of the party that should have recorded it and
    ``organisation`` the register's number.
    """

    kind: str
    key: str
    event: str | None
    at: str | None
    ask: str | None
    organisation: int | None
    words: str
    advice: str | None
    details: dict[str, str]


class GapsView(msgspec.Struct, frozen=True, rename="camel"):
    """The gaps of a lineage, in the order of time."""

    item: str
    as_of: int
    truncated: bool
    gaps: list[GapView]


class CauseView(msgspec.Struct, frozen=True, rename="camel"):
    """A possible common cause: ``explains`` complaints, reaches ``touches`` of ``goods``.

    ``score`` is the share of the complaints over the share of the goods that it reaches.
    ``together``: at some time all complaints' ways were there at once.
    """

    kind: str
    key: str
    explains: list[str]
    touches: int
    goods: int
    score: str
    distance: str | None
    since: str | None
    until: str | None
    together: bool | None
    organisation: int | None


class CausesView(msgspec.Struct, frozen=True, rename="camel"):
    """The causes, the likeliest first."""

    complaints: list[str]
    truncated: bool
    withheld: int
    causes: list[CauseView]


class ReachView(msgspec.Struct, frozen=True, rename="camel"):
    """What would have to be recalled if one raw lot were bad."""

    source: str
    lots: int
    quantities: list[QuantityView]


class DispersionView(msgspec.Struct, frozen=True, rename="camel"):
    """Batch dispersion, recall size, depth, completeness and share accounted for (shares of 1)."""

    item: str
    downward: int
    upward: int
    total: int
    worst: list[QuantityView]
    mean: list[QuantityView]
    reaches: list[ReachView]
    depth_back: int
    depth_forward: int
    completeness: str
    accounted: str | None
    truncated: bool


def holding_view(one: Holding) -> HoldingView:
    """A holding as it is given out."""
    return HoldingView(
        one.state.value,
        one.party,
        one.organisation,
        one.place,
        len(one.keys),
        list(one.keys[:MOST_KEYS]),
        quantities(one.quantities),
        moment(one.since),
        one.sender,
        one.origin,
        one.hidden,
    )


def gap_view(one: Gap, event: str | None, words: str, advice: str | None) -> GapView:
    """A gap as it is given out."""
    details = dict(one.params)
    asked = one.party_to_ask
    return GapView(
        one.kind.value, one.key, event, moment(one.at), asked, one.organisation, words, advice,
        details,
    )  # fmt: skip


def dispersion_view(one: Dispersion) -> DispersionView:
    """The figures as they are given out."""
    reaches = [ReachView(r.source, r.lots, quantities(r.quantities)) for r in one.reaches]
    return DispersionView(
        item=one.key,
        downward=one.downward,
        upward=one.upward,
        total=one.total,
        worst=quantities(one.worst),
        mean=quantities(one.mean),
        reaches=reaches,
        depth_back=one.depth_back,
        depth_forward=one.depth_forward,
        completeness=plain(one.completeness),
        accounted=None if one.accounted is None else plain(one.accounted),
        truncated=one.truncated,
    )


def quantities(found: Iterable[tuple[str | None, Quantity]]) -> list[QuantityView]:
    """Quantities by product."""
    return [QuantityView(product, plain(one.amount), one.unit) for product, one in found]


def plain(amount: Decimal) -> str:
    """An amount in plain digits, no more of them than it needs."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(value: datetime | None) -> str | None:
    """RFC 3339."""
    return None if value is None else rfc3339(value)


def causes_view(found: Causes) -> CausesView:
    """Common causes as they are given out."""
    return CausesView(
        list(found.complaints),
        found.truncated,
        found.withheld,
        [
            CauseView(
                one.kind.value,
                one.key,
                list(one.explains),
                one.touches,
                one.goods,
                plain(one.score),
                None if one.distance is None else plain(one.distance),
                moment(one.since),
                moment(one.until),
                one.together,
                one.organisation,
            )
            for one in found.causes
        ],
    )
