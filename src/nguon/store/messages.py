# SPDX-License-Identifier: Apache-2.0
"""The statements on messages: inboxes and what became of what was sent."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from nguon.store.messages_tables import message, message_address, message_delivery
from nguon.store.portions import batches, portions

Values = Mapping[str, Any]
_MOST_COUNTED = 100


def add(connection: Connection, rows: Sequence[Values]) -> None:
    """Put messages into inboxes."""
    for some in portions(rows):
        connection.execute(insert(message), [dict(one) for one in some])


def queue(connection: Connection, rows: Sequence[Values]) -> None:
    """Let messages be sent to addresses."""
    for some in portions(rows):
        connection.execute(insert(message_delivery), [dict(one) for one in some])


def usable(connection: Connection, organisations: Collection[int]) -> list[RowMapping]:
    """The addresses of organisations that are confirmed and not ended."""
    columns, found = message_address.c, list[RowMapping]()
    query = select(columns.id, columns.organisation, columns.channel, columns.all)
    query = query.where(columns.confirmed.is_not(None), columns.ended.is_(None))
    for some in batches(sorted(organisations)):
        found += connection.execute(query.where(columns.organisation.in_(some))).mappings()
    return found


def inbox(
    connection: Connection, organisation: int, *, before: tuple[int, str] | None, limit: int
) -> list[RowMapping]:
    """What an organisation was told, the latest first; ``before``: earlier than that one."""
    columns = message.c
    query = select(message).where(columns.organisation == organisation)
    if before is not None:
        made, number = before
        earlier = (columns.made < made) | ((columns.made == made) & (columns.id < number))
        query = query.where(columns.made <= made, earlier)
    order = query.order_by(columns.made.desc(), columns.id.desc())
    return list(connection.execute(order.limit(limit)).mappings())


def find(connection: Connection, organisation: int, number: str) -> RowMapping | None:
    """One of an organisation's messages."""
    own = (message.c.id == number) & (message.c.organisation == organisation)
    return connection.execute(select(message).where(own)).mappings().one_or_none()


def unread(connection: Connection, organisation: int) -> int:
    """How many messages nobody of an organisation has seen, up to a hundred."""
    own = (message.c.organisation == organisation) & message.c.seen.is_(None)
    some = select(message.c.id).where(own).limit(_MOST_COUNTED).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def see(connection: Connection, numbers: Collection[str], now: int) -> None:
    """Note that messages were seen; the first time stays."""
    for some in batches(sorted(numbers)):
        own = message.c.id.in_(some) & message.c.seen.is_(None)
        connection.execute(update(message).where(own).values(seen=now))


def acknowledge(connection: Connection, number: str, now: int, actor: str) -> bool:
    """Note that a message was acknowledged; False where it was already."""
    own = (message.c.id == number) & message.c.acknowledged.is_(None)
    seen = func.coalesce(message.c.seen, now)
    change = update(message).where(own)
    done = connection.execute(change.values(acknowledged=now, acknowledged_by=actor, seen=seen))
    return done.rowcount == 1


def about(
    connection: Connection, subject: str, *, after: tuple[int, str] | None, limit: int
) -> list[RowMapping]:
    """The messages about something, the earliest first; ``after``: later than that one."""
    columns = message.c
    query = select(message).where(columns.about == subject)
    if after is not None:
        made, number = after
        later = (columns.made > made) | ((columns.made == made) & (columns.id > number))
        query = query.where(later)
    order = query.order_by(columns.made, columns.id)
    return list(connection.execute(order.limit(limit)).mappings())


def ways_of(connection: Connection, numbers: Collection[str]) -> list[RowMapping]:
    """What became of messages at addresses."""
    columns, found = message_delivery.c, list[RowMapping]()
    query = select(message_delivery).order_by(columns.message, columns.channel, columns.address)
    for some in batches(numbers):
        found += connection.execute(query.where(columns.message.in_(some))).mappings()
    return found
