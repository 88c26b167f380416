# SPDX-License-Identifier: Apache-2.0
"""The life of one serial: issued, printed, activated, sold, returned, ended; pure.

What may follow what is a table. An event that does not fit is a fact all the
same: it is kept with a warning that names the contradiction, unless the key
that sends it is strict (docs/decisions/0012-issued-codes.md).
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import msgspec

from nguon.epcis.items import Role
from nguon.epcis.model import Event
from nguon.epcis.vocabulary import canonical_term


class State(StrEnum):
    """What a serial stands as."""

    NOT_ISSUED = "not-issued"
    VOID = "void"
    ISSUED = "issued"
    PRINTED = "printed"
    ACTIVE = "active"
    SOLD = "sold"
    RETURNED = "returned"
    ENDED = "ended"


class Deed(StrEnum):
    """What an event does to a piece."""

    ACTIVATE = "activate"
    HANDLE = "handle"
    SELL = "sell"
    GIVE_BACK = "give-back"
    END = "end"


class Done(msgspec.Struct, frozen=True):
    """One deed in a life; ``at``: event time and place in the order of recording."""

    deed: Deed
    at: tuple[int, int]
    event_id: str | None = None
    correction: bool = False
    record: int | None = None
    """Which record of a batch it is of; None for what is stored already."""


class Told(msgspec.Struct, frozen=True):
    """A life followed: where it stands, and which deeds contradict what went before."""

    state: State
    wrong: tuple[tuple[Done, str], ...] = ()


_ENDS = {"decommissioning", "destroying", "killing"}
_SELLS = {"retail_selling", "dispensing"}
_BEFORE = {"encoding"}
_ENDED = {"destroyed", "disposed"}
_SOLD = {"retail_sold", "dispensed"}
_OPEN = frozenset({State.ISSUED, State.PRINTED})
_AFTER = {
    Deed.ACTIVATE: State.ACTIVE,
    Deed.SELL: State.SOLD,
    Deed.GIVE_BACK: State.RETURNED,
    Deed.END: State.ENDED,
}


def deed_of(event: Event, role: Role) -> Deed | None:
    """What an event does to a piece that it names in a role; None for what is no part of a life."""
    step = canonical_term("bizStep", getattr(event, "biz_step", None) or "")
    disposition = canonical_term("disposition", getattr(event, "disposition", None) or "")
    if step in _BEFORE:
        return None
    if role is Role.OUTPUT or (step == "commissioning" and role is Role.EPC):
        return Deed.ACTIVATE
    if role is Role.INPUT or step in _ENDS or disposition in _ENDED:
        return Deed.END
    if disposition == "returned":
        return Deed.GIVE_BACK
    if role is Role.EPC and (step in _SELLS or disposition in _SOLD):
        return Deed.SELL
    return Deed.HANDLE


def follow(start: State, deeds: Iterable[Done]) -> Told:
    """A life through its deeds in the order of time; those declared wrong later do not count."""
    listed = sorted(deeds, key=lambda one: one.at)
    undone = {one.event_id for one in listed if one.correction and one.event_id}
    state, wrong = start, []
    for one in listed:
        if one.correction or (one.event_id is not None and one.event_id in undone):
            continue
        code = _contradiction(state, one.deed)
        if code is not None:
            wrong.append((one, code))
        state = _next(state, one.deed)
    return Told(state, tuple(wrong))


def _contradiction(state: State, deed: Deed) -> str | None:
    """The code of what is wrong about a deed in a state."""
    if state is State.ENDED:
        return "codes.after-end"
    if deed is Deed.ACTIVATE:
        return None if state in _OPEN else "codes.active-already"
    if state in _OPEN:
        return "codes.not-active"
    if state is State.SOLD and deed is Deed.SELL:
        return "codes.sold-already"
    if deed is Deed.GIVE_BACK and state is not State.SOLD:
        return "codes.not-sold"
    return None


def _next(state: State, deed: Deed) -> State:
    """Where a life goes: what ended stays so, a second activation makes nothing young again."""
    if state is State.ENDED or (deed is Deed.ACTIVATE and state not in _OPEN):
        return state
    return _AFTER.get(deed, state)


def params(key: str) -> dict[str, Any]:
    """What a message about a piece is filled with."""
    return {"gtin": key[3:17], "serial": key[21:]}
