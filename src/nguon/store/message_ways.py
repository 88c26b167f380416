# SPDX-License-Identifier: Apache-2.0
"""The statements on where organisations are told, and on what is on its way there."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, tuple_, update

from nguon.store.messages_tables import message, message_address, message_delivery

Values = Mapping[str, Any]


def add_address(connection: Connection, values: Values) -> None:
    """Write where an organisation wants to be told."""
    connection.execute(insert(message_address), [dict(values)])


def addresses(connection: Connection, organisation: int) -> list[RowMapping]:
    """An organisation's addresses, ended ones too, the latest first."""
    columns = message_address.c
    query = select(message_address).where(columns.organisation == organisation)
    return list(connection.execute(query.order_by(columns.created.desc(), columns.id)).mappings())


def address(connection: Connection, number: str) -> RowMapping | None:
    """The address with this id."""
    query = select(message_address).where(message_address.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def change_address(connection: Connection, number: str, **values: Any) -> None:
    """Change an address that is not ended."""
    own = (message_address.c.id == number) & message_address.c.ended.is_(None)
    connection.execute(update(message_address).where(own).values(**values))


def drop(connection: Connection, number: str) -> None:
    """What waits for an ended address is not sent any more."""
    columns = message_delivery.c
    own = (columns.address == number) & columns.due.is_not(None)
    connection.execute(update(message_delivery).where(own).values(due=None, trouble="ended"))


def any_due(connection: Connection, channel: str, now: int) -> bool:
    """Whether something is to be sent now."""
    columns = message_delivery.c
    query = select(columns.message).where(columns.channel == channel, columns.due <= now)
    return connection.execute(query.limit(1)).first() is not None


def take(
    connection: Connection,
    channel: str,
    now: int,
    until: int,
    *,
    limit: int,
    busy: Collection[str] = (),
) -> list[RowMapping]:
    """Take what is to be sent now for oneself until a time, one for each address, the first due
    first; none for ``busy`` addresses. What another process took meanwhile is left out.
    """
    columns = message_delivery.c
    place = func.row_number().over(
        partition_by=columns.address, order_by=(columns.due, columns.message)
    )
    waiting = select(columns.message, columns.address, columns.due, place.label("place")).where(
        columns.channel == channel, columns.due <= now, columns.address.not_in(sorted(busy))
    )
    first = waiting.subquery()
    query = select(first.c.message, first.c.address).where(first.c.place == 1)
    found = connection.execute(query.order_by(first.c.due, first.c.address).limit(limit)).all()
    if not found:
        return []
    these = tuple_(columns.message, columns.address).in_([tuple(row) for row in found])
    claim = update(message_delivery).where(these, columns.due <= now).values(due=until)
    taken = connection.execute(claim.returning(columns.message, columns.address)).all()
    return _whole(connection, [(row[0], row[1]) for row in taken])


def settle(connection: Connection, number: str, to: str, values: Values) -> None:
    """Note what came of sending a message to an address, unless it is settled already."""
    columns = message_delivery.c
    own = (columns.message == number) & (columns.address == to) & columns.due.is_not(None)
    connection.execute(update(message_delivery).where(own).values(**values))


def _whole(connection: Connection, taken: Collection[tuple[str, str]]) -> list[RowMapping]:
    """What was taken, with its message and where it goes."""
    way, told, to = message_delivery.c, message.c, message_address.c
    about = [one for one in message.c if one.name not in {"id", "made"}]
    query = (
        select(
            *(way.message.label("id"), way.address, way.channel, way.made, way.attempts),
            *(to.address.label("to"), to.ended, to.created, *about),
        )
        .select_from(
            message_delivery.outerjoin(message, told.id == way.message).join(
                message_address, to.id == way.address
            )
        )
        .where(tuple_(way.message, way.address).in_(list(taken)))
        .order_by(way.made, way.address)
    )
    return list(connection.execute(query).mappings()) if taken else []
