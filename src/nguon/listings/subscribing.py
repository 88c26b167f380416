# SPDX-License-Identifier: Apache-2.0
"""Subscriptions of marketplaces: where they are told, and which listings are watched for them."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.base.errors import Fault
from nguon.base.time import from_microseconds, to_microseconds
from nguon.identity.model import Principal
from nguon.listings import service
from nguon.listings.errors import ListingError, ListingFaultsError, UnknownListingError
from nguon.listings.model import Asked, Listing
from nguon.messages import addresses
from nguon.store import Store
from nguon.store import listings as rows

MOST_SUBSCRIPTIONS = 10
MOST_WATCHED = 100_000
_SHOWN = 20


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A message: on its way while ``due`` is there, given up where neither that nor
    ``delivered`` is.
    """

    id: str
    made: datetime
    attempts: int
    due: datetime | None
    delivered: datetime | None
    status: int | None
    trouble: str | None


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """Where a marketplace is told of changes; ``messages`` are the newest."""

    id: str
    url: str
    created: datetime
    ended: datetime | None
    watched: int
    messages: tuple[Sent, ...] = ()


def subscribe(store: Store, by: Principal, url: str, *, private: bool) -> Subscription:
    """Have changes told to an address.

    Raises:
        AddressError: an address that nothing is sent to.
        ListingError: too many subscriptions.
    """
    addresses.shaped(url, private=private)
    now = to_microseconds(datetime.now(UTC))
    values = {
        "id": secrets.token_hex(8),
        "market": by.organisation,
        "url": url,
        "created": now,
        "actor": by.key_id,
    }
    with store.transaction() as connection:
        standing = [
            row for row in rows.subscriptions(connection, by.organisation) if not row["ended"]
        ]
        if len(standing) >= MOST_SUBSCRIPTIONS:
            raise ListingError("listings.subscriptions-many", most=MOST_SUBSCRIPTIONS)
        rows.add_subscription(connection, values)
    return _subscription({**values, "ended": None}, 0)


def end(store: Store, by: Principal, number: str) -> None:
    """Tell nothing more; twice changes nothing. Raises `UnknownListingError`."""
    with store.transaction() as connection:
        _own(connection, by, number)
        rows.end_subscription(connection, number, to_microseconds(datetime.now(UTC)), by.key_id)


def watch(store: Store, by: Principal, number: str, asked: Sequence[Asked]) -> int:
    """Watch listings for a subscription: changes from now on are told. Gives how many it watches.

    Raises:
        UnknownListingError: no such subscription, or it has ended.
        ListingFaultsError: none, too many, or codes that cannot be read.
    """
    faults = [
        Fault(f"/listings/{place}/code", "listings.code", {"code": one.code[:80]})
        for place, one in enumerate(asked)
        if service.key_of(one.code) is None
    ]
    if not 0 < len(asked) <= service.MOST:
        faults = [Fault("/listings", "listings.how-many", {"most": service.MOST})]
    if faults:
        raise ListingFaultsError("listings.faults", faults, count=len(faults))
    now = datetime.now(UTC)
    found: list[Listing] = []
    for start in range(0, len(asked), service.AT_ONCE):
        portion = asked[start : start + service.AT_ONCE]
        found += service.answered(store, by.organisation, portion, now)
    values = {(one.seller, one.key): _watch(number, one, now) for one in found}
    with store.transaction() as connection:
        if _own(connection, by, number)["ended"] is not None:
            raise UnknownListingError("listings.unknown-subscription")
        rows.put_watches(connection, list(values.values()))
        watched = rows.watched(connection, number)
        if watched > MOST_WATCHED:
            raise ListingError("listings.watched-many", most=MOST_WATCHED)
    return watched


def unwatch(store: Store, by: Principal, number: str, asked: Sequence[Asked]) -> int:
    """Watch some listings no longer; gives how many are watched still."""
    pairs = [(one.seller, service.key_of(one.code) or one.code) for one in asked]
    with store.transaction() as connection:
        _own(connection, by, number)
        rows.unwatch(connection, number, pairs)
        return rows.watched(connection, number)


def of(store: Store, by: Principal) -> list[Subscription]:
    """A marketplace's subscriptions with their newest messages, the latest first."""
    with store.reading() as connection:
        return [
            _subscription(
                row,
                rows.watched(connection, row["id"]),
                tuple(_sent(one) for one in rows.messages(connection, row["id"], limit=_SHOWN)),
            )
            for row in rows.subscriptions(connection, by.organisation)[:MOST_SUBSCRIPTIONS]
        ]


def told_of(one: Listing) -> str:
    """What is told of a listing, as it is kept: its answers."""
    return canonical(msgspec.to_builtins(one.answers)).decode()


def digest_of(told: str) -> str:
    """By which it is seen that an answer changed."""
    return url_text(sha256(told.encode()).digest())


def _watch(number: str, one: Listing, now: datetime) -> dict[str, Any]:
    told = told_of(one)
    return {
        "subscription": number,
        "seller": one.seller,
        "key": one.key,
        "digest": digest_of(told),
        "told": told,
        "looked": to_microseconds(now),
    }


def _own(connection: Any, by: Principal, number: str) -> Any:
    row = rows.subscription(connection, number)
    if row is None or row["market"] != by.organisation:
        raise UnknownListingError("listings.unknown-subscription")
    return row


def _subscription(row: Any, watched: int, messages: tuple[Sent, ...] = ()) -> Subscription:
    ended = row["ended"]
    return Subscription(
        id=row["id"],
        url=row["url"],
        created=from_microseconds(row["created"]),
        ended=None if ended is None else from_microseconds(ended),
        watched=watched,
        messages=messages,
    )


def _sent(row: Any) -> Sent:
    def at(name: str) -> datetime | None:
        return None if row[name] is None else from_microseconds(row[name])

    return Sent(
        id=row["id"],
        made=from_microseconds(row["made"]),
        attempts=row["attempts"],
        due=at("due"),
        delivered=at("delivered"),
        status=row["status"],
        trouble=row["trouble"],
    )
