# SPDX-License-Identifier: Apache-2.0
"""What a register of businesses is to us: one question, one answer with its date.

Which system answers is the operator's choice; a file serves for demonstrations
and tests. An answer holds as of a day, and is shown with it.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

import msgspec


class RegisterState(StrEnum):
    """Where a business stands; ``UNKNOWN`` where no register said so."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DISSOLVED = "dissolved"
    UNKNOWN = "unknown"


class RegisterEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What a register says of an enterprise code, as of a day."""

    code: str
    name: str
    kind: str
    state: RegisterState
    as_of: date
    source: str
    address: str | None = None
    commune: str | None = None
    founded: date | None = None
    representative_name: str | None = None
    state_since: date | None = None
    asked: datetime | None = None
    """When it was asked, for an answer that was kept because the register is silent now."""

    @property
    def stale(self) -> bool:
        """Whether the register was asked again since and did not answer."""
        return self.asked is not None


class BusinessRegister(Protocol):
    """A register of businesses."""

    def look_up(self, code: str, as_of: date | None = None) -> RegisterEntry | None:
        """What is registered under an enterprise code, now or on a day; None for nothing.

        Raises `nguon.parties.register.errors.RegisterUnreachableError`.
        """
        ...
