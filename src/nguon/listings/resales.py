# SPDX-License-Identifier: Apache-2.0
"""Resale declarations: a seller says, signed, that it offers things that it bought.

Signed by the seller's own key, or where it has none by the one that is kept here for it; the
protected header says which. It counts from when it is received, and is stated in the log.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import msgspec

from nguon.base.canonical_json import canonical
from nguon.base.errors import Fault
from nguon.base.time import from_microseconds, to_microseconds
from nguon.identity.model import Principal
from nguon.listings.errors import ListingError, ListingFaultsError, UnknownListingError
from nguon.listings.service import key_of
from nguon.parties.enrolment.queries import may_sign
from nguon.parties.keys import naming, queries
from nguon.parties.keys.custody import custodian_of
from nguon.parties.keys.model import KeyState
from nguon.signing import jws
from nguon.store import Store
from nguon.store import listings as rows

TYPE = "nguon-resale+jwt"
MOST = 1000
_SKEW = 300
"""Seconds by which a clock may be off, either way."""


class Resale(msgspec.Struct, frozen=True):
    """A declaration."""

    key: str
    declared: datetime
    withdrawn: datetime | None
    signed: str


class Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a seller signs with its own key: the things, and when (seconds since 1970)."""

    resells: tuple[str, ...]
    iat: int


def declare(store: Store, by: Principal, codes: Collection[str]) -> list[Resale]:
    """Declare with the key that is kept here for the seller, made where there is none.

    Raises:
        ListingFaultsError: none, too many, or codes that cannot be read.
        NguonError: the seller may not sign (`nguon.parties.enrolment.queries.may_sign`).
    """
    keys = _keys(codes)
    now = datetime.now(UTC)
    refused = may_sign(store, by.organisation, now)
    if refused is not None:
        raise refused
    custodian = custodian_of(store)
    custodian.make(by.organisation, name="resale", by=by.key_id)
    found = custodian.key(by.organisation)
    assert found is not None
    key, secret = found
    claims = {"iat": int(now.timestamp()), "resells": keys}
    header = {
        "kid": f"{naming.did(store, key.party)}#{key.kid}",
        "typ": TYPE,
        "custody": "custodial",
    }
    return _kept(store, by, keys, jws.sign(canonical(claims), secret, header), now)


def declare_signed(store: Store, by: Principal, compact: str) -> list[Resale]:
    """Declare with the seller's own key: a compact JWS over `Claims`, ``kid`` the key's.

    Raises:
        SigningError: no signature of this kind, or not by that key.
        ListingError: another's key, one that does not stand, or an old signature.
        ListingFaultsError: none, too many, or codes that cannot be read.
    """
    read = jws.read(compact)
    now = datetime.now(UTC)
    kid = str(read.header.get("kid", "")).rpartition("#")[2]
    key = queries.find(store, kid)
    if key is None or key.organisation != by.organisation:
        raise ListingError("listings.key-unknown")
    if key.standing(now) is not KeyState.ACTIVE:
        raise ListingError("listings.key-state", state=key.standing(now).value)
    read.verify(key.public)
    refused = may_sign(store, by.organisation, now)
    if refused is not None:
        raise refused
    try:
        claims = msgspec.json.decode(read.payload, type=Claims)
    except msgspec.DecodeError as error:
        raise ListingError("listings.claims") from error
    if abs(now.timestamp() - claims.iat) > _SKEW:
        raise ListingError("listings.claims-old", seconds=_SKEW)
    return _kept(store, by, _keys(claims.resells), compact, now)


def withdraw(store: Store, by: Principal, code: str) -> None:
    """Take a declaration back; raises `UnknownListingError` where none stands."""
    key, now = key_of(code) or code, to_microseconds(datetime.now(UTC))
    with store.transaction() as connection:
        if not rows.withdraw_resale(connection, by.organisation, key, now):
            raise UnknownListingError("listings.no-resale")


def of(store: Store, organisation: int, *, limit: int = 200) -> list[Resale]:
    """What an organisation declared, the latest first."""
    with store.reading() as connection:
        return [_resale(row) for row in rows.resales_of(connection, organisation, limit=limit)]


def _kept(store: Store, by: Principal, keys: list[str], signed: str, now: datetime) -> list[Resale]:
    values = [
        {
            "organisation": by.organisation,
            "key": key,
            "declared": to_microseconds(now),
            "actor": by.key_id,
            "signed": signed,
        }
        for key in keys
    ]
    with store.transaction() as connection:
        rows.put_resales(connection, values)
    return [_resale({**one, "withdrawn": None}) for one in values]


def _keys(codes: Collection[str]) -> list[str]:
    read = [(number, code, key_of(code)) for number, code in enumerate(codes)]
    faults = [
        Fault(f"/codes/{number}", "listings.code", {"code": code[:80]})
        for number, code, key in read
        if key is None
    ]
    if not 0 < len(read) <= MOST:
        faults = [Fault("/codes", "listings.how-many", {"most": MOST})]
    if faults:
        raise ListingFaultsError("listings.faults", faults, count=len(faults))
    return list(dict.fromkeys(key for _, _, key in read if key is not None))


def _resale(row: Any) -> Resale:
    withdrawn = row["withdrawn"]
    ended = None if withdrawn is None else from_microseconds(withdrawn)
    return Resale(row["key"], from_microseconds(row["declared"]), ended, row["signed"])
