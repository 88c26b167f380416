# SPDX-License-Identifier: Apache-2.0
"""The statements of inspections; nothing is decided here."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from nguon.store.entries import numbers
from nguon.store.inspections_tables import inspection, inspection_photo, officer_hold
from nguon.store.stated import stated

Values = Mapping[str, Any]


def next_number(connection: Connection, organisation: int) -> int:
    """The next number of an authority's minutes; holds it until the transaction ends."""
    return numbers(connection, f"inspection/{organisation}", 1).start


def take(connection: Connection, organisation: int) -> None:
    """Let one transaction at a time record or hold for an authority, until it ends."""
    numbers(connection, f"inspection/{organisation}", 0)


def add(connection: Connection, values: Values, photos: Sequence[Values]) -> None:
    """Write minutes with their photographs."""
    connection.execute(insert(inspection), [dict(values)])
    if photos:
        connection.execute(insert(inspection_photo), [dict(one) for one in photos])
    stated(connection, inspection, [values])


def find(connection: Connection, number: str) -> RowMapping | None:
    """The minutes with this id."""
    query = select(inspection).where(inspection.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def by_nonce(connection: Connection, organisation: int, nonce: str) -> RowMapping | None:
    """The minutes that a form made."""
    own = inspection.c.organisation == organisation
    query = select(inspection).where(own, inspection.c.nonce == nonce)
    return connection.execute(query).mappings().one_or_none()


def by_digest(connection: Connection, digest: str) -> RowMapping | None:
    """The minutes with this digest."""
    query = select(inspection).where(inspection.c.digest == digest)
    return connection.execute(query.limit(1)).mappings().one_or_none()


def listed(connection: Connection, organisation: int | None, *, limit: int) -> list[RowMapping]:
    """An authority's minutes (None: all), the latest first."""
    query = select(inspection).order_by(inspection.c.recorded.desc(), inspection.c.id)
    if organisation is not None:
        query = query.where(inspection.c.organisation == organisation)
    return list(connection.execute(query.limit(limit)).mappings())


def photos(connection: Connection, number: str) -> list[RowMapping]:
    """The photographs of minutes, in their order."""
    query = select(inspection_photo).where(inspection_photo.c.inspection == number)
    return list(connection.execute(query.order_by(inspection_photo.c.number)).mappings())


def add_hold(connection: Connection, values: Values) -> None:
    """Write a hold."""
    connection.execute(insert(officer_hold), [dict(values)])
    stated(connection, officer_hold, [values])


def same_hold(connection: Connection, values: Values) -> RowMapping | None:
    """A hold that stands and says the same, by the same officer."""
    query = select(officer_hold).where(officer_hold.c.lifted.is_(None))
    for name in ("organisation", "inspection", "keys", "reason", "until", "actor"):
        query = query.where(officer_hold.c[name].is_not_distinct_from(values[name]))
    return connection.execute(query.limit(1)).mappings().one_or_none()


def hold(connection: Connection, number: str) -> RowMapping | None:
    """The hold with this id."""
    query = select(officer_hold).where(officer_hold.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def holds(connection: Connection, number: str) -> list[RowMapping]:
    """The holds that came of an inspection, the oldest first."""
    query = select(officer_hold).where(officer_hold.c.inspection == number)
    return list(connection.execute(query.order_by(officer_hold.c.begun)).mappings())


def lift(connection: Connection, number: str, values: Values) -> bool:
    """End a hold; False where it had ended."""
    own = (officer_hold.c.id == number) & officer_hold.c.lifted.is_(None)
    change = update(officer_hold).where(own).values(dict(values)).returning(*officer_hold.c)
    done = connection.execute(change).mappings().all()
    stated(connection, officer_hold, done)
    return bool(done)


def overdue(connection: Connection, day: str) -> list[str]:
    """The holds that stand though their last day is before a day."""
    query = select(officer_hold.c.id).where(officer_hold.c.lifted.is_(None))
    return list(connection.scalars(query.where(officer_hold.c.until < day)))
