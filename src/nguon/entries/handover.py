# SPDX-License-Identifier: Apache-2.0
"""Goods on their way from one party to another: offered, answered, never closed in silence; pure.

A shipment offers; the receiver accepts, takes part of it with reasons, or
disputes. A receipt that nobody offered stands open on both sides until the
giver records his shipment. What differs stays open until the giver agrees.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeAlias

import msgspec

from nguon.base.quantity import PIECE, Quantity
from nguon.entries import nonces
from nguon.entries.errors import EntryError
from nguon.entries.model import AnswerLine, HandOverAnswer, Line, Receive, Ship, Verdict


class State(StrEnum):
    """How far a hand-over is."""

    OFFERED = "offered"
    """Waiting for the receiver."""
    CLAIMED = "claimed"
    """Received, but the giver has not recorded that he sent it."""
    ACCEPTED = "accepted"
    PART = "part"
    """Partly accepted: the giver must agree to the difference."""
    DISPUTED = "disputed"
    SETTLED = "settled"
    """The giver agreed to what the receiver found."""
    TAKEN_BACK = "taken-back"
    """The giver took his offer back before it was answered."""


OPEN = (State.OFFERED, State.CLAIMED, State.PART, State.DISPUTED)
CLOSED = (State.ACCEPTED, State.SETTLED, State.TAKEN_BACK)


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that a party did, with its words."""

    by: int
    at: datetime
    state: State
    note: str | None = None
    receipt: int | None = None


