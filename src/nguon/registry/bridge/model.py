# SPDX-License-Identifier: Apache-2.0
"""The bridge's values: a mapping as declared, as kept, and as a reader is told of it."""

from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec


class System(StrEnum):
    """What sort of system names the thing."""

    MINISTRY = "ministry"
    PLATFORM = "platform"
    RETAIL = "retail"
    INTERNAL = "internal"


class Status(StrEnum):
    """What the two parties say of a mapping."""

    DECLARED = "declared"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"


PUBLISHED = {
    System.MINISTRY: True,
    System.PLATFORM: True,
    System.RETAIL: True,
    System.INTERNAL: False,
}
"""Whether everybody sees a mapping whose owner did not say."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping to keep: ``foreign_id`` of ``source`` names the item.

    ``source`` is the other system by name or address, ``item`` a GS1 key in any
    form. ``foreign_owner`` is the organisation whose system it is, where it is
    registered here: it may confirm or refuse. None of ``valid_from`` is today,
    none of ``public`` what is usual for the system.
    """

    system: System
    source: str
    foreign_id: str
    item: str
    valid_from: date | None = None
    valid_to: date | None = None
    public: bool | None = None
    foreign_owner: int | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one of the parties said afterwards; holds from the day ``effective``."""

    status: Status
    effective: date
    reason: str
    organisation: int
    recorded: datetime


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping as kept: ``item`` is the canonical key, ``owner`` whose goods it names."""

    id: str
    system: System
    source: str
    foreign_id: str
    item: str
    owner: int
    declarer: int
    foreign_owner: int | None
    public: bool
    valid_from: date
    valid_to: date | None
    recorded: datetime
    steps: tuple[Step, ...] = ()

    @property
    def status(self) -> Status:
        """What was said last."""
        if self.steps:
            return self.steps[-1].status
        both = self.system is System.INTERNAL or self.foreign_owner == self.owner
        return Status.CONFIRMED if both else Status.DECLARED

    @property
    def last_day(self) -> date | None:
        """The last day on which it stands; None where no end is known."""
        if self.status is not Status.ENDED:
            return self.valid_to
        ended = self.steps[-1].effective - timedelta(days=1)
        return ended if self.valid_to is None else min(self.valid_to, ended)

    def holds(self, day: date) -> bool:
        """Whether the mapping stands on this day."""
        if self.status is Status.REFUSED or day < self.valid_from:
            return False
        return self.last_day is None or day <= self.last_day


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping as a reader is told of it.

    ``holds``: it stands on the day asked for. ``contested``: another party says that
    the same name of the same system is one of its own things. ``owner_vi`` and
    ``owner_en`` name whose goods they are, as this reader may know it.
    """

    id: str
    system: System
    source: str
    foreign_id: str
    item: str
    status: Status
    holds: bool
    contested: bool
    valid_from: date
    valid_to: date | None
    public: bool
    owner: int
    owner_vi: str
    owner_en: str | None
