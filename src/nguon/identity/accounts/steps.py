# SPDX-License-Identifier: Apache-2.0
"""What has begun and waits for its next step: in one browser, for minutes, taken once.

A sign-in that waits for its second factor, a challenge for a passkey, a way to
a provider and back, codes to be shown once. Each is found by a token of 256
random bits (kept as SHA-256) and by whoever holds it: a session, or the secret
of a visitor's cookie. What it says is sealed.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.base.time import to_microseconds
from nguon.identity.accounts.sealing import vault_of
from nguon.identity.errors import SignInError
from nguon.store import Store
from nguon.store import steps as rows

_SECOND = 1_000_000
_MOST = 100_000
"""Steps that may wait; each is gone after some minutes."""
_ContentT = TypeVar("_ContentT")


@dataclass(frozen=True, slots=True)
class Kind:
    """What waits, and for how many seconds."""

    name: str
    seconds: int


SECOND = Kind("second", 600)
"""A sign-in that waits for the second factor."""
SHOWN = Kind("shown", 600)
"""Secrets that their owner may see once more."""


def begin(store: Store, kind: Kind, holder: str, content: Any, *, person: int | None = None) -> str:
    """Keep what has begun; gives the token to go on with.

    Raises `SignInError` where too many wait.
    """
    token, now = secrets.token_urlsafe(32), _now()
    with store.transaction() as connection:
        rows.sweep(connection, now)
        if rows.count(connection) >= _MOST:
            raise SignInError("accounts.busy")
        rows.add(
            connection,
            token_hash=hashed(token),
            kind=kind.name,
            holder=hashed(holder),
            person=person,
            content=vault_of(store).seal(connection, msgspec.json.encode(content), _about(token)),
            expires=now + kind.seconds * _SECOND,
        )
    return token


def look(
    store: Store, kind: Kind, holder: str, token: str, content: type[_ContentT]
) -> _ContentT | None:
    """What waits under a token in this browser; None where nothing does."""
    with store.reading() as connection:
        row = rows.find(connection, hashed(token), kind.name)
        return _content(store, connection, row, holder, token, content)


def take(
    store: Store, kind: Kind, holder: str, token: str, content: type[_ContentT]
) -> _ContentT | None:
    """As `look`, and nobody gets it again: not even where the browser is another."""
    with store.transaction() as connection:
        row = rows.take(connection, hashed(token), kind.name)
        return _content(store, connection, row, holder, token, content)


def drop(store: Store, person: int) -> None:
    """Let nothing wait for a person any more."""
    with store.transaction() as connection:
        rows.drop_of(connection, person)


def hashed(token: str) -> bytes:
    """As what a token is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _content(
    store: Store,
    connection: Connection,
    row: RowMapping | None,
    holder: str,
    token: str,
    content: type[_ContentT],
) -> _ContentT | None:
    if row is None or bytes(row["holder"]) != hashed(holder) or row["expires"] <= _now():
        return None
    opened = vault_of(store).open(connection, bytes(row["content"]), _about(token))
    return msgspec.json.decode(opened, type=content)


def _about(token: str) -> str:
    return f"step {hashed(token).hex()}"


def _now() -> int:
    return to_microseconds(datetime.now(UTC))
