# SPDX-License-Identifier: Apache-2.0
"""One-time codes of an authenticator app (RFC 6238: SHA-1, six digits, thirty seconds).

A code is good in its own thirty seconds and the ones before and after, and
once: neither it nor an earlier one is taken again. The secret is sealed.
"""

import secrets
import time
from base64 import b32encode
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import Connection

from nguon.identity.accounts import people
from nguon.identity.accounts.sealing import vault_of
from nguon.identity.errors import AccountError
from nguon.store import Store
from nguon.store import factors as rows

PERIOD = 30
DIGITS = 6
_DRIFT = (0, -1, 1)
_OCTETS = 20


@dataclass(frozen=True, slots=True)
class Offered:
    """A secret to put into an app: as text to type, as an address for a QR code."""

    text: str
    address: str


def offer(store: Store, person: int, issuer: str) -> Offered:
    """A secret that is a second factor once a code of it was shown (`confirm`).

    The same one until then.

    Raises:
        UnknownPersonError: there is no such person.
        AccountError: the person has one-time codes already.
    """
    known = people.get(store, person)
    with store.transaction() as connection:
        row = rows.find_one_time(connection, person)
        if row is not None and row["confirmed"] is not None:
            raise AccountError("security.codes-there")
        if row is not None:
            secret = _secret(store, connection, person, bytes(row["secret"]))
        else:
            secret = secrets.token_bytes(_OCTETS)
            sealed = vault_of(store).seal(connection, secret, _about(person))
            rows.put_one_time(
                connection, person, secret=sealed, created=people.now(), confirmed=None, used=-1
            )
    address = _codes(secret).get_provisioning_uri(known.email or known.phone or known.name, issuer)
    return Offered(b32encode(secret).decode(), address)


def confirm(connection: Connection, store: Store, person: int, code: str) -> bool:
    """Make the offered secret a second factor; False where the code is none of it."""
    return _used(connection, store, person, code, confirming=True)


def check(connection: Connection, store: Store, person: int, code: str) -> bool:
    """Whether it is a code of the person's second factor; it is none afterwards."""
    return _used(connection, store, person, code, confirming=False)


def step_of(secret: bytes, code: str, now: float) -> int | None:
    """Which thirty seconds a code belongs to, near a moment; None where it is wrong."""
    digits = code.replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) == DIGITS):
        return None
    codes, current = _codes(secret), int(now) // PERIOD
    found = None
    for drift in _DRIFT:
        try:
            codes.verify(digits.encode(), (current + drift) * PERIOD)
        except InvalidToken:
            continue
        found = current + drift if found is None else found
    return found


def _used(
    connection: Connection, store: Store, person: int, code: str, *, confirming: bool
) -> bool:
    row = rows.find_one_time(connection, person)
    if row is None or (row["confirmed"] is None) is not confirming:
        return False
    step = step_of(_secret(store, connection, person, bytes(row["secret"])), code, time.time())
    if step is None:
        return False
    noted = {"confirmed": people.now()} if confirming else {}
    return rows.use_one_time(connection, person, step, **noted)


def _codes(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), PERIOD)  # noqa: S303 - what every app makes (RFC 6238)


def _secret(store: Store, connection: Connection, person: int, sealed: bytes) -> bytes:
    return vault_of(store).open(connection, sealed, _about(person))


def _about(person: int) -> str:
    return f"one-time {person}"
