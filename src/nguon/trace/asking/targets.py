# SPDX-License-Identifier: Apache-2.0
"""Where a record leaves a single thing, given where it was; pure."""

from nguon.trace.asking.facts import Deed, Fact, main_place
from nguon.trace.asking.where import (
    ENDED,
    NOWHERE,
    HoldingState,
    Where,
    party_here,
    place_here,
)

_TAKEN = {
    Deed.SELL: HoldingState.SOLD,
    Deed.USE: HoldingState.USED,
    Deed.DESTROY: HoldingState.DESTROYED,
    Deed.LOSE: HoldingState.UNKNOWN,
}


def target(one: Fact, deed: Deed, before: Where | None, parties: dict[str, str]) -> Where:
    """Where the thing is after the record. What was used up or destroyed stays so."""
    if before is not None and before.state in ENDED:
        return before
    if deed is Deed.SHIP:
        return under_way(one, before, parties)
    if deed in _TAKEN:
        state = _TAKEN[deed]
        return Where(state, party_here(one, parties, before) or _party(before), place_here(one))
    if deed is Deed.RECEIVE:
        return arrived(one, parties, before)
    return _stays(one, deed, before, parties)


def held(one: Fact, parties: dict[str, str], before: Where | None = None) -> Where:
    """In hand at the place of the record."""
    here = place_here(one)
    if here is None:
        return before or NOWHERE
    return Where(HoldingState.HELD, party_here(one, parties, before), here)


def arrived(one: Fact, parties: dict[str, str], before: Where | None = None) -> Where:
    """In hand of the receiver."""
    place = place_here(one) or (None if one.got.place is None else main_place(one.got.place))
    party = one.got.party or party_here(one, parties)
    if party is None and before is not None and before.place in (None, place):
        party = before.party
    if place is None and party is None:
        return before or NOWHERE
    return Where(HoldingState.HELD, party, place)


def under_way(one: Fact, before: Where | None, parties: dict[str, str]) -> Where:
    """Shipped: to whom and from whom the record says, or an earlier one of the same way."""
    moving = before is not None and before.state is HoldingState.MOVING
    place = None if one.got.place is None else main_place(one.got.place)
    party = one.got.party or (parties.get(place) if place else None)
    if before is not None and moving:
        if place is None and party is None:
            party, place = before.party, before.place
        if one.gave.party is None:
            return Where(HoldingState.MOVING, party, place, before.sender, before.origin)
    origin = place_here(one) if one.gave.place is None else main_place(one.gave.place)
    sender = one.gave.party or party_here(one, parties, before) or _party(before)
    return Where(HoldingState.MOVING, party, place, sender, origin)


def _stays(one: Fact, deed: Deed, before: Where | None, parties: dict[str, str]) -> Where:
    if before is None or before.state is HoldingState.UNKNOWN:
        return held(one, parties, before)
    if deed is Deed.LOOK:
        return before
    if before.state is HoldingState.MOVING:
        if deed is Deed.VOID:
            return Where(HoldingState.HELD, before.sender, before.origin)
        if place_here(one) in (None, before.origin):
            return before
    return held(one, parties, before)


def _party(before: Where | None) -> str | None:
    if before is None or before.state is HoldingState.MOVING:
        return None
    return before.party
