# SPDX-License-Identifier: Apache-2.0
"""The statements on enrolments, their steps, their papers, and on enrolled households."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, or_, select, update

from nguon.store.enrolment_tables import (
    enrolment,
    enrolment_paper,
    enrolment_step,
    household,
    household_number,
)
from nguon.store.portions import batches, rows_by
from nguon.store.stated import stated

Values = Mapping[str, Any]


def find(connection: Connection, number: str) -> RowMapping | None:
    """The enrolment with this id."""
    query = select(enrolment).where(enrolment.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def of(connection: Connection, organisations: Sequence[int]) -> list[RowMapping]:
    """The enrolments of organisations, in the order in which they began."""
    c = enrolment.c
    return rows_by(connection, select(enrolment), c.organisation, organisations, c.begun, c.id)


def by_code(connection: Connection, code: str) -> list[RowMapping]:
    """The enrolments under an enterprise code."""
    query = select(enrolment).where(enrolment.c.code == code).order_by(enrolment.c.begun)
    return list(connection.execute(query).mappings())


def by_nonce(connection: Connection, nonce: str) -> str | None:
    """The id of the enrolment that a challenge belongs to."""
    return connection.scalar(select(enrolment.c.id).where(enrolment.c.nonce == nonce))


def page(connection: Connection, states: Sequence[str], *, limit: int) -> list[RowMapping]:
    """The enrolments in these states, the first begun first."""
    c = enrolment.c
    query = select(enrolment).where(c.state.in_(states)).order_by(c.begun, c.id).limit(limit)
    return list(connection.execute(query).mappings())


def add(connection: Connection, values: Values, step: Values) -> None:
    """Write an enrolment with its first step."""
    connection.execute(insert(enrolment), [dict(values)])
    _add_step(connection, values["id"], step)
    _state(connection, values["id"])


def move(connection: Connection, number: str, before: str, values: Values, step: Values) -> bool:
    """Take a step from a state; False, and nothing written, where it stands elsewhere."""
    c = enrolment.c
    change = update(enrolment).where(c.id == number, c.state == before)
    moved = connection.execute(change.values(**values, state=step["state"])).rowcount == 1
    if moved:
        _add_step(connection, number, step)
        _state(connection, number)
    return moved


def steps(connection: Connection, numbers: Sequence[str]) -> list[RowMapping]:
    """What became of enrolments, in order."""
    c = enrolment_step.c
    return rows_by(connection, select(enrolment_step), c.enrolment, numbers, c.enrolment, c.number)


def add_papers(connection: Connection, number: str, documents: Sequence[str]) -> None:
    """Note which files officers saw."""
    if documents:
        rows = [{"enrolment": number, "document": one} for one in dict.fromkeys(documents)]
        connection.execute(insert(enrolment_paper), rows)


def papers(connection: Connection, number: str) -> list[str]:
    """Which files officers saw."""
    c = enrolment_paper.c
    query = select(c.document).where(c.enrolment == number).order_by(c.document)
    return list(connection.execute(query).scalars())


def overdue(connection: Connection, running: Sequence[str], now: int) -> list[RowMapping]:
    """Running enrolments past their deadline, and active ones past their end."""
    c = enrolment.c
    late = c.state.in_(running) & (c.deadline <= now)
    over = (c.state == "active") & (c.until <= now)
    return list(connection.execute(select(enrolment).where(or_(late, over))).mappings())


def households_of(connection: Connection, cooperative: int) -> list[RowMapping]:
    """The households that a cooperative enrolled."""
    query = select(household).where(household.c.cooperative == cooperative)
    return list(connection.execute(query.order_by(household.c.household)).mappings())


def households(connection: Connection, numbers: Sequence[int]) -> dict[int, RowMapping]:
    """The enrolments of households, by their number."""
    found = rows_by(connection, select(household), household.c.household, numbers)
    return {row["household"]: row for row in found}


def by_macs(connection: Connection, cooperative: int, macs: Sequence[bytes]) -> dict[bytes, int]:
    """A cooperative's households by the HMAC of their personal number."""
    c, found = household_number.c, dict[bytes, int]()
    for some in batches(macs):
        query = select(c.mac, c.household).where(c.cooperative == cooperative, c.mac.in_(some))
        found.update((bytes(mac), number) for mac, number in connection.execute(query))
    return found


def keep_households(
    connection: Connection, values: Sequence[Values], macs: Mapping[int, bytes]
) -> None:
    """Write households newly enrolled, and the HMACs of those whose number was not known."""
    if values:
        connection.execute(insert(household), [dict(one) for one in values])
        stated(connection, household, values)
    by_number = {one["household"]: one["cooperative"] for one in values}
    new = [
        {"household": number, "cooperative": by_number[number], "mac": mac}
        for number, mac in macs.items()
    ]
    if new:
        connection.execute(insert(household_number), new)


def forget_households(connection: Connection, numbers: Sequence[int], now: int) -> None:
    """Erase what is kept of households but that they were enrolled, and until when."""
    for some in batches(numbers):
        of = household.c.household.in_(some)
        connection.execute(delete(household_number).where(household_number.c.household.in_(some)))
        ending = func.coalesce(household.c.ended, now)
        done = update(household).where(of).values(plot=None, ended=ending).returning(*household.c)
        stated(connection, household, connection.execute(done).mappings().all())


def _add_step(connection: Connection, number: str, step: Values) -> None:
    own = enrolment_step.c.enrolment == number
    last = connection.scalar(select(func.max(enrolment_step.c.number)).where(own)) or 0
    row = {"enrolment": number, "number": last + 1, **step}
    connection.execute(insert(enrolment_step), [row])
    stated(connection, enrolment_step, [row])


def _state(connection: Connection, number: str) -> None:
    row = find(connection, number)
    assert row is not None
    stated(connection, enrolment, [row])
