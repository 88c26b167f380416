# SPDX-License-Identifier: Apache-2.0
"""The keys of parties as values: what they are for, what became of them, whether they stand.

A key is judged where the log has the entry that it signed, never by what its holder says of
the time: a stolen key cannot sign for a day before it was stolen.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from nguon.signing.keys import PublicKey


class KeyScope(msgspec.Struct, frozen=True):
    """What a key speaks for; both empty: everything that its party itself may speak for.

    ``prefixes`` are beginnings of canonical GS1 keys (``01/0952110100002``) or the digits of
    company prefixes, ``places`` are keys of places (``414/…``, ``vn-area:…``, ``vn-pack:…``).
    """

    prefixes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return not (self.prefixes or self.places)


class Custody(StrEnum):
    """Who has the secret half."""

    OWN = "own"
    CUSTODIAL = "custodial"
    """The platform signs for the party, when somebody who may says so."""


class KeyAction(StrEnum):
    """What becomes of a key."""

    BIND = "bind"
    REPLACE = "replace"
    """Another key takes its place; it ends at ``until``."""
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"


class KeyState(StrEnum):
    """Whether what a key signs counts."""

    ACTIVE = "active"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class KeyStep(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that became of a key: entry ``seq`` of the log says so, recorded ``at``."""

    action: KeyAction
    at: datetime
    seq: int
    organisation: int
    """Who did it; 0 is the operator."""
    by: str
    reason: str = ""
    until: datetime | None = None


class PartyKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key bound to a party, with all that became of it, the last step last."""

    kid: str
    """The key's thumbprint (RFC 7638)."""
    organisation: int
    party: str
    """What the party is called in public; empty for the operator."""
    public: PublicKey
    custody: Custody
    name: str
    scope: KeyScope
    valid_from: datetime
    valid_to: datetime | None
    steps: tuple[KeyStep, ...]

    def standing(self, at: datetime, seq: int | None = None) -> KeyState:
        """Whether the key stood for an entry recorded at a time.

        With its number ``seq`` the order of the log decides which steps came before it;
        without, those that were recorded by then.
        """
        return state(self._before(at, seq), self.valid_from, self.valid_to, at)

    def ends(self, at: datetime, seq: int | None = None) -> datetime | None:
        """When it ended, as was known then."""
        return _end(self._before(at, seq), self.valid_to)

    def _before(self, at: datetime, seq: int | None) -> list[KeyStep]:
        if seq is None:
            return [step for step in self.steps if step.at <= at]
        return [step for step in self.steps if step.seq < seq]


def state(
    steps: Sequence[KeyStep], valid_from: datetime, valid_to: datetime | None, at: datetime
) -> KeyState:
    """What these steps make of a key at a time; nothing follows a revocation."""
    said = [step.action for step in steps]
    if KeyAction.REVOKE in said:
        return KeyState.REVOKED
    if KeyAction.BIND not in said or at < valid_from:
        return KeyState.NOT_YET
    halts = [one for one in said if one in (KeyAction.SUSPEND, KeyAction.RESUME)]
    if halts and halts[-1] is KeyAction.SUSPEND:
        return KeyState.SUSPENDED
    end = _end(steps, valid_to)
    return KeyState.EXPIRED if end is not None and at >= end else KeyState.ACTIVE


def _end(steps: Sequence[KeyStep], valid_to: datetime | None) -> datetime | None:
    ends = [step.until for step in steps if step.until is not None]
    return min([*ends, *([] if valid_to is None else [valid_to])], default=None)
