# SPDX-License-Identifier: Apache-2.0
"""Signing keys as programs are told of them, and the terms on which one is bound as sent."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import msgspec

from nguon.base.time import HANOI
from nguon.parties.keys.model import Custody, KeyAction, KeyState, PartyKey
from nguon.parties.keys.naming import did
from nguon.store import Store


class StepTold(msgspec.Struct, kw_only=True):
    """What became of a key; ``entry`` is the number of the log's entry that says so."""

    action: KeyAction
    at: datetime
    entry: int
    operator: bool
    """Done by the operator, and not by the party itself."""
    reason: str
    until: datetime | None


class KeyTold(msgspec.Struct, kw_only=True):
    """A signing key as it stands."""

    kid: str
    did: str
    state: KeyState
    custody: Custody
    name: str
    jwk: dict[str, str]
    prefixes: Sequence[str]
    places: Sequence[str]
    valid_from: datetime
    valid_to: datetime | None
    steps: list[StepTold]


def told(store: Store, key: PartyKey, now: datetime) -> KeyTold:
    """A key as it stands now."""
    return KeyTold(
        kid=key.kid,
        did=did(store, key.party),
        state=key.standing(now),
        custody=key.custody,
        name=key.name,
        jwk=key.public.jwk(),
        prefixes=key.scope.prefixes,
        places=key.scope.places,
        valid_from=key.valid_from,
        valid_to=key.ends(now),
        steps=[
            StepTold(
                action=step.action,
                at=step.at,
                entry=step.seq,
                operator=step.organisation != key.organisation,
                reason=step.reason,
                until=step.until,
            )
            for step in key.steps
        ],
    )


def begin_of(first: date | None) -> datetime | None:
    """When a key begins whose first day is this one, in Viet Nam."""
    return None if first is None else datetime.combine(first, time(), HANOI)


def end_of(last: date | None) -> datetime | None:
    """When a key ends whose last day is this one, in Viet Nam."""
    return None if last is None else datetime.combine(last + timedelta(days=1), time(), HANOI)
