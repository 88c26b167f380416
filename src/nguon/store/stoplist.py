# SPDX-License-Identifier: Apache-2.0
"""The statements on the stop list: its head, causes and stops."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from nguon.epcis.items import Role
from nguon.store.dialects import Dialect, Row, dialect_of
from nguon.store.portions import batches
from nguon.store.schema import event_item
from nguon.store.stoplist_tables import stop, stop_cause, stop_head

_COMMON = (
    *("source", "reason", "level", "mandatory", "words_vi", "words_en"),
    *("public", "since", "made"),
)
_PRODUCT = 17
"""Characters of the key of a product."""
LOT, RANGE, PLACE = 1, 3, 4
"""The numbers of some kinds of stops."""
_AT = (int(Role.READ_POINT), int(Role.BIZ_LOCATION), int(Role.SOURCE))


class Head(NamedTuple):
    """Where the list stands."""

    version: int
    standing: int
    changed: int


def head(connection: Connection) -> Head:
    """The list's version as this connection sees it."""
    columns = stop_head.c
    row = connection.execute(select(columns.version, columns.standing, columns.changed)).one()
    return Head(*row)


def advance(connection: Connection, change: int, now: int) -> int:
    """Take the list until the transaction ends; gives its new version."""
    columns = stop_head.c
    move = update(stop_head).values(
        version=columns.version + 1, standing=columns.standing + change, changed=now
    )
    found: int = connection.execute(move.returning(columns.version)).scalar_one()
    return found


def count(connection: Connection, change: int) -> None:
    """Correct how many stops stand, by whoever holds the list."""
    connection.execute(update(stop_head).values(standing=stop_head.c.standing + change))


def add(connection: Connection, cause: Mapping[str, Any], rows: Sequence[Row]) -> None:
    """Write a cause, and the stops that it has, in the order of the table's columns."""
    connection.execute(insert(stop_cause), [dict(cause)])
    dialect(connection).bulk_insert(connection, stop, rows)


def dialect(connection: Connection) -> Dialect:
    """What the connection's database does in its own way."""
    found = dialect_of(connection.engine.url)
    assert found is not None, "a store is open"
    return found


def standing(connection: Connection, items: Collection[int]) -> list[RowMapping]:
    """The stops that stand on what has these hashes, with what their causes say."""
    own = dialect(connection)
    query = _whole().where(own.among(stop.c.item, sorted(items)), stop.c.lifted.is_(None))
    return list(connection.execute(query).mappings())


def items_after(connection: Connection, version: int, *, limit: int | None = None) -> list[int]:
    """The hashes of what stands and came after a version of the list."""
    query = select(stop.c.item).where(stop.c.cause > version, stop.c.lifted.is_(None))
    return list(connection.scalars(query if limit is None else query.limit(limit)))


def products_of_lots(connection: Connection, version: int) -> set[str]:
    """The products of which a lot was stopped after a version of the list, and stands."""
    product = func.substr(stop.c.key, 1, _PRODUCT)
    query = select(product).distinct().where(stop.c.cause > version, stop.c.lifted.is_(None))
    return set(connection.scalars(query.where(stop.c.kind == LOT)))


def places_after(connection: Connection, version: int) -> list[tuple[str, int]]:
    """The places that were stopped after a version and stand, and since when."""
    joined = stop.join(stop_cause, stop.c.cause == stop_cause.c.number)
    query = select(stop.c.key, stop_cause.c.since).select_from(joined)
    query = query.where(stop.c.cause > version, stop.c.lifted.is_(None), stop.c.kind == PLACE)
    return [(row[0], row[1]) for row in connection.execute(query)]


def at_places(
    connection: Connection, items: Collection[int], places: Collection[int], since: int
) -> list[tuple[int, int, int]]:
    """Which things (by hash) records of a time on name together with a place that they are at
    or leave, and when.
    """
    own = dialect(connection)
    thing, place = event_item.alias("thing"), event_item.alias("place")
    together = (thing.c.event == place.c.event) & (thing.c.time == place.c.time)
    query = select(thing.c.item, place.c.item, thing.c.time).select_from(
        thing.join(place, together)
    )
    query = query.where(
        own.among(thing.c.item, sorted(items)),
        thing.c.time >= since,
        own.among(place.c.item, sorted(places)),
        place.c.member == 0,
        place.c.role.in_(_AT),
    )
    return [(row[0], row[1], row[2]) for row in connection.execute(query.distinct())]


def _whole() -> Select[Any]:
    joined = stop.join(stop_cause, stop.c.cause == stop_cause.c.number)
    columns = (*stop.c, *(stop_cause.c[name] for name in _COMMON))
    return select(*(one for one in columns if one is not stop.c.actor)).select_from(joined)


def any_standing(connection: Connection, source: str) -> bool:
    """Whether a stop from this source stands."""
    causes = select(stop_cause.c.number).where(stop_cause.c.source == source)
    query = select(stop.c.number).where(stop.c.cause.in_(causes), stop.c.lifted.is_(None))
    return connection.execute(query.limit(1)).first() is not None


def lift(
    connection: Connection, source: str, keys: Collection[str] | None, values: Mapping[str, Any]
) -> list[str]:
    """End the stops that stand from a source, of these keys or all; gives their keys."""
    causes = select(stop_cause.c.number).where(stop_cause.c.source == source)
    change = update(stop).where(stop.c.cause.in_(causes), stop.c.lifted.is_(None)).values(values)
    ending = change.returning(stop.c.key)
    if keys is None:
        return list(connection.scalars(ending))
    return [
        key
        for some in batches(sorted(keys))
        for key in connection.scalars(ending.where(stop.c.key.in_(some)))
    ]


def of_source(
    connection: Connection, source: str, *, limit: int, standing: bool = False
) -> list[RowMapping]:
    """The stops from a source, lifted ones too unless ``standing``."""
    query = _whole().where(stop_cause.c.source == source)
    if standing:
        query = query.where(stop.c.lifted.is_(None))
    order = query.order_by(stop.c.cause, stop.c.number)
    return list(connection.execute(order.limit(limit)).mappings())
