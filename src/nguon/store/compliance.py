# SPDX-License-Identifier: Apache-2.0
"""Statements over the tables of compliance; rows as given, nothing is decided here."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, delete, insert, select

from nguon.store import compliance_tables as tables
from nguon.store.portions import portions
from nguon.store.registry import change, rows
from nguon.store.stated import stated

__all__ = ["add", "change", "forget", "held", "one", "reports", "rows", "samples_of"]

Values = Mapping[str, Any]


def add(connection: Connection, table: Table, values: Sequence[Values]) -> None:
    """Insert rows that have values for the same columns."""
    if values:
        connection.execute(insert(table), list(values))
        stated(connection, table, values)


def forget(connection: Connection, table: Table, key: Values) -> None:
    """Remove the rows with these values."""
    connection.execute(delete(table).where(_all(table, key)))


def one(connection: Connection, table: Table, key: Values) -> RowMapping | None:
    """The row with these values."""
    query = select(table).where(_all(table, key)).limit(1)
    return connection.execute(query).mappings().one_or_none()


def reports(connection: Connection, lots: Sequence[str]) -> list[RowMapping]:
    """The samples of lots with their results: a row for each lot, sample and analyte."""
    sample, lot, result = tables.sample, tables.sample_lot, tables.sample_result
    joined = lot.join(sample, sample.c.id == lot.c.sample).outerjoin(
        result, result.c.sample == sample.c.id
    )
    columns = (
        *(lot.c.lot, sample.c.id, sample.c.state, sample.c.report, sample.c.requester),
        *(sample.c.laboratory, sample.c.resulted, result.c.analyte, result.c.value),
        *(result.c.unit, result.c.detected),
    )
    query = select(*columns).select_from(joined).where(lot.c.lot.in_(list(lots)))
    return list(connection.execute(query.order_by(sample.c.resulted, sample.c.id)).mappings())


def samples_of(
    connection: Connection, organisation: int | None, *, limit: int = 200
) -> list[RowMapping]:
    """The samples that an organisation took or examines (None: all), the newest first."""
    sample = tables.sample
    query = select(sample).order_by(sample.c.taken.desc(), sample.c.id).limit(limit)
    if organisation is not None:
        mine = (sample.c.requester == organisation) | (sample.c.laboratory == organisation)
        query = query.where(mine)
    return list(connection.execute(query).mappings())


def held(connection: Connection, keys: Sequence[str], today: str) -> list[RowMapping]:
    """The legal holds on these keys that nobody has lifted and that have not ended."""
    hold = tables.legal_hold.c
    found: list[RowMapping] = []
    for some in portions(keys):
        query = select(tables.legal_hold).where(
            hold.key.in_(some),
            hold.released.is_(None),
            hold.until.is_(None) | (hold.until >= today),
        )
        found += connection.execute(query).mappings()
    return sorted(found, key=lambda row: (row["begun"], row["id"]))


def holds(connection: Connection, organisation: int | None, *, limit: int) -> list[RowMapping]:
    """The holds that an authority placed (None: all), the newest first."""
    hold = tables.legal_hold
    query = select(hold).order_by(hold.c.begun.desc(), hold.c.id).limit(limit)
    if organisation is not None:
        query = query.where(hold.c.organisation == organisation)
    return list(connection.execute(query).mappings())


def _all(table: Table, key: Values) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in key.items()))


def attempts(connection: Connection, *, limit: int) -> list[RowMapping]:
    """Report numbers entered twice, the newest first."""
    attempt = tables.report_attempt
    query = select(attempt).order_by(attempt.c.recorded.desc(), attempt.c.id).limit(limit)
    return list(connection.execute(query).mappings())


def consignments(
    connection: Connection, organisation: int | None, *, limit: int
) -> list[RowMapping]:
    """The consignments of an organisation as shipper or consignee (None: all), latest first."""
    one = tables.consignment
    query = select(one).order_by(one.c.planned.desc(), one.c.id).limit(limit)
    if organisation is not None:
        declared = (one.c.consignee == organisation) & one.c.declared.is_not(None)
        query = query.where((one.c.shipper == organisation) | declared)
    return list(connection.execute(query).mappings())
