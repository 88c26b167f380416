# SPDX-License-Identifier: Apache-2.0
"""The statements on the papers of recalls: requests for information, files, signed reports."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from nguon.store.recalls_tables import recall_case, recall_file, recall_report, recall_request
from nguon.store.stated import stated

Values = Mapping[str, Any]


def add_request(connection: Connection, values: Values) -> None:
    """Write a request for information."""
    connection.execute(insert(recall_request), [dict(values)])
    stated(connection, recall_request, [values])


def answer_request(connection: Connection, number: str, values: Values) -> RowMapping | None:
    """Write the answer; None where there is one."""
    table = recall_request
    own = update(table).where(table.c.id == number, table.c.answered.is_(None))
    changed = own.values(**values).returning(*table.c)
    row = connection.execute(changed).mappings().one_or_none()
    if row is not None:
        stated(connection, table, [row])
    return row


def request(connection: Connection, number: str) -> RowMapping | None:
    """A request by its id."""
    query = select(recall_request).where(recall_request.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def requests(connection: Connection, number: str) -> list[RowMapping]:
    """What was asked in a case, in order."""
    table = recall_request
    query = select(table).where(table.c.recall == number)
    return list(connection.execute(query.order_by(table.c.asked, table.c.id)).mappings())


def unanswered(
    connection: Connection, states: Collection[str], *, recall: str | None = None
) -> list[RowMapping]:
    """The requests with a term that nobody answered, of cases in these states (of one alone), with
    the case's ``level``; in the order in which they were asked.
    """
    table, case = recall_request, recall_case
    query = (
        select(table, case.c.level)
        .join(case, case.c.id == table.c.recall)
        .where(table.c.answered.is_(None), table.c.due.is_not(None), case.c.state.in_(states))
        .order_by(table.c.asked, table.c.id)
    )
    if recall is not None:
        query = query.where(table.c.recall == recall)
    return list(connection.execute(query).mappings())


def add_files(connection: Connection, files: Sequence[Values]) -> None:
    """Note files."""
    if files:
        connection.execute(insert(recall_file), [dict(one) for one in files])


def file(connection: Connection, number: str) -> RowMapping | None:
    """A file by its id."""
    query = select(recall_file).where(recall_file.c.id == number)
    return connection.execute(query).mappings().one_or_none()


def add_report(connection: Connection, values: Values) -> None:
    """Keep a signed report."""
    connection.execute(insert(recall_report), [dict(values)])
    stated(connection, recall_report, [values])


def reports(connection: Connection, number: str, *, after: int = 0, limit: int) -> list[RowMapping]:
    """The signed reports of a case in order, those after a step."""
    table = recall_report
    query = select(table).where(table.c.recall == number, table.c.number > after)
    return list(connection.execute(query.order_by(table.c.number).limit(limit)).mappings())
