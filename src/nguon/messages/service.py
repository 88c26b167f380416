# SPDX-License-Identifier: Apache-2.0
"""Telling parties: written where the caller writes, so that what is decided is told.

A message is in the inbox with the commit. Mails and webhooks are rows that a courier works
off afterwards; with the caller's transaction they come or go.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from nguon.base.canonical_json import canonical
from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.messages import counting
from nguon.messages.errors import UnknownMessageError
from nguon.messages.model import Message, Received
from nguon.messages.reading import received
from nguon.store import Store
from nguon.store import messages as rows


def send(connection: Connection, message: Message) -> str:
    """Tell an organisation something, in the caller's transaction; gives the message's id."""
    return send_all(connection, (message,))[0]


def send_all(connection: Connection, messages: Sequence[Message]) -> list[str]:
    """Tell many organisations, each its own; a statement for some hundred of them.

    Gives the messages' ids, in their order.
    """
    now = to_microseconds(datetime.now(UTC))
    written = [_row(one, now) for one in messages]
    rows.add(connection, written)
    ways: dict[int, list[Any]] = {}
    for way in rows.usable(connection, {one.organisation for one in messages}):
        ways.setdefault(way["organisation"], []).append(way)
    queued = [
        _queued(row["id"], way["id"], way["channel"], now)
        for row in written
        for way in ways.get(row["organisation"], ())
        if row["important"] or way["all"]
    ]
    rows.queue(connection, queued)
    return [row["id"] for row in written]


def acknowledge(store: Store, by: Principal, number: str) -> Received:
    """Note that somebody took a message in; twice changes nothing.

    Raises `UnknownMessageError` for one of another organisation.
    """
    now = to_microseconds(datetime.now(UTC))
    with store.transaction() as connection:
        if rows.find(connection, by.organisation, number) is None:
            raise UnknownMessageError("messages.unknown")
        rows.acknowledge(connection, number, now, by.key_id)
        row = rows.find(connection, by.organisation, number)
    assert row is not None, "it was there in the transaction"
    counting.forget(store, by.organisation)
    return received(row)


def see(store: Store, messages: Sequence[Received]) -> None:
    """Note that messages were shown to somebody; the first time counts."""
    new = [one.id for one in messages if one.seen is None]
    if new:
        with store.transaction() as connection:
            rows.see(connection, new, to_microseconds(datetime.now(UTC)))
        for number in {one.organisation for one in messages}:
            counting.forget(store, number)


def _row(one: Message, now: int) -> dict[str, Any]:
    return {
        "id": secrets.token_hex(12),
        "organisation": one.organisation,
        "kind": one.kind,
        "params": canonical(dict(one.params)).decode(),
        "link": one.link,
        "about": one.about,
        "due": None if one.due is None else to_microseconds(one.due),
        "important": int(one.important),
        "made": now,
    }


def _queued(message: str, address: str, channel: str, now: int) -> dict[str, Any]:
    return {
        "message": message,
        "address": address,
        "channel": channel,
        "made": now,
        "attempts": 0,
        "due": now,
    }
