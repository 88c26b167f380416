# SPDX-License-Identifier: Apache-2.0
"""Sessions: what a person's browser holds after signing in.

A token is 256 random bits, stored as its SHA-256. A session speaks for one
membership; it ends 12 hours after its last use, 30 days after it began, when
the membership ends, and when the person says so.
"""

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from nguon.base.time import from_microseconds, to_microseconds
from nguon.identity.accounts.demanded import demanded
from nguon.identity.cache import Remembered
from nguon.identity.mandates import mandate_of_member
from nguon.identity.model import Principal, Role
from nguon.identity.visibility import KeyKind
from nguon.store import Store, factors
from nguon.store import sessions as rows
from nguon.store.errors import StoreError

_SECOND = 1_000_000
IDLE = 12 * 3600
"""Seconds without use after which a session is over."""
LONGEST = 30 * 24 * 3600
"""Seconds after which a session is over in any case."""
_TOUCH_AFTER = 300
_AGENT = 200


@dataclass(frozen=True, slots=True)
class Signed:
    """A recognised session: who speaks, for which organisation, in which role."""

    principal: Principal
    id: str
    membership: str
    role: Role
    names: tuple[str, str | None]
    """The organisation's, Vietnamese and English."""
    proved: int | None = None
    """When the person last showed who it is, in microseconds."""
    bare: bool = False
    """The role must have a second factor, and the person has none: it may do nothing."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One of a person's sessions, as its owner sees it."""

    id: str
    agent: str
    created: datetime
    seen: datetime


_caches: WeakKeyDictionary[Store, Remembered[Signed]] = WeakKeyDictionary()


def start(
    store: Store,
    person: int,
    membership: str,
    agent: str,
    replaced: str | None,
    *,
    proved: int | None = None,
) -> str:
    """Begin a session and end the one it takes the place of; gives the token.

    A browser never keeps a token that it held before: nobody can plant one. ``proved``: when
    the person showed who it is, in microseconds.
    """
    token, now = secrets.token_urlsafe(32), _now()
    with store.transaction() as connection:
        rows.sweep(connection, now, now - IDLE * _SECOND)
        if replaced is not None:
            rows.end(connection, _hash(replaced))
        rows.add(
            connection,
            token_hash=_hash(token),
            id=secrets.token_hex(8),
            person=person,
            membership=membership,
            agent=agent[:_AGENT],
            created=now,
            seen=now,
            expires=now + LONGEST * _SECOND,
            proved=proved,
        )
    forget(store, person)
    return token


def recognise(store: Store, token: str) -> Signed | None:
    """Who speaks with this token; None where no session stands under it.

    Remembered for two seconds, so an end set by another process shows then at the latest.
    """
    hashed, now = _hash(token), _now()
    with store.reading() as connection:
        row = rows.find(connection, hashed)
        bare = row is not None and _bare(store, connection, row)
    if row is None or now >= row["expires"] or now - row["seen"] >= IDLE * _SECOND:
        return None
    if now - row["seen"] >= _TOUCH_AFTER * _SECOND:
        # A busy SQLite writer must not fail a read: the next use is noted instead.
        with suppress(StoreError), store.transaction() as connection:
            rows.touch(connection, hashed, now)
    signed = _signed(store, row, bare=bare)
    left = (row["expires"] - now) / _SECOND
    _cache(store).put(hashed, signed, signed.principal.key_id, left)
    return signed


def whose(store: Store, token: str) -> int | None:
    """The person of a session that is on record, though it may be over."""
    with store.reading() as connection:
        row = rows.find(connection, _hash(token))
    return None if row is None else int(row["person"])


def recognised(store: Store, token: str) -> Signed | None:
    """Who speaks with this token, if `recognise` remembers it; asks no database."""
    return _cache(store).get(_hash(token))


def of_person(store: Store, person: int) -> list[SessionLine]:
    """A person's sessions that stand, the last used first."""
    now = _now()
    with store.reading() as connection:
        found = rows.of_person(connection, person)
    return [
        SessionLine(
            row["id"], row["agent"], from_microseconds(row["created"]), _moment(row["seen"])
        )
        for row in found
        if now < row["expires"] and now - row["seen"] < IDLE * _SECOND
    ]


def end(store: Store, token: str) -> None:
    """End the session with this token; nothing happens where none stands."""
    known = recognise(store, token)
    with store.transaction() as connection:
        rows.end(connection, _hash(token))
    if known is not None:
        _cache(store).forget(known.principal.key_id)


def end_others(store: Store, signed: Signed) -> int:
    """End a person's sessions but this one; gives how many there were."""
    person = signed.principal.person or 0
    with store.transaction() as connection:
        ended = rows.end_others(connection, person, signed.id)
    forget(store, person)
    return ended


def prove(store: Store, signed: Signed) -> None:
    """The person has shown who it is, just now."""
    with store.transaction() as connection:
        rows.prove(connection, signed.id, _now())
    forget(store, signed.principal.person or 0)


def end_one(store: Store, person: int, session_id: str) -> bool:
    """End one of a person's sessions; False where the person has no such session."""
    with store.transaction() as connection:
        ended = rows.end_one(connection, person, session_id)
    forget(store, person)
    return ended


def forget(store: Store, person: int) -> None:
    """Make the next request of a person ask the database."""
    _cache(store).forget(key_id_of(person))


def key_id_of(person: int) -> str:
    """Under what a person's submissions are kept."""
    return f"person-{person}"


def _bare(store: Store, connection: Connection, row: Mapping[Any, Any]) -> bool:
    if not demanded(store, Role(row["role"])):
        return False
    return not factors.has_factor(connection, row["person"])


def _signed(store: Store, row: Mapping[Any, Any], *, bare: bool) -> Signed:
    role = Role(row["role"])
    kind = KeyKind.MEMBER if bare else role.kind
    inspects = kind is KeyKind.INSPECTOR
    principal = Principal(
        organisation=row["organisation"],
        key_id=key_id_of(row["person"]),
        kind=kind,
        scopes=frozenset() if bare else role.scopes,
        strict=False,
        person=row["person"],
        name=row["name"],
        mandate=mandate_of_member(store, row["person"], row["organisation"]) if inspects else None,
    )
    names = (row["name_vi"] or "", row["name_en"])
    return Signed(principal, row["id"], row["membership"], role, names, row["proved"], bare)


def _cache(store: Store) -> Remembered[Signed]:
    return _caches.setdefault(store, Remembered())


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _now() -> int:
    return to_microseconds(datetime.now(UTC))


def _moment(value: int) -> datetime:
    return from_microseconds(value)
