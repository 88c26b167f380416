# SPDX-License-Identifier: Apache-2.0
"""Who a marketplace means: a name that it registered, or a tax code under a key that it shares.

``hmac:<hexadecimal>`` is HMAC-SHA-256 of a tax code's digits and dashes under the marketplace's
own key. What the codes come to is kept in the process for a minute, and nowhere else. Only
enterprises are found so: the numbers of people are not kept in a form that could be compared.
"""

import hmac
import re
import secrets
import threading
from collections.abc import Collection
from datetime import UTC, datetime
from time import monotonic
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Connection

from nguon.base.audience import Audience
from nguon.base.errors import Fault
from nguon.base.mac import Mac
from nguon.base.time import to_microseconds
from nguon.identity.accounts.attempts import Limit, take
from nguon.identity.accounts.sealing import vault_of
from nguon.identity.errors import TooManyAttemptsError
from nguon.identity.model import Principal
from nguon.listings.errors import ListingFaultsError, TooManyMissesError
from nguon.registry import queries as registry
from nguon.registry.masking import is_masked
from nguon.store import Store
from nguon.store import listings as rows

KEYED = "hmac:"
MOST = 1000
LONGEST = 100
SECONDS = 60.0
"""How long a changed tax code may stay unseen."""
_SECRET = 32
_MISSES = 5000
_EVERY = 20
"""Seconds to a miss: nobody finds personal numbers out by trying them all."""
_KEYED = re.compile(r"hmac:[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9._~-]{1,100}")


class Registered(msgspec.Struct, frozen=True):
    """Which party, by its public code, one of a marketplace's sellers is."""

    seller: str
    party: str


class _Known(msgspec.Struct):
    until: float
    secret: bytes
    organisations: dict[str, int]


_known: WeakKeyDictionary[Store, dict[int, _Known]] = WeakKeyDictionary()
_lock = threading.Lock()


def make_key(store: Store, by: Principal) -> bytes:
    """A new key for looking sellers up, in the place of the one before; told this once."""
    secret = secrets.token_bytes(_SECRET)
    with store.transaction() as connection:
        sealed = vault_of(store).seal(connection, secret, _about(by.organisation))
        moment = to_microseconds(datetime.now(UTC))
        values = {"market": by.organisation, "secret": sealed, "made": moment, "actor": by.key_id}
        rows.put_key(connection, values)
    with _lock:
        _known.setdefault(store, {}).pop(by.organisation, None)
    return secret


def register(
    store: Store, by: Principal, audience: Audience, given: Collection[Registered]
) -> None:
    """Say which parties sellers are, in the place of what was said before.

    Raises `ListingFaultsError`, and changes nothing, where one cannot be.
    """
    if not 0 < len(given) <= MOST:
        fault = Fault("/sellers", "listings.how-many", {"most": MOST})
        raise ListingFaultsError("listings.faults", [fault], count=1)
    known = registry.organisations_by_code(store, audience, {one.party for one in given})
    faults: list[Fault] = []
    for number, one in enumerate(given):
        if not _NAME.fullmatch(one.seller):
            faults.append(Fault(f"/sellers/{number}/seller", "listings.seller-name", {}))
        if one.party not in known:
            wrong = {"party": one.party[:LONGEST]}
            faults.append(Fault(f"/sellers/{number}/party", "listings.unknown-party", wrong))
    if faults:
        raise ListingFaultsError("listings.faults", faults, count=len(faults))
    moment = to_microseconds(datetime.now(UTC))
    values = {
        one.seller: {
            "seller": one.seller,
            "organisation": known[one.party].id,
            "registered": moment,
            "actor": by.key_id,
        }
        for one in given
    }
    with store.transaction() as connection:
        rows.put_sellers(connection, by.organisation, list(values.values()))


def found(
    store: Store, market: int, names: Collection[str], *, counted: bool = True
) -> dict[str, int]:
    """The organisations behind sellers as a marketplace calls them; few statements.

    ``counted``: those that nobody is count against the marketplace.

    Raises:
        TooManyMissesError: too many that nobody is, today.
    """
    keyed = {name for name in names if _KEYED.fullmatch(name)}
    with store.reading() as connection:
        given = rows.sellers(connection, market, set(names) - keyed)
        known = _by_mac(store, connection, market) if keyed else {}
    given |= {name: known[name] for name in keyed if name in known}
    misses = len(keyed - given.keys())
    if misses and counted:
        _counted(store, market, misses)
    return given


def _counted(store: Store, market: int, misses: int) -> None:
    bucket = {f"listing misses {market}": Limit(_MISSES // misses, _EVERY * misses)}
    try:
        take(store, bucket)
    except TooManyAttemptsError as error:
        raise TooManyMissesError("listings.misses", **error.params) from error


def _by_mac(store: Store, connection: Connection, market: int) -> dict[str, int]:
    with _lock:
        kept = _known.setdefault(store, {}).get(market)
        if kept is not None and kept.until > monotonic():
            return kept.organisations
        row = rows.key_of(connection, market)
        if row is None:
            return {}
        secret = vault_of(store).open(connection, bytes(row["secret"]), _about(market))
        keyed = Mac(secret)
        organisations = {
            f"{KEYED}{keyed(code.strip().encode()).hex()}": number
            for number, code in rows.tax_codes(connection)
            if not is_masked(code)
        }
        _known[store][market] = _Known(monotonic() + SECONDS, secret, organisations)
        return organisations


def look_up(secret: bytes, tax_code: str) -> str:
    """The name by which a marketplace looks a seller up."""
    return f"{KEYED}{hmac.digest(secret, tax_code.strip().encode(), 'sha256').hex()}"


def _about(market: int) -> str:
    return f"listing key {market}"
