# SPDX-License-Identifier: Apache-2.0
"""The statements on what the business register answered, and when it is to be asked again."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from nguon.store.enrolment_tables import (
    register_answer,
    register_check,
    register_standing,
)
from nguon.store.portions import rows_by
from nguon.store.stated import stated

Values = Mapping[str, Any]


def answer(connection: Connection, code: str, day: str) -> RowMapping | None:
    """What was answered last about a code, as of a day."""
    c = register_answer.c
    query = select(register_answer).where(c.code == code, c.day == day)
    return connection.execute(query).mappings().one_or_none()


def keep_answer(connection: Connection, values: Values) -> None:
    """Write an answer in place of the one before."""
    c = register_answer.c
    own = (c.code == values["code"], c.day == values["day"])
    if not connection.execute(update(register_answer).where(*own).values(**values)).rowcount:
        connection.execute(insert(register_answer), [dict(values)])


def standings(connection: Connection, organisations: Sequence[int]) -> list[RowMapping]:
    """What the register said of organisations, in the order in which it was heard."""
    c = register_standing.c
    query = select(register_standing)
    return rows_by(connection, query, c.organisation, organisations, c.organisation, c.number)


def add_standing(connection: Connection, values: Values) -> None:
    """Write what the register says now of an organisation."""
    own = register_standing.c.organisation == values["organisation"]
    last = connection.scalar(select(func.max(register_standing.c.number)).where(own)) or 0
    row = {**values, "number": last + 1}
    connection.execute(insert(register_standing), [row])
    stated(connection, register_standing, [row])


def checks(connection: Connection, organisations: Sequence[int]) -> dict[int, RowMapping]:
    """When the register was asked about organisations."""
    c = register_check.c
    found = rows_by(connection, select(register_check), c.organisation, organisations)
    return {row["organisation"]: row for row in found}


def keep_check(connection: Connection, values: Values) -> None:
    """Write when an organisation was looked up, and when it is due again."""
    own = register_check.c.organisation == values["organisation"]
    if not connection.execute(update(register_check).where(own).values(**values)).rowcount:
        connection.execute(insert(register_check), [dict(values)])


def drop_check(connection: Connection, organisation: int) -> None:
    """Ask about an organisation no more."""
    connection.execute(delete(register_check).where(register_check.c.organisation == organisation))


def take_due(connection: Connection, now: int, until: int, most: int) -> list[RowMapping]:
    """The organisations that are to be asked about, the first due first; nobody else has them
    before ``until``.
    """
    c = register_check.c
    query = select(register_check).where(c.due <= now).order_by(c.due).limit(most)
    taken = []
    for row in connection.execute(query).mappings().all():
        own = update(register_check).where(c.organisation == row["organisation"])
        if connection.execute(own.where(c.due == row["due"]).values(due=until)).rowcount:
            taken.append(row)
    return taken
