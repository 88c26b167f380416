# SPDX-License-Identifier: Apache-2.0
"""Answers to hand-overs: taken whole, in part, disputed; and the giver's agreement."""

from datetime import UTC, datetime

from nguon.entries import handovers
from nguon.entries.errors import UnknownHandOverError
from nguon.entries.handover import Contents, HandOver, State, Step, taken
from nguon.entries.model import HandOverAnswer, Receive, Verdict
from nguon.entries.service import Recorded, Sending, record, repeated, signer_of
from nguon.entries.stock import contents


def receipt_for(
    offered: HandOver, answer: HandOverAnswer, inside: Contents | None = None
) -> Receive | None:
    """The receipt that an answer makes; None where nothing is taken.

    Raises:
        EntryError: as `nguon.entries.handover.taken`.
    """
    lines = taken(offered, answer, inside)
    if not lines:
        return None
    reasons = [line.reason for line in answer.lines if line.reason]
    return Receive(
        at=answer.at,
        note="; ".join(filter(None, (answer.reason, *reasons))) or None,
        place=answer.place,
        giver=offered.giver,
        origin=offered.body.origin,
        lines=lines,
        document=offered.body.document,
        handover=offered.id,
        invoice=offered.body.invoice,
        nonce=answer.nonce,
    )


def answer(
    sending: Sending, given: HandOverAnswer, *, idempotency: str
) -> tuple[HandOver, Recorded | None]:
    """Answer what is offered to the organisation; what is taken is recorded as received.

    Raises:
        UnknownHandOverError: it is not offered to this organisation.
        EntryError: it is answered already, or a reason is missing.
        FaultyEntryError: the receipt cannot be recorded.
    """
    owner = sending.principal.organisation
    known = handovers.one(sending.store, owner, given.handover)
    before = repeated(sending.store, owner, idempotency)
    if before is not None:
        return known, before
    if known.receiver != owner:
        raise UnknownHandOverError("entries.unknown-handover")
    inside = contents(sending.store, known.pallets, known.giver, owner)
    if given.verdict is Verdict.DISPUTE or not given_lines(known, given, inside):
        step = Step(owner, datetime.now(UTC), State.DISPUTED, _words(given))
        signer = signer_of(sending)
        return handovers.change(sending.store, owner, known.id, step, signer, given.nonce), None
    receipt = receipt_for(known, given, inside)
    assert receipt is not None
    done = record(sending, [receipt], idempotency=idempotency)
    return handovers.one(sending.store, owner, known.id), done


def given_lines(known: HandOver, given: HandOverAnswer, inside: Contents | None = None) -> bool:
    """Whether anything at all is taken."""
    return given.verdict is Verdict.ACCEPT or bool(taken(known, given, inside))


def _words(given: HandOverAnswer) -> str | None:
    reasons = [line.reason for line in given.lines if line.reason]
    return "; ".join(filter(None, (given.reason, *reasons))) or None


def agree(sending: Sending, number: str, note: str | None) -> HandOver:
    """The giver agrees to what the receiver found, which closes it.

    Raises:
        UnknownHandOverError: no hand-over of this organisation.
        EntryError: nothing to agree to, or it is not the giver who asks.
    """
    owner = sending.principal.organisation
    step = Step(owner, datetime.now(UTC), State.SETTLED, note)
    return handovers.change(sending.store, owner, number, step, signer_of(sending))
