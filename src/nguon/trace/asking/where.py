# SPDX-License-Identifier: Apache-2.0
"""Where things can be, and what moves them: the values of the reckoning."""

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from nguon.trace.asking.facts import Fact, main_place


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
    """Lost, stolen, or nothing says where."""


ENDED = frozenset({HoldingState.USED, HoldingState.DESTROYED})


class Where(NamedTuple):
    """A state with a party at a place; of goods under way both are where they are bound for."""

    state: HoldingState
    party: str | None = None
    place: str | None = None
    sender: str | None = None
    origin: str | None = None


NOWHERE = Where(HoldingState.UNKNOWN)


class Move(NamedTuple):
    """So much of a lot (or of a product's pieces without one) went from here to there.

    None is outside of what is recorded: goods are made or brought in from there.
    """

    fact: Fact
    lot: str
    amount: Decimal
    unit: str
    source: Where | None
    target: Where | None


class Trouble(StrEnum):
    """What a record shows to be missing or impossible."""

    NOT_SENT = "not-sent"
    NOT_RECEIVED = "not-received"
    TOO_EARLY = "too-early"
    AFTER_END = "after-end"
    NOT_THERE = "not-there"
    """More left than there was."""
    NO_PLACE = "no-place"
    UNITS = "units"
    """Measured in a unit that the lot's stock cannot be reckoned into."""


class Finding(NamedTuple):
    """A trouble with a thing at a record: how much of a lot, and the ``other`` record concerned."""

    trouble: Trouble
    key: str
    fact: Fact
    amount: Decimal | None = None
    unit: str | None = None
    other: Fact | None = None


def place_here(one: Fact) -> str | None:
    """The place of a record without its extension."""
    return None if one.place is None else main_place(one.place)


def party_here(one: Fact, parties: dict[str, str], before: Where | None = None) -> str | None:
    """Who has the place of a record, as far as anything recorded says it."""
    here = place_here(one)
    for side in (one.got, one.gave):
        if side.party is not None and side.place is not None and main_place(side.place) == here:
            return side.party
    if here is not None and here in parties:
        return parties[here]
    if before is not None and before.place == here:
        return before.party
    return None
