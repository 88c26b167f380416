# SPDX-License-Identifier: Apache-2.0
"""What the other party of hand-overs answered, as evidence of a claim: both entries of the log.

For every shipment and receipt, whoever recorded it: on our pages or as a program.
"""

from collections.abc import Collection
from datetime import datetime

import msgspec

from nguon.entries import handovers
from nguon.entries.answers import Said, said
from nguon.entries.handover import HandOver, State
from nguon.entries.model import Line
from nguon.store import Store

AGREED = frozenset({State.ACCEPTED, State.SETTLED})


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """One hand-over: what was sent and found, by whom, how far it is.

    ``shipping_seq`` and ``receiving_seq`` are entries of the log, None where there is none yet.
    ``quantities`` are the lines sent, ``found`` those received. ``at`` is the last step's time.
    ``said`` are the steps as they were signed and stated.
    """

    id: str
    shipping_seq: int | None
    receiving_seq: int | None
    giver: int
    receiver: int
    state: State
    quantities: tuple[Line, ...]
    found: tuple[Line, ...]
    nonce_echoed: bool
    invoice: str | None
    at: datetime
    said: tuple[Said, ...] = ()

    @property
    def agreed(self) -> bool | None:
        """Whether the receiver found what was sent; None while that is open."""
        if self.state in AGREED:
            return True
        return False if self.state in (State.PART, State.DISPUTED) else None


def confirmations(store: Store, keys: Collection[str]) -> list[Confirmation]:
    """The hand-overs that name these things (or pallets with them), the earliest first.

    Offers that were taken back are left out. Three statements.
    """
    known = [one for one in handovers.naming(store, keys) if one.state is not State.TAKEN_BACK]
    steps = said(store, [one.id for one in known]) if known else {}
    found = [_confirmation(one, tuple(steps[one.id])) for one in known]
    return sorted(found, key=lambda one: (one.at, one.id))


def _confirmation(one: HandOver, steps: tuple[Said, ...]) -> Confirmation:
    body = one.body
    return Confirmation(
        id=one.id,
        shipping_seq=body.shipping,
        receiving_seq=body.receiving,
        giver=one.giver,
        receiver=one.receiver,
        state=one.state,
        quantities=body.offered,
        found=tuple(Line(line.item, line.quantity) for line in body.found),
        nonce_echoed=body.echoed,
        invoice=body.invoice,
        at=one.changed,
        said=steps,
    )
