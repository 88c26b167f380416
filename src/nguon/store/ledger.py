# SPDX-License-Identifier: Apache-2.0
"""The ledger's statements: grants, uses, answers by key list; nothing is decided here."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from nguon.store.ledger_tables import (
    authorisation,
    authorisation_change,
    code_account,
    code_ceiling,
    code_use,
    code_use_answer,
)
from nguon.store.portions import rows_by
from nguon.store.stated import stated

Values = Mapping[str, Any]
Rows = list[RowMapping]

_SUMMED = [
    code_use.c[name]
    for name in ("id", "code", "user", "crop", "quantity", "used_at", "authorisation", "verdict")
]


def hold(connection: Connection, code: str) -> None:
    """Let one transaction at a time write what concerns a code, until it ends."""
    own = update(code_account).where(code_account.c.code == code)
    taking = own.values(writes=code_account.c.writes + 1)
    if connection.execute(taking).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(code_account).values(code=code, writes=1))
    except IntegrityError:
        connection.execute(taking)


def add(connection: Connection, table: Table, values: Values) -> None:
    """Insert one row."""
    connection.execute(insert(table).values(**values))
    stated(connection, table, [values])


def grants(connection: Connection, column: str, keys: Sequence[Any]) -> Rows:
    """Grants by id, number, code, holder or grantee, in the order of giving."""
    table = authorisation
    return rows_by(
        connection, select(table), table.c[column], keys, table.c.recorded, table.c.number
    )


def changes(connection: Connection, ids: Sequence[str]) -> Rows:
    """What was changed of these grants, in the order of recording."""
    table = authorisation_change
    return rows_by(connection, select(table), table.c.authorisation, ids, table.c.number)


def uses(connection: Connection, ids: Sequence[str]) -> Rows:
    """Uses by id."""
    return rows_by(connection, select(code_use), code_use.c.id, ids, code_use.c.recorded)


def same_uses(connection: Connection, code: str, user: int, consignment: str, lots: str) -> Rows:
    """Uses with one mark, in the order of recording."""
    table = code_use
    query = select(table).where(
        table.c.consignment == consignment,
        table.c.user == user,
        table.c.code == code,
        table.c.lots == lots,
    )
    return list(connection.execute(query.order_by(table.c.recorded, table.c.id)).mappings())


def sums_between(connection: Connection, codes: Sequence[str], start: int, until: int) -> Rows:
    """What was taken of codes in a span, refused attempts left out; only what sums need."""
    table = code_use
    query = select(*_SUMMED).where(
        table.c.used_at >= start, table.c.used_at < until, table.c.verdict != "refused"
    )
    return rows_by(connection, query, table.c.code, codes, table.c.used_at)


def sums_of(connection: Connection, numbers: Sequence[str]) -> Rows:
    """What was taken under grants; only what sums need."""
    query = select(*_SUMMED).where(code_use.c.verdict != "refused")
    return rows_by(connection, query, code_use.c.authorisation, numbers, code_use.c.recorded)


def answers(connection: Connection, ids: Sequence[str]) -> Rows:
    """What was said of these uses, in order."""
    table = code_use_answer
    return rows_by(connection, select(table), table.c.use, ids, table.c.number)


def ceilings(connection: Connection, codes: Sequence[str]) -> Rows:
    """Ceilings set for codes, in the order of recording."""
    table = code_ceiling
    return rows_by(connection, select(table), table.c.code, codes, table.c.number)


def uses_where(
    connection: Connection,
    conditions: Sequence[ColumnElement[bool]],
    *,
    before: tuple[int, str] | None,
    limit: int,
) -> Rows:
    """Uses that meet all conditions, the last recorded first, those before a cursor."""
    table = code_use
    query = select(table).where(*conditions).order_by(table.c.recorded.desc(), table.c.id.desc())
    if before is not None:
        moment, last = before
        query = query.where(
            or_(table.c.recorded < moment, and_(table.c.recorded == moment, table.c.id < last))
        )
    return list(connection.execute(query.limit(limit)).mappings())