class Body(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What is handed over: as offered, as found, and what happened."""

    offered: tuple[Line, ...] = ()
    found: tuple[AnswerLine, ...] = ()
    origin: str | None = None
    destination: str | None = None
    document: str | None = None
    vehicle: str | None = None
    market: str | None = None
    history: tuple[Step, ...] = ()
    invoice: str | None = None
    nonce: str | None = None
    """What the receiver echoes: he learns it with the offer, by its page or its symbol."""
    offer: str | None = None
    """The hash of the nonce, as the shipment's event has it."""
    echoed: bool = False
    shipping: int | None = None
    """The log's entry of the shipment."""
    receiving: int | None = None
    """Likewise of the receipt."""


Contents: TypeAlias = Mapping[str, Sequence[Line]]
"""What is on each pallet."""


class Short(NamedTuple):
    """So much of a lot was offered, so much was found; single pieces count one."""

    item: str
    unit: str
    offered: Decimal
    found: Decimal


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """One hand-over; ``since`` is when it was offered or claimed."""

    id: str
    giver: int
    receiver: int
    state: State
    since: datetime
    changed: datetime
    body: Body

    @property
    def items(self) -> tuple[str, ...]:
        """The goods that it names."""
        offered = [line.item for line in self.body.offered]
        found = [line.item for line in self.body.found]
        return tuple(dict.fromkeys(offered + found))

    @property
    def pallets(self) -> tuple[str, ...]:
        """The pallets that it names."""
        return tuple(item for item in self.items if item.startswith("00/"))

    def short(self, inside: Contents) -> list[Short]:
        """What was offered and found in another amount; pallets by the lots on them."""
        offered, found = _amounts(self.body.offered, inside), _amounts(self.body.found, inside)
        keys = dict.fromkeys((*offered, *found))
        none = Decimal(0)
        return [
            Short(item, unit, offered.get((item, unit), none), found.get((item, unit), none))
            for item, unit in keys
            if offered.get((item, unit)) != found.get((item, unit))
        ]

    def differences(self) -> list[tuple[Line, AnswerLine | None]]:
        """The offered lines of which something else was found, with what was found."""
        found = {line.item: line for line in self.body.found}
        return [
            (line, found.get(line.item))
            for line in self.body.offered
            if line.item not in found or found[line.item].quantity != line.quantity
        ]


def offer(
    ship: Ship, number: str, giver: int, receipt: int | None, now: datetime, seq: int | None = None
) -> HandOver:
    """What a shipment offers."""
    body = Body(
        offered=ship.lines,
        origin=ship.place,
        destination=ship.destination,
        document=ship.document,
        vehicle=ship.vehicle,
        market=ship.market,
        history=(Step(giver, now, State.OFFERED, ship.note, receipt),),
        invoice=ship.invoice,
        nonce=ship.nonce,
        offer=None if ship.nonce is None else nonces.hashed(ship.nonce),
        shipping=seq,
    )
    return HandOver(
        id=number, giver=giver, receiver=ship.receiver, state=State.OFFERED, since=now,
        changed=now, body=body,
    )  # fmt: skip


def claim(
    receipt: Receive,
    number: str,
    receiver: int,
    by: int | None,
    now: datetime,
    seq: int | None = None,
) -> HandOver:
    """A receipt that nobody offered."""
    body = Body(
        found=_found(receipt.lines),
        origin=receipt.origin,
        destination=receipt.place,
        document=receipt.document,
        history=(Step(receiver, now, State.CLAIMED, receipt.note, by),),
        invoice=receipt.invoice,
        receiving=seq,
    )
    return HandOver(
        id=number, giver=receipt.giver, receiver=receiver, state=State.CLAIMED, since=now,
        changed=now, body=body,
    )  # fmt: skip


def _found(lines: Sequence[Line]) -> tuple[AnswerLine, ...]:
    return tuple(AnswerLine(line.item, line.quantity) for line in lines)


def matched(
    open_one: HandOver, ship: Ship, receipt: int | None, now: datetime, seq: int | None = None
) -> HandOver:
    """A claimed hand-over with the shipment that belongs to it."""
    invoice = open_one.body.invoice or ship.invoice
    body = msgspec.structs.replace(open_one.body, offered=ship.lines, shipping=seq, invoice=invoice)
    known = msgspec.structs.replace(open_one, body=body)
    state = State.PART if known.differences() else State.ACCEPTED
    return moved(known, Step(open_one.giver, now, state, ship.note, receipt))


def received(
    open_one: HandOver, receipt: Receive, number: int | None, now: datetime, seq: int | None = None
) -> HandOver:
    """An offered hand-over with the receipt that answers it."""
    body = msgspec.structs.replace(
        open_one.body,
        found=_found(receipt.lines),
        receiving=seq,
        echoed=echoes(open_one, receipt.nonce),
    )
    known = msgspec.structs.replace(open_one, body=body)
    state = State.PART if known.differences() else State.ACCEPTED
    return moved(known, Step(open_one.receiver, now, state, receipt.note, number))


def echoes(known: HandOver, nonce: str | None) -> bool:
    """Whether somebody says the nonce of an offer."""
    return nonce is not None and known.body.offer == nonces.hashed(nonce)


def moved(known: HandOver, step: Step) -> HandOver:
    """The hand-over after a step."""
    body = msgspec.structs.replace(known.body, history=(*known.body.history, step))
    return msgspec.structs.replace(known, state=step.state, changed=step.at, body=body)


def allowed(known: HandOver, step: Step) -> Step:
    """A step without an event, if this party may take it now.

    Raises:
        EntryError: only the receiver disputes what is offered to him; only the giver takes it
            back, or agrees to what the receiver found.
    """
    refuses = (step.state, step.by) in (
        (State.DISPUTED, known.receiver),
        (State.TAKEN_BACK, known.giver),
    )
    agrees = step.state is State.SETTLED and step.by == known.giver
    if refuses and known.state is State.OFFERED:
        if not step.note:
            raise EntryError("entries.reason-missing")
        return step
    if agrees and known.state in (State.PART, State.DISPUTED):
        return step
    raise EntryError("entries.handover-answered")


def taken(
    known: HandOver, answer: HandOverAnswer, inside: Contents | None = None
) -> tuple[Line, ...]:
    """What the receiver takes with his answer; of a pallet that is not whole, its lots.

    Raises:
        EntryError: it is not waiting for an answer; a difference or dispute without a reason.
    """
    if known.state not in (State.OFFERED, State.DISPUTED):
        raise EntryError("entries.handover-answered")
    if answer.verdict is Verdict.ACCEPT:
        return known.body.offered
    if answer.verdict is Verdict.DISPUTE:
        if not answer.reason:
            raise EntryError("entries.reason-missing")
        return ()
    offered = {line.item: line for line in known.body.offered}
    given = {line.item: line for line in answer.lines}
    opened = _opened(offered, given, inside or {})
    told = answer.reason or any(given[item].reason for item in opened)
    for item, line in offered.items():
        said = given.get(item)
        same = said is not None and said.quantity == line.quantity
        if not (same or told or (said is not None and said.reason)):
            raise EntryError("entries.reason-missing")
    lines = (line for line in answer.lines if line.item in offered or line.item in opened)
    return tuple(Line(line.item, line.quantity) for line in lines)


def _opened(
    offered: Mapping[str, Line], given: Mapping[str, AnswerLine], inside: Contents
) -> list[str]:
    """The lots that came off pallets which did not come whole."""
    broken = [item for item in offered if item not in given]
    lots = {line.item for item in broken for line in inside.get(item, ())}
    return [item for item in given if item in lots and item not in offered]


def _amounts(
    lines: Sequence[Line | AnswerLine], inside: Contents
) -> dict[tuple[str, str], Decimal]:
    """Amounts by lot and unit, of pallets those of the lots on them."""
    found: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        deep = [one for one in inside.get(line.item, ()) if one.quantity is not None]
        for one in deep or (Line(line.item, line.quantity),):
            size = one.quantity or Quantity(Decimal(1), PIECE)
            key = (one.item, size.unit)
            found[key] = found.get(key, Decimal(0)) + size.amount
    return found


def fits(known: HandOver, lines: Sequence[Line]) -> bool:
    """Whether these are the goods of the hand-over: the same items."""
    return {line.item for line in lines} == set(known.items)
