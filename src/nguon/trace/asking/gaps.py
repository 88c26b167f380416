# SPDX-License-Identifier: Apache-2.0
"""What is missing in a lineage, and whom to ask for it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from nguon.base.audience import Audience
from nguon.store import Store
from nguon.trace.model import Lineage


class GapKind(StrEnum):
    """What is missing or does not fit."""

    NEVER_RECEIVED = "never-received"
    """Shipped, and after the allowance nobody received it."""
    NEVER_SHIPPED = "never-shipped"
    """Received, and nobody recorded sending it."""
    OUT_OF_BALANCE = "out-of-balance"
    """More or less came out of a process than what went in allows."""
    SHORT = "short"
    """Another quantity was received than was shipped."""
    UNKNOWN_PARTY = "unknown-party"
    """A party that no register knows."""
    UNKNOWN_PLACE = "unknown-place"
    """A place that no register knows, or none said."""
    BEFORE_CAUSE = "before-cause"
    """A step that happened before what it needs."""
    MISSING_STAGE = "missing-stage"
    """A stage of the chain that no record shows."""


class Gap(msgspec.Struct, frozen=True):
    """Something missing about ``key``; ``event`` shows it and happened ``at``.

    ``party_to_ask`` is the key of the party that should have recorded it, ``organisation`` the
    register's number of it. ``params`` are for the words: what, how much, since when.
    """

    kind: GapKind
    key: str
    event: int | None
    at: datetime | None
    party_to_ask: str | None
    organisation: int | None
    params: Mapping[str, str]


def gaps_of(store: Store, audience: Audience, lineage: Lineage) -> tuple[Gap, ...]:
    """The gaps of all things of a lineage, as far as the reader may see the records."""
    _ = store, audience, lineage
    return ()
