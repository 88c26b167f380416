# SPDX-License-Identifier: Apache-2.0
"""The statements that the offline stop list is made with: what stood at a version, for anybody."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, or_, select

from nguon.store.stoplist import PLACE, RANGE
from nguon.store.stoplist_tables import stop, stop_cause


class Listed(NamedTuple):
    """A stop as the offline list has it."""

    item: int
    kind: int
    cause: int
    key: str
    last: str | None


def listed(connection: Connection, version: int, first: int, last: int) -> list[Listed]:
    """What stood at a version, with hashes from ``first`` to ``last``."""
    query = _rows().where(_stood(version), stop.c.item >= first, stop.c.item <= last)
    return [Listed(*row) for row in connection.execute(query)]


def wide(connection: Connection, version: int) -> list[Listed]:
    """The runs and places that stood at a version, in a fixed order."""
    query = _rows().where(_stood(version), stop.c.kind.in_((RANGE, PLACE)))
    found = connection.execute(query.order_by(stop.c.cause, stop.c.number))
    return [Listed(*row) for row in found]


def count(connection: Connection, version: int) -> int:
    """How many stops stood at a version."""
    query = select(func.count()).select_from(_JOINED).where(_stood(version))
    return connection.execute(query).scalar_one()


def causes(connection: Connection, version: int) -> list[RowMapping]:
    """The causes of what stood at a version, in their order."""
    some = select(stop.c.cause).select_from(_JOINED).where(_stood(version)).distinct()
    query = select(stop_cause).where(stop_cause.c.number.in_(some))
    return list(connection.execute(query.order_by(stop_cause.c.number)).mappings())


def changed(
    connection: Connection, since: int, version: int, *, limit: int
) -> tuple[list[Listed], list[Listed]]:
    """What stood at a version and not at an earlier one, and the other way round."""
    added = _rows().where(_stood(version), stop.c.cause > since)
    gone = stop.c.lifted_with.is_not(None) & (stop.c.lifted_with <= version)
    lifted = _rows().where(stop_cause.c.public == 1, gone, stop.c.lifted_with > since)
    lifted = lifted.where(stop.c.cause <= since)
    first, second = (
        [Listed(*row) for row in connection.execute(query.limit(limit))]
        for query in (added, lifted)
    )
    return first, second


def ended(connection: Connection, version: int) -> int | None:
    """When another list followed that of a version, microseconds; None where none did."""
    after = select(stop_cause.c.made).where(stop_cause.c.number > version)
    gone = select(stop.c.lifted).where(stop.c.lifted_with > version)
    first = connection.scalar(after.order_by(stop_cause.c.number).limit(1))
    second = connection.scalar(gone.order_by(stop.c.lifted_with).limit(1))
    return min((one for one in (first, second) if one is not None), default=None)


_JOINED = stop.join(stop_cause, stop.c.cause == stop_cause.c.number)


def _rows() -> Select[Any]:
    columns = stop.c
    query = select(columns.item, columns.kind, columns.cause, columns.key, columns.last)
    return query.select_from(_JOINED)


def _stood(version: int) -> ColumnElement[bool]:
    on = or_(stop.c.lifted_with.is_(None), stop.c.lifted_with > version)
    return and_(stop_cause.c.public == 1, stop.c.cause <= version, on)
