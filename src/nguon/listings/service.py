# SPDX-License-Identifier: Apache-2.0
"""Listings checked: few statements whatever their number, answers signed and good for a while."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from nguon import gs1
from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.base.errors import Fault
from nguon.gs1 import IdentifierError
from nguon.identity.model import Principal
from nguon.listings import facts, rules, sellers
from nguon.listings.errors import ListingFaultsError
from nguon.listings.model import Asked, Listing, Signed
from nguon.parties.enrolment.queries import entities
from nguon.parties.keys import naming
from nguon.parties.keys.custody import custodian_of
from nguon.parties.keys.model import PartyKey
from nguon.signing import jws
from nguon.signing.keys import PrivateKey
from nguon.store import Store

TYPE = "nguon-listings+jwt"
SLOT = 300
"""Seconds for which an answer is given alike, and for so many more it is good."""
AT_ONCE = 500
"""Listings of a catalogue that one signature covers."""
MOST = 10_000
_LONGEST = 2000
_KEY_SECONDS = 5.0
VERSION = 1


def check(store: Store, by: Principal, asked: Sequence[Asked], moment: datetime) -> Signed:
    """The signed answers about listings, in their order.

    Raises:
        ListingFaultsError: none, or too many.
        TooManyMissesError: too many sellers that nobody is.
    """
    bounded(asked, AT_ONCE)
    return signed(store, by.organisation, answered(store, by.organisation, asked, moment), moment)


def catalogue(
    store: Store, by: Principal, asked: Sequence[Asked], moment: datetime
) -> Iterator[Signed]:
    """Likewise of a whole catalogue, portion by portion, each signed by itself.

    Raises `ListingFaultsError` before the first portion.
    """
    bounded(asked, MOST)
    portions = (asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE))
    return (check(store, by, portion, moment) for portion in portions)


def answered(
    store: Store, market: int, asked: Sequence[Asked], moment: datetime, *, counted: bool = True
) -> tuple[Listing, ...]:
    """The answers, not signed; ``counted`` as `nguon.listings.sellers.found`."""
    keys = {one.code: key_of(one.code) for one in asked}
    known = sellers.found(store, market, {one.seller for one in asked}, counted=counted)
    legal = entities(store, set(known.values()), moment) if known else {}
    found = facts.gathered(store, {key for key in keys.values() if key is not None}, moment)

    def one(listing: Asked) -> Listing:
        key, seller = keys[listing.code], known.get(listing.seller)
        if key is None:
            return Listing(listing.seller, listing.code, None, dict(rules.UNREADABLE))
        entity = None if seller is None else legal.get(seller)
        answers = rules.answers(seller, entity, found.things[key], found)
        return Listing(listing.seller, listing.code, key, answers)

    return tuple(one(listing) for listing in asked)


def signed(store: Store, market: int, listings: tuple[Listing, ...], moment: datetime) -> Signed:
    """Answers with the platform's signature; the same octets for the same answers in one slot."""
    begun = int(moment.timestamp()) // SLOT * SLOT
    key, secret = _platform(store)
    issuer = naming.did(store, "")
    payload: dict[str, Any] = {
        "iss": issuer,
        "aud": str(market),
        "iat": begun,
        "exp": begun + 2 * SLOT,
        "v": VERSION,
        "listings": msgspec.to_builtins(listings),
    }
    octets = canonical(payload)
    return Signed(
        listings=listings,
        issued=datetime.fromtimestamp(begun, UTC),
        expires=datetime.fromtimestamp(begun, UTC) + timedelta(seconds=2 * SLOT),
        tag=url_text(sha256(octets).digest()[:18]),
        jws=jws.sign(octets, secret, {"kid": f"{issuer}#{key.kid}", "typ": TYPE}),
    )


def key_of(code: str) -> str | None:
    """The item that a listing's code is of, in any of its forms; None where it cannot be read."""
    try:
        return gs1.parse(code.strip()[:_LONGEST]).key
    except IdentifierError:
        return None


_signers: WeakKeyDictionary[Store, tuple[float, tuple[PartyKey, PrivateKey]]] = WeakKeyDictionary()


def _platform(store: Store) -> tuple[PartyKey, PrivateKey]:
    """The platform's key, remembered for some seconds."""
    kept = _signers.get(store)
    if kept is None or kept[0] < monotonic():
        kept = monotonic() + _KEY_SECONDS, custodian_of(store).platform()
        _signers[store] = kept
    return kept[1]


def bounded(asked: Sequence[Asked], most: int) -> None:
    """Raises `ListingFaultsError` where nothing is asked, or too much at once."""
    if not 0 < len(asked) <= most:
        fault = Fault("/listings", "listings.how-many", {"most": most})
        raise ListingFaultsError("listings.faults", [fault], count=1)
