# SPDX-License-Identifier: Apache-2.0
"""How often somebody may try to sign in, over all processes.

Each attempt puts a drop into several buckets, which leak; where one would run
over, the attempt waits. Nothing is ever locked: a bucket is empty again after
``burst × every`` seconds, and full buckets take no more drops. A browser that
signed in before has a bucket of its own, so strangers who try an account's
password do not keep its owner out.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address

from nguon.base.time import to_microseconds
from nguon.identity.errors import TooManyAttemptsError
from nguon.store import Store
from nguon.store import accounts as people
from nguon.store import attempts as rows

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Limit:
    """``burst`` attempts at once, then one in ``every`` seconds."""

    burst: int
    every: int


FROM_ADDRESS = Limit(60, 10)
"""Whatever the account: an office behind one address."""
FROM_ADDRESS_ON_ACCOUNT = Limit(5, 60)
ON_ACCOUNT = Limit(50, 30)
"""From anywhere: some 2,900 a day, which is nothing against a password that we accept."""
FROM_KNOWN_BROWSER = Limit(10, 30)


def buckets(address: str, account: str, browser: str | None) -> dict[str, Limit]:
    """The buckets of an attempt; ``browser`` is one that this account signed in with before."""
    near = network(address)
    found = {f"address {near}": FROM_ADDRESS}
    if browser is not None:
        return {**found, f"browser {account} {browser}": FROM_KNOWN_BROWSER}
    return {
        **found,
        f"both {account} {near}": FROM_ADDRESS_ON_ACCOUNT,
        f"account {account}": ON_ACCOUNT,
    }


def take(store: Store, wanted: Mapping[str, Limit]) -> None:
    """Count an attempt, before it is known whether it succeeds.

    Raises `TooManyAttemptsError`, and counts nothing, where a bucket is full.
    """
    now = to_microseconds(datetime.now(UTC))
    limits = {_hidden(store, name): limit for name, limit in wanted.items()}
    with store.transaction() as connection:
        people.hold(connection)
        known = rows.find(connection, list(limits))
        free = {
            name: max(known.get(name, now), now) + limit.every * _SECOND
            for name, limit in limits.items()
        }
        waits = [
            free[name] - limit.burst * limit.every * _SECOND - now for name, limit in limits.items()
        ]
        if max(waits) > 0:
            raise _too_many(max(waits))
        rows.put(connection, known, free)
        rows.sweep(connection, now)


def give_back(store: Store, wanted: Mapping[str, Limit]) -> None:
    """Take the drop of an attempt that succeeded out again."""
    now = to_microseconds(datetime.now(UTC))
    limits = {_hidden(store, name): limit for name, limit in wanted.items()}
    with store.transaction() as connection:
        people.hold(connection)
        known = rows.find(connection, list(limits))
        less = {name: at - limits[name].every * _SECOND for name, at in known.items()}
        rows.put(connection, known, less)
        rows.sweep(connection, now)


def _too_many(wait: int) -> TooManyAttemptsError:
    minutes = -(-wait // (60 * _SECOND))
    return TooManyAttemptsError("accounts.too-many", minutes=minutes)


def network(address: str) -> str:
    """Whom an address stands for: an IPv6 subscriber has a whole /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        return found.exploded[:19]
    return str(found)


def _hidden(store: Store, name: str) -> bytes:
    return hmac.digest(store.secret, f"sign-in {name}".encode(), "sha256")
