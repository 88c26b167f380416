# SPDX-License-Identifier: Apache-2.0
"""The statements on disputes: cases, what they are about, their steps, reports and files."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from nguon.store.disputes_tables import (
    dispute_about,
    dispute_case,
    dispute_file,
    dispute_report,
    dispute_step,
)
from nguon.store.portions import batches
from nguon.store.schema import event_digest
from nguon.store.stated import stated

Values = Mapping[str, Any]


def find(connection: Connection, number: str) -> RowMapping | None:
    """The case with this id."""
    query = select(dispute_case).where(dispute_case.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def gathering(connection: Connection, open_as: str) -> RowMapping | None:
    """The case that gathers reports like this one."""
    query = select(dispute_case).where(dispute_case.c.open_as == open_as)
    return connection.execute(query).mappings().one_or_none()


def add(connection: Connection, values: Values, about: Collection[str]) -> bool:
    """Write a new case; False, and nothing written, where one gathers under the same already."""
    try:
        with connection.begin_nested():
            connection.execute(insert(dispute_case), [dict(values)])
    except IntegrityError:
        return False
    found = [{"key": key, "dispute": values["id"]} for key in sorted(about)]
    connection.execute(insert(dispute_about), found)
    return True


def move(connection: Connection, number: str, values: Values, *, seen: int) -> RowMapping | None:
    """Change a case of which so many steps were seen; None where there are more by now."""
    own = update(dispute_case).where(dispute_case.c.id == number, dispute_case.c.steps == seen)
    changed = own.values(**values, steps=seen + 1).returning(*dispute_case.c)
    row = connection.execute(changed).mappings().one_or_none()
    if row is not None:
        stated(connection, dispute_case, [row])
    return row


def add_step(connection: Connection, values: Values) -> None:
    """Write what happened."""
    connection.execute(insert(dispute_step), [dict(values)])
    stated(connection, dispute_step, [values])


def steps(connection: Connection, number: str) -> list[RowMapping]:
    """What happened in a case, in order."""
    query = select(dispute_step).where(dispute_step.c.dispute == number)
    return list(connection.execute(query.order_by(dispute_step.c.number)).mappings())


def add_report(connection: Connection, values: Values) -> None:
    """Keep a report."""
    connection.execute(insert(dispute_report), [dict(values)])


def reports(connection: Connection, number: str, *, limit: int = 200) -> list[RowMapping]:
    """The reports of a case, the first one first."""
    table = dispute_report
    query = select(table).where(table.c.dispute == number)
    return list(connection.execute(query.order_by(table.c.received).limit(limit)).mappings())


def report_under(connection: Connection, reference: bytes) -> RowMapping | None:
    """The report that a reference finds, by the reference's digest."""
    query = select(dispute_report).where(dispute_report.c.reference == reference)
    return connection.execute(query).mappings().one_or_none()


def change_report(connection: Connection, number: str, values: Values) -> None:
    """Change a report: withdrawn, erased."""
    own = update(dispute_report).where(dispute_report.c.id == number)
    connection.execute(own.values(**values))


def forget_contacts(connection: Connection, before: int) -> int:
    """Erase the contacts in reports of cases decided before a time; gives how many."""
    ended = select(dispute_case.c.id).where(
        dispute_case.c.state == "closed", dispute_case.c.decided < before
    )
    own = update(dispute_report).where(
        dispute_report.c.dispute.in_(ended), dispute_report.c.contact.is_not(None)
    )
    return connection.execute(own.values(contact=None)).rowcount


def add_file(connection: Connection, values: Values) -> None:
    """Note a file."""
    connection.execute(insert(dispute_file), [dict(values)])


def files(connection: Connection, number: str) -> list[RowMapping]:
    """The files of a case."""
    query = select(dispute_file).where(dispute_file.c.dispute == number)
    return list(connection.execute(query.order_by(dispute_file.c.id)).mappings())


def file(connection: Connection, number: str) -> RowMapping | None:
    """A file by its id."""
    query = select(dispute_file).where(dispute_file.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def records(connection: Connection, digest: bytes) -> list[int]:
    """The numbers of the events with this digest, whoever sent them."""
    query = select(event_digest.c.event).where(
        event_digest.c.digest == digest, event_digest.c.submitter >= 0
    )
    return list(connection.scalars(query))


def about(
    connection: Connection, keys: Collection[str], states: Collection[str]
) -> list[tuple[str, RowMapping]]:
    """The cases in these states found under keys: the key and the case, the oldest first."""
    found: list[tuple[str, RowMapping]] = []
    for some in batches(sorted(keys)):
        query = (
            select(dispute_about.c.key, *dispute_case.c)
            .join(dispute_case, dispute_case.c.id == dispute_about.c.dispute)
            .where(dispute_about.c.key.in_(some), dispute_case.c.state.in_(states))
            .order_by(dispute_case.c.reported, dispute_case.c.id)
        )
        found += [(row["key"], row) for row in connection.execute(query).mappings()]
    return found


def queue(
    connection: Connection,
    states: Collection[str],
    *,
    provinces: Collection[str] | None = None,
    sectors: Collection[str] | None = None,
    due: int | None = None,
    limit: int,
) -> list[RowMapping]:
    """Cases in these states, of provinces and sectors (None: all), due before a time; the first
    due first.
    """
    table = dispute_case
    query = select(table).where(table.c.state.in_(states))
    if provinces is not None:
        query = query.where(table.c.province.in_(provinces))
    if sectors is not None:
        query = query.where(table.c.sector.in_(sectors))
    if due is not None:
        query = query.where(table.c.due < due)
    return _listed(connection, query.order_by(table.c.due, table.c.id), limit)


def against(connection: Connection, party: int, *, limit: int) -> list[RowMapping]:
    """The cases that officers opened about an organisation, the latest first."""
    table = dispute_case
    query = select(table).where(table.c.party == party, table.c.opened.is_not(None))
    return _listed(connection, query.order_by(table.c.opened.desc()), limit)


def reported_by(connection: Connection, organisation: int, *, limit: int) -> list[RowMapping]:
    """The cases that an organisation reported, the latest first."""
    table, mine = dispute_case, dispute_report
    own = select(mine.c.dispute).where(mine.c.organisation == organisation)
    query = select(table).where(table.c.id.in_(own)).order_by(table.c.reported.desc())
    return _listed(connection, query, limit)


def _listed(connection: Connection, query: Select[Any], limit: int) -> list[RowMapping]:
    return list(connection.execute(query.limit(limit)).mappings())
