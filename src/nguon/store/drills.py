# SPDX-License-Identifier: Apache-2.0
"""The statements on drills."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, exists, func, insert, select, update

from nguon.store.drills_tables import drill, drill_report, drill_site
from nguon.store.entries import numbers
from nguon.store.portions import portions
from nguon.store.recall_lists import Place, in_order
from nguon.store.stated import stated

Values = Mapping[str, Any]
_LATEST = (-drill.c.started, drill.c.id)


def add(connection: Connection, values: Values, sites: Sequence[Values]) -> None:
    """Write a drill with its sites."""
    connection.execute(insert(drill), [dict(values)])
    for some in portions(sites):
        connection.execute(insert(drill_site), [dict(one) for one in some])
    stated(connection, drill, [values])


def take(connection: Connection, number: str) -> None:
    """Let one transaction at a time change a drill, until it ends."""
    numbers(connection, f"drill/{number}", 0)


def find(connection: Connection, number: str) -> RowMapping | None:
    """The drill with this id."""
    return connection.execute(select(drill).where(drill.c.id == number)).mappings().one_or_none()


def listed(
    connection: Connection, organisation: int, *, after: Place = None, limit: int
) -> list[RowMapping]:
    """An organisation's drills, the latest first."""
    own = [drill.c.organisation == organisation]
    return in_order(connection, drill, own, _LATEST, after, limit)


def last(connection: Connection, organisation: int, kind: str) -> int | None:
    """When an organisation last ended a drill of a kind."""
    own = (drill.c.organisation == organisation) & (drill.c.kind == kind)
    found: int | None = connection.scalar(select(func.max(drill.c.ended)).where(own))
    return found


def asked(
    connection: Connection, organisation: int, *, after: Place = None, limit: int
) -> list[RowMapping]:
    """The drills that were sent to an organisation, the latest first."""
    there = exists().where(
        drill_site.c.drill == drill.c.id, drill_site.c.organisation == organisation
    )
    return in_order(connection, drill, [drill.c.notices == 1, there], _LATEST, after, limit)


def sites(connection: Connection, number: str) -> list[RowMapping]:
    """The sites of a drill."""
    query = select(drill_site).where(drill_site.c.drill == number)
    return list(connection.execute(query.order_by(drill_site.c.number)).mappings())


def answer(connection: Connection, number: str, site: int, values: Values) -> None:
    """Write what a site answered."""
    own = (drill_site.c.drill == number) & (drill_site.c.number == site)
    change = update(drill_site).where(own).values(**values)
    done = connection.execute(change.returning(*drill_site.c)).mappings().all()
    stated(connection, drill_site, done)


def end(connection: Connection, number: str, now: int, actor: str) -> bool:
    """End a drill; False where it was ended already."""
    own = (drill.c.id == number) & drill.c.ended.is_(None)
    change = update(drill).where(own).values(ended=now, ended_by=actor)
    done = connection.execute(change.returning(*drill.c)).mappings().all()
    stated(connection, drill, done)
    return bool(done)


def reports(connection: Connection, number: str) -> list[RowMapping]:
    """The reports of a drill, in order."""
    query = select(drill_report).where(drill_report.c.drill == number)
    return list(connection.execute(query.order_by(drill_report.c.number)).mappings())


def add_report(connection: Connection, values: Values) -> None:
    """Keep a report as it was signed."""
    connection.execute(insert(drill_report), [dict(values)])
    stated(connection, drill_report, [values])
