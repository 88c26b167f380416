# SPDX-License-Identifier: Apache-2.0
"""A gap: something that is missing or does not fit."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec


class GapKind(StrEnum):
    """What is missing or does not fit."""

    NEVER_RECEIVED = "never-received"
    """Shipped, and after the allowance nobody received it; or it turned up unreceived."""
    NEVER_SHIPPED = "never-shipped"
    """Received, and nobody recorded sending it."""
    SHORT = "short"
    """Less was received than was shipped."""
    OUT_OF_BALANCE = "out-of-balance"
    """More or less came out of a process than what went in allows."""
    NOT_THERE = "not-there"
    """More left a stock than was there."""
    UNITS = "units"
    """Measured in a unit that cannot be reckoned into the others."""
    UNKNOWN_PARTY = "unknown-party"
    """A party that no register knows."""
    UNKNOWN_PLACE = "unknown-place"
    """A place that no register knows."""
    NO_PLACE = "no-place"
    """A record that says no place."""
    BEFORE_CAUSE = "before-cause"
    """A step that happened before what it needs."""
    AFTER_END = "after-end"
    """Recorded after it was used up or destroyed."""
    MISSING_STAGE = "missing-stage"
    """A stage of the chain that no record shows."""


class Gap(msgspec.Struct, frozen=True):
    """Something missing about ``key``; ``event`` shows it and happened ``at``.

    ``party_to_ask`` is the key of the party that should have recorded it, ``organisation`` the
    register's number of it, or of who sent the record. ``params`` are for the words: what, how
    much, from whom to whom; `code` names those.
    """

    kind: GapKind
    key: str
    event: int | None
    at: datetime | None
    party_to_ask: str | None
    organisation: int | None
    params: Mapping[str, str]

    @property
    def code(self) -> str:
        """The message that tells it, with ``params``."""
        return f"trace.gap.{self.kind.value}"
