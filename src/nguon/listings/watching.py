# SPDX-License-Identifier: Apache-2.0
"""Watched listings looked at again, some hundred at a time; what changed goes into the outbox.

A message is written in the transaction that notes the new answers, while nobody else changes
them: none is lost and none is made twice, whoever is killed when and whoever looks beside.
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from nguon.base.time import rfc3339, to_microseconds
from nguon.listings import service
from nguon.listings.model import Asked, Listing
from nguon.listings.subscribing import digest_of, told_of
from nguon.messages import webhooks
from nguon.store import Store
from nguon.store import listing_causes as causes
from nguon.store import listings as rows
from nguon.store.portions import portions

EVERY = timedelta(seconds=60)
"""How old an answer may be before it is looked at again."""
AT_ONCE = 500
Row = Mapping[Any, Any]


def look(store: Store, now: datetime, *, every: timedelta = EVERY) -> int:
    """Look at those that were not looked at for so long; gives how many there were."""
    before = to_microseconds(now - every)
    with store.reading() as connection:
        due = rows.due_watches(connection, before, AT_ONCE)
    look_at(store, due, now)
    return len(due)


def look_at(store: Store, some: Sequence[Row], now: datetime) -> None:
    """Look at these watches, read before; whoever looked meanwhile has told what changed."""
    by_market: dict[int, list[Row]] = defaultdict(list)
    for row in some:
        by_market[row["market"]].append(row)
    for market, own in by_market.items():
        for portion in portions(own, AT_ONCE):
            _looked(store, market, portion, now)


def _looked(store: Store, market: int, due: Sequence[Row], now: datetime) -> None:
    asked = [Asked(row["seller"], row["key"]) for row in due]
    found = service.answered(store, market, asked, now, counted=False)
    changed: dict[str, list[tuple[Row, Listing]]] = defaultdict(list)
    seen: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row, one in zip(due, found, strict=True):
        told = told_of(one)
        seen[row["subscription"]].append(_seen(row, told, now))
        if digest_of(told) != row["digest"]:
            changed[row["subscription"]].append((row, one))
    messages = [
        _message(store, market, subscription, some, now) for subscription, some in changed.items()
    ]
    with store.transaction() as connection:
        before = causes.held(connection, [_place(row) for row in due])
        # Of a subscription that somebody else looked at meanwhile nothing is written.
        moved = {row["subscription"] for row in due if before.get(_place(row)) != row["digest"]}
        rows.looked(
            connection, [one for of, some in seen.items() if of not in moved for one in some]
        )
        rows.add_messages(connection, [one for one in messages if one["subscription"] not in moved])


def _place(row: Row) -> causes.Place:
    return row["subscription"], row["seller"], row["key"]


def _seen(row: Row, told: str, now: datetime) -> dict[str, Any]:
    place = {"of": row["subscription"], "by": row["seller"], "thing": row["key"]}
    return {**place, "now": digest_of(told), "saying": told, "at": to_microseconds(now)}


def _message(
    store: Store,
    market: int,
    subscription: str,
    changed: Sequence[tuple[Row, Listing]],
    now: datetime,
) -> dict[str, Any]:
    """What a marketplace is told: which answers changed, and all answers signed."""
    signed = service.signed(store, market, tuple(one for _, one in changed), now)
    number, moment = secrets.token_hex(16), datetime.now(UTC)
    made = to_microseconds(moment)
    body = {
        "id": number,
        "type": "listings.changed",
        "made": rfc3339(moment),
        "order": webhooks.order_of(made, number),
        "subscription": subscription,
        "changes": [_change(row, one) for row, one in changed],
        "answers": signed.jws,
    }
    return {
        "id": number,
        "subscription": subscription,
        "body": msgspec.json.encode(body),
        "made": made,
        "attempts": 0,
        "due": made,
    }


def _change(row: Row, one: Listing) -> dict[str, Any]:
    before = msgspec.json.decode(row["told"])
    after = msgspec.to_builtins(one.answers)
    questions = sorted(name for name in after if before.get(name) != after[name])
    return {
        "seller": one.seller,
        "key": one.key,
        "changed": questions,
        "before": {name: before.get(name) for name in questions},
        "after": {name: after[name] for name in questions},
    }
