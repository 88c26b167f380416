# SPDX-License-Identifier: Apache-2.0
"""From which part of a lot a record takes, in which turn; pure."""

from collections.abc import Callable
from typing import NamedTuple

from nguon.trace.asking.facts import Fact
from nguon.trace.asking.where import HoldingState, Where, party_here, place_here


class Stock(NamedTuple):
    """A lot in one unit."""

    lot: str
    unit: str


class Slot(NamedTuple):
    """Where a part of a lot is, and inside of what."""

    where: Where
    inside: str | None = None


Choice = Callable[[Slot], int | None]
"""In which turn a slot is taken from; None: never."""


def in_words(slot: Slot) -> tuple[str, ...]:
    """For an order that does not depend on the order of capture."""
    return tuple(part or "" for part in (*slot.where, slot.inside))


def at_hand(one: Fact, parties: dict[str, str]) -> Choice:
    """What a party can take: at the place, at its other places, bound for it, packed there."""
    here = place_here(one)
    party = one.gave.party or party_here(one, parties)

    def turn(slot: Slot) -> int | None:
        where = slot.where
        mine = party is not None and where.party == party
        if where.state is HoldingState.HELD:
            if slot.inside is not None:
                return 3 if where.place == here else None
            return 0 if where.place == here else 1 if mine else None
        if where.state is HoldingState.MOVING and slot.inside is None:
            return 2 if mine or (here is not None and where.place == here) else None
        return None

    return turn


def bound(here: Where, one: Fact) -> Choice:
    """What is under way to a place or party; what was sent by the giver without saying where."""

    def turn(slot: Slot) -> int | None:
        where = slot.where
        if where.state is not HoldingState.MOVING:
            return None
        if one.gave.party is not None and where.sender not in (None, one.gave.party):
            return None
        if here.place is not None and where.place == here.place:
            return 0
        if here.party is not None and where.party == here.party:
            return 1
        return 2 if where.party is None and where.place is None else None

    return turn


def of_giver(one: Fact) -> Choice:
    """What the giver has, at the place that is named first."""

    def turn(slot: Slot) -> int | None:
        if slot.where.state is not HoldingState.HELD or slot.where.party != one.gave.party:
            return None
        return 0 if slot.where.place == one.gave.place else 1

    return turn


def sold_at(here: Where) -> Choice:
    """What was sold there before."""
    sold = here._replace(state=HoldingState.SOLD)
    return lambda slot: 0 if slot.where == sold else None


def sent_from(origin: str | None) -> Choice:
    """What is under way from a place."""

    def turn(slot: Slot) -> int | None:
        moving = slot.where.state is HoldingState.MOVING
        return 0 if moving and slot.where.origin == origin else None

    return turn


def elsewhere(here: Where) -> Choice:
    """What the same party has at its other places."""

    def turn(slot: Slot) -> int | None:
        where = slot.where
        mine = here.party is not None and where.party == here.party
        held = where.state is HoldingState.HELD and slot.inside is None
        return 0 if mine and held and where.place != here.place else None

    return turn


def inside(container: str) -> Choice:
    """What is in a container."""
    return lambda slot: 0 if slot.inside == container else None


def exactly(where: Where) -> Choice:
    """What is there, packed or not."""
    return lambda slot: 0 if slot.where == where else None
