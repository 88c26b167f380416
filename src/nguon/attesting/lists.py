# SPDX-License-Identifier: Apache-2.0
"""Status lists of issuers here: places given out, and the signed credential that tells them.

The bits are not kept: they are made of the states of the credentials whenever a list is
signed, so the two cannot disagree. Places are given out in an order that tells nobody how
many there are.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from nguon.attesting.errors import AttestingUnknownError
from nguon.attesting.model import State
from nguon.attesting.signing import Keys, signer
from nguon.base.time import to_microseconds
from nguon.credentials import jwt
from nguon.credentials.status import (
    ENTRIES,
    REVOCATION,
    BitstringList,
    StatusList,
    status_credential,
)
from nguon.parties.keys.naming import base_of, did, party_code
from nguon.store import Store
from nguon.store import attesting as rows

LASTS = timedelta(days=1)
_RENEWED = timedelta(hours=1)
_MOST_KEPT = 1000
_HALF, _MASK, _ROUNDS = 9, 511, 4
_signed: WeakKeyDictionary[Store, dict[str, tuple[int, datetime, str]]] = WeakKeyDictionary()


def address(store: Store, number: str) -> str:
    """Where a list is served."""
    return f"{base_of(store)}/api/v1/status/{number}"


def take(connection: Connection, issuer: int, purpose: str, now: datetime) -> tuple[str, int]:
    """A place in the issuer's list for a purpose, given to nobody before; a full list is
    followed by a new one.
    """
    found: Mapping[Any, Any] | None = rows.open_list(connection, issuer, purpose)
    if found is None or found["used"] >= ENTRIES:
        found = {
            "id": secrets.token_urlsafe(12),
            "issuer": issuer,
            "purpose": purpose,
            "seed": secrets.token_bytes(16),
            "used": 0,
            "version": 0,
            "opened": to_microseconds(now),
        }
        rows.add_list(connection, found)
    taken = rows.take_place(connection, found["id"])
    return found["id"], _shuffled(bytes(found["seed"]), taken)


def token(store: Store, number: str, keys: Keys, moment: datetime) -> str:
    """The list as a signed credential, good for a day; signed anew when it changed, each hour.

    Raises:
        AttestingUnknownError: there is no such list.
        AttestingConflictError: the issuer has no key here any more.
    """
    hour = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    with store.reading() as connection:
        found = rows.list_of(connection, number)
        if found is None:
            raise AttestingUnknownError("attesting.unknown-list")
        version, purpose = found["version"], found["purpose"]
        known = _signed.setdefault(store, {}).get(number)
        if known is not None and known[:2] == (version, hour):
            return known[2]
        bits = _bits(connection, number, purpose)
    by = signer(store, found["issuer"], keys)
    url = address(store, number)
    told = status_credential(url, by.did, purpose, bits, hour, hour + LASTS + _RENEWED)
    made = jwt.issue(told, by.key, by.kid)
    kept = _signed[store]
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[number] = (version, hour, made)
    return made


def local(store: Store, connection: Connection, url: str) -> StatusList | None:
    """The list at an address as we know it ourselves; None where it is not one of ours."""
    number = url.removeprefix(address(store, ""))
    found = None if number == url else rows.list_of(connection, number)
    if found is None:
        return None
    return StatusList(
        id=url,
        issuer=did(store, party_code(store, connection, found["issuer"])),
        purposes=frozenset({found["purpose"]}),
        bits=_bits(connection, number, found["purpose"]),
        valid_from=None,
        valid_until=None,
    )


def _shuffled(seed: bytes, number: int) -> int:
    """The place that a number leads to: four rounds of Feistel over twice nine bits, walked until
    it is inside the list; no two numbers lead to one place.
    """
    while True:
        left, right = number >> _HALF, number & _MASK
        for turn in range(_ROUNDS):
            keyed = blake2b(bytes([turn, *right.to_bytes(2)]), key=seed, digest_size=2).digest()
            left, right = right, left ^ int.from_bytes(keyed) & _MASK
        number = left << _HALF | right
        if number < ENTRIES:
            return number


def _bits(connection: Connection, number: str, purpose: str) -> BitstringList:
    states = [State.REVOKED.value]
    if purpose != REVOCATION:
        states.append(State.SUSPENDED.value)
    bits = BitstringList()
    for place in rows.told_places(connection, number, states):
        bits.set(place)
    return bits
