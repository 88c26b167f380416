# SPDX-License-Identifier: Apache-2.0
"""A step of a key as an entry of the log: what it says, and the row that keeps it.

The entry marks ``key:<kid>`` as entries of events mark their things: the map of the log
proves that the history of a key is whole.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from nguon.base.canonical_json import canonical
from nguon.base.time import from_microseconds, rfc3339, to_microseconds
from nguon.parties.keys.model import KeyAction, KeyScope, PartyKey
from nguon.parties.keys.naming import did, is_opaque
from nguon.store import Store
from nguon.store import party_keys as rows
from nguon.store.statements import Statement

KIND = "party-key"
VERSION = 1


def subject(kid: str) -> str:
    """What entries about a key mark (`nguon.store.log.Log.seqs_of_item`)."""
    return f"key:{kid}"


def now(store: Store, connection: Connection) -> datetime:
    """The moment of the next entry, never before the last one; holds the log until the end."""
    last = from_microseconds(store.log.take(connection).record_time)
    return max(datetime.now(UTC), last)


def seen(connection: Connection, store: Store) -> datetime:
    """The moment as an entry would have it now; nothing is held."""
    return max(datetime.now(UTC), from_microseconds(store.log.head_in(connection).record_time))


class Step(NamedTuple):
    """What becomes of a key, when, and who did it for whom."""

    action: KeyAction
    moment: datetime
    organisation: int
    by: str
    reason: str = ""
    until: datetime | None = None


def put(
    store: Store,
    connection: Connection,
    key: PartyKey,
    step: Step,
    told: Mapping[str, Any] | None = None,
) -> None:
    """State a step in the log, and keep it; ``told`` is said besides."""
    body: dict[str, Any] = {
        "action": step.action.value,
        "at": rfc3339(step.moment),
        "did": did(store, key.party),
        "kid": key.kid,
        "v": VERSION,
        **(told or {}),
    }
    if step.until is not None:
        body["until"] = rfc3339(step.until)
    said = Statement(KIND, canonical(body), about=_about(key), subjects=(subject(key.kid),))
    seq = store.log.state(connection, said)
    rows.add_step(
        connection,
        {
            "kid": key.kid,
            "action": step.action.value,
            "at": store.log.head_in(connection).record_time,
            "seq": seq,
            "until": None if step.until is None else to_microseconds(step.until),
            "organisation": step.organisation,
            "actor": step.by,
            "reason": step.reason,
        },
    )


def _about(key: PartyKey) -> tuple[str, ...]:
    """Whom it concerns: a household or person is not named, for its keys' history stays to be
    checked when all that is said of it is erased.
    """
    named = () if is_opaque(key.party) else (f"organisation/{key.organisation}",)
    return (f"{KIND}/{key.kid}", *named)


def bound(key: PartyKey) -> dict[str, Any]:
    """What the first entry says of a key: everything that decides what it may sign."""
    told: dict[str, Any] = {
        "custody": key.custody.value,
        "jwk": key.public.jwk(),
        "valid_from": rfc3339(key.valid_from),
    }
    if key.valid_to is not None:
        told["valid_to"] = rfc3339(key.valid_to)
    if not key.scope.whole:
        told["scope"] = _scope(key.scope)
    return told


def _scope(scope: KeyScope) -> dict[str, list[str]]:
    return {"places": list(scope.places), "prefixes": list(scope.prefixes)}
