# SPDX-License-Identifier: Apache-2.0
"""What a grant allows at a moment, as known at a moment; pure."""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from nguon.registry.ledger.ceilings import local_day
from nguon.registry.ledger.model import Authorisation, Change, ChangeKind


class Terms(msgspec.Struct, frozen=True):
    """The grant's quantity and last day, and the withdrawal if it was withdrawn."""

    quantity: Decimal
    valid_to: date
    withdrawn: Change | None = None


def terms(grant: Authorisation, at: datetime, known: datetime | None = None) -> Terms:
    """The terms in force at ``at``, by what was recorded until ``known`` (None: by all)."""
    quantity, last, withdrawn = grant.quantity, grant.valid_to, None
    for change in grant.changes:
        if change.effective > at or (known is not None and change.recorded > known):
            continue
        if change.kind is ChangeKind.WITHDRAWN:
            withdrawn = withdrawn or change
        else:
            quantity = quantity if change.quantity is None else change.quantity
            last = change.valid_to or last
    return Terms(quantity, last, withdrawn)


def live(grant: Authorisation, at: datetime) -> bool:
    """Whether the grant can be drawn on at a moment, but for its quantity."""
    held, day = terms(grant, at), local_day(at)
    return held.withdrawn is None and grant.valid_from <= day <= held.valid_to
