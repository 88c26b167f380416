# SPDX-License-Identifier: Apache-2.0
"""An offer that nobody answered is taken back: its shipment is declared in error.

The state changes first, where no answer can come between; then the declaration
is captured. Whoever asks again after that failed has it captured then.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.time import rfc3339, to_microseconds
from nguon.capture.writing import Origin
from nguon.entries import facts, handover, handovers
from nguon.entries.documents import document
from nguon.entries.errors import EntryError, UnknownHandOverError
from nguon.entries.events import event_id, seed_of
from nguon.entries.handover import HandOver, State, Step
from nguon.entries.model import Receive, decode_all
from nguon.entries.service import Sending, signer_of
from nguon.store import entries as statements
from nguon.store.values import StoredEvent

_REASON = "did_not_occur"


def take_back(sending: Sending, number: str, reason: str | None) -> HandOver:
    """Take back what was offered; the goods are in hand again.

    Raises:
        UnknownHandOverError: no hand-over that this organisation offered.
        EntryError: it is answered, or no reason is given.
    """
    owner = sending.principal.organisation
    after = _changed(sending, owner, number, reason)
    shipment = _shipment(sending, owner, after)
    event: dict[str, Any] = msgspec.json.decode(shipment.body or b"{}")
    event["errorDeclaration"] = {
        "declarationTime": rfc3339(after.changed),
        "reason": _REASON,
    }
    event.pop("recordTime", None)
    whole = document([msgspec.json.encode(event)], after.changed, shipment.context)
    job = sending.capture.document(whole, Origin(sending.principal))
    if not job.success:
        raise EntryError("entries.clash")
    return after


def _changed(sending: Sending, owner: int, number: str, reason: str | None) -> HandOver:
    signer = signer_of(sending)
    with sending.store.transaction() as connection:
        known = handovers.held(connection, number)
        if known is None or known.giver != owner:
            raise UnknownHandOverError("entries.unknown-handover")
        if known.state is State.TAKEN_BACK:
            return known
        now = datetime.now(UTC)
        step = handover.allowed(known, Step(owner, now, State.TAKEN_BACK, reason))
        if _answering(connection, known, now):
            raise EntryError("entries.handover-answered")
        after = handover.moved(known, step)
        handovers.write(connection, after, signer)
    return after


def _answering(connection: Connection, known: HandOver, now: datetime) -> bool:
    """Whether the receiver's answer is on its way; his forms wait until this is decided."""
    statements.numbers(connection, f"receipt/{known.receiver}", 0)
    since = to_microseconds(now) - facts.PENDING
    return any(
        isinstance(entry, Receive) and entry.handover == known.id
        for form in statements.pending(connection, known.receiver, since)
        for entry in decode_all(form["body"])
    )


def _shipment(sending: Sending, owner: int, known: HandOver) -> StoredEvent:
    """The event that offered it."""
    receipt = known.body.history[0].receipt or 0
    with sending.store.reading() as connection:
        form = statements.by_receipt(connection, owner, receipt)
    found: list[StoredEvent] = []
    for position in range(len(decode_all(form["body"])) if form else 0):
        if form and handovers.number_of(owner, receipt, position) == known.id:
            name = event_id(owner, seed_of(form["idempotency"], position))
            found = sending.store.events.by_event_id(sending.principal.audience, name)
    own = (one for one in found if one.submitter == owner)
    original = next((one for one in own if one.event.error_declaration is None), None)
    if original is None or original.body is None:
        raise UnknownHandOverError("entries.unknown-handover")
    return original
