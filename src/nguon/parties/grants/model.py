# SPDX-License-Identifier: Apache-2.0
"""Grants as values: from whom to whom, for what, in which season, how much, and what is left."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from nguon.base.quantity import Quantity
from nguon.parties.keys.model import KeyScope


class GrantState(StrEnum):
    """How a grant stands."""

    OFFERED = "offered"
    """Given; the taker has not answered."""
    STANDING = "standing"
    DECLINED = "declined"
    REVOKED = "revoked"
    ENDED = "ended"
    """Its season is over."""


class GrantAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A grant to give. ``request`` is the giver's mark of it: sent again, it is the same one.

    ``scope``: both lists empty is everything of the giver's. Both days of the season count.
    ``signature`` is the giver's own detached JWS; without one the key kept here signs.
    """

    taker: int
    scope: KeyScope
    season_from: date
    season_to: date
    quantity: Quantity | None = None
    note: str = ""
    request: str = ""
    signature: str | None = None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """A grant; ``payload`` is what the giver signed, ``token`` his detached JWS over it."""

    id: str
    giver: int
    taker: int
    scope: KeyScope
    season_from: date
    season_to: date
    quantity: Quantity | None
    used: Decimal
    """What was drawn, in the unit of ``quantity``; 0 where nothing bounds it."""
    note: str
    given: datetime
    given_by: str
    kid: str
    custodial: bool
    payload: str
    token: str
    answered: datetime | None
    accepted: bool | None
    revoked: datetime | None
    reason: str

    @property
    def left(self) -> Quantity | None:
        """What may still be drawn; None without a bound."""
        if self.quantity is None:
            return None
        return Quantity(self.quantity.amount - self.used, self.quantity.unit)

    def covers(self, day: date) -> bool:
        """Whether a day is in its season."""
        return self.season_from <= day <= self.season_to

    def state(self, day: date) -> GrantState:
        """How it stands on a day."""
        if self.revoked is not None:
            return GrantState.REVOKED
        if self.accepted is None:
            return GrantState.OFFERED if day <= self.season_to else GrantState.ENDED
        if not self.accepted:
            return GrantState.DECLINED
        return GrantState.STANDING if day <= self.season_to else GrantState.ENDED


class GrantUse(msgspec.Struct, frozen=True):
    """What one record drew from a grant."""

    event: int
    organisation: int
    amount: Decimal
    happened: datetime
    drawn: datetime
    returned: datetime | None
    """The record was declared erroneous: what it drew came back."""
