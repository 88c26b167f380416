# SPDX-License-Identifier: Apache-2.0
"""A party's stock as a running ledger: what came, was made, used, lost and left, entry by entry."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from nguon.base.audience import Audience
from nguon.base.quantity import Quantity
from nguon.store import Store


class EntryKind(StrEnum):
    """Why a stock changes."""

    IN = "in"
    OUT = "out"
    MADE = "made"
    USED = "used"
    SOLD = "sold"
    LOST = "lost"
    DESTROYED = "destroyed"
    FOUND = "found"
    """More was counted than the ledger says."""


class Flag(StrEnum):
    """What an entry shows to be wrong."""

    NEGATIVE = "negative"
    """More left than there was."""
    TOO_MUCH_OUT = "too-much-out"
    """More was made than what went in allows."""
    TOO_LITTLE_OUT = "too-little-out"
    """Less was made than the process's losses explain."""
    UNITS = "units"
    """In another unit than the lot's stock, which cannot be reckoned into it."""


class Entry(msgspec.Struct, frozen=True):
    """One change: ``change`` is signed, ``stock`` what there is of the lot after it."""

    at: datetime
    event: int
    kind: EntryKind
    place: str | None
    product: str | None
    lot: str
    change: Quantity
    stock: Quantity
    counterparty: str | None = None
    flags: tuple[Flag, ...] = ()


class Total(msgspec.Struct, frozen=True):
    """What a lot comes to in one unit; ``accounted`` is the share of what came or was made that
    is there or whose leaving is recorded.
    """

    lot: str
    product: str | None
    unit: str
    sums: dict[EntryKind, Decimal]
    stock: Decimal
    accounted: Decimal | None


class Ledger(msgspec.Struct, frozen=True):
    """The entries in the order of time, and what they come to by lot."""

    entries: tuple[Entry, ...]
    totals: tuple[Total, ...]
    withheld: int = 0
    truncated: bool = False


def ledger(
    store: Store,
    audience: Audience,
    *,
    party: str | None = None,
    place: str | None = None,
    product: str | None = None,
    lot: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    upto_seq: int | None = None,
) -> Ledger:
    """The ledger of a party (or one place) for a lot, or for the lots of a product."""
    _ = store, audience, party, place, product, lot, since, until, upto_seq
    return Ledger((), ())
