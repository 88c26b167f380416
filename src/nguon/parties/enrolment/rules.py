# SPDX-License-Identifier: Apache-2.0
"""What counts at a moment: which enrolment, which standing in the register; pure decisions."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

import msgspec

from nguon.base.time import HANOI
from nguon.parties.enrolment.errors import EntityError
from nguon.parties.enrolment.model import Enrolment
from nguon.parties.register.model import RegisterState


class Told(msgspec.Struct, frozen=True):
    """What the register said of an organisation from a day on, and when that was heard."""

    state: RegisterState
    since: date | None
    as_of: date
    recorded: datetime

    @property
    def begins(self) -> datetime:
        """From when it holds: the register's own day, else the moment it was heard."""
        if self.since is None:
            return self.recorded
        return datetime.combine(self.since, time.min, HANOI)


def standing(enrolments: Iterable[Enrolment], at: datetime) -> Enrolment | None:
    """The enrolment that counts at a moment: the last that began to."""
    found = [one for one in enrolments if one.stands(at)]
    return max(found, key=lambda one: (one.since, one.id)) if found else None


def told(heard: Sequence[Told], at: datetime) -> Told | None:
    """What the register says of a moment: the last it said of any time up to then.

    A dissolution that is heard of late counts from its own day.
    """
    return next((one for one in reversed(heard) if one.begins <= at), None)


def refusal(found: Told | None) -> EntityError | None:
    """Why an entity may not sign, if it may not."""
    if found is None or found.state not in {RegisterState.SUSPENDED, RegisterState.DISSOLVED}:
        return None
    since = (found.since or found.as_of).isoformat()
    return EntityError(f"enrolment.entity-{found.state.value}", since=since, as_of=found.as_of)
