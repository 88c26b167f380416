# SPDX-License-Identifier: Apache-2.0
"""The statements on scans: batches are added to the counts, counts are read by thing."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select, text

from nguon.base.gently import gently
from nguon.store.scans_tables import scan_day, scan_source, scan_sum

_SUM = (
    "INSERT INTO scan_sum (item, scans, views, first, last) VALUES ({})"
    " ON CONFLICT (item) DO UPDATE SET scans = scan_sum.scans + excluded.scans,"
    " views = scan_sum.views + excluded.views,"
    " first = CASE WHEN scan_sum.first IS NULL OR excluded.first < scan_sum.first"
    " THEN excluded.first ELSE scan_sum.first END,"
    " last = CASE WHEN scan_sum.last IS NULL OR excluded.last > scan_sum.last"
    " THEN excluded.last ELSE scan_sum.last END"
)
_DAY = (
    "INSERT INTO scan_day (item, day, place, scans, views) VALUES ({})"
    " ON CONFLICT (item, day, place) DO UPDATE SET scans = scan_day.scans + excluded.scans,"
    " views = scan_day.views + excluded.views"
)
_LOSE = text(
    "INSERT INTO scan_lost (day, count) VALUES (:day, :count)"
    " ON CONFLICT (day) DO UPDATE SET count = scan_lost.count + excluded.count"
)
_SOURCE = text(
    "INSERT INTO scan_source (name, batch, time) VALUES (:name, :batch, :time)"
    " ON CONFLICT (name) DO UPDATE SET batch = excluded.batch, time = excluded.time"
)

_AT_ONCE = 100
"""Rows of one statement: the thread rests between them."""

Sum = tuple[int, int, int, int | None, int | None]
"""What is added to a thing: item, scans, views, first, last."""
Day = tuple[int, str, str, int, int]
"""What is added to a day: item, day, place, scans, views."""


def written(connection: Connection, name: str) -> int:
    """The number of the last batch that this source wrote; 0 before the first."""
    query = select(scan_source.c.batch).where(scan_source.c.name == name)
    return connection.scalar(query) or 0


def sign(connection: Connection, name: str, batch: int, now: int) -> None:
    """Write down that a source wrote a batch."""
    connection.execute(_SOURCE, {"name": name, "batch": batch, "time": now})


def add(connection: Connection, sums: list[Sum], days: list[Day]) -> None:
    """Add to the counts, in the order of their keys, as all writers do."""
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    for statement, rows in ((_SUM, sums), (_DAY, days)):
        if rows:
            inserting = statement.format(", ".join([mark] * 5))
            for start in gently(range(0, len(rows), _AT_ONCE), piece=1):
                connection.exec_driver_sql(inserting, rows[start : start + _AT_ONCE])


def lose(connection: Connection, day: str, count: int) -> None:
    """Add to the count of scans that were not recorded."""
    connection.execute(_LOSE, {"day": day, "count": count})


def counted(connection: Connection, item: int) -> RowMapping | None:
    """How often a thing was scanned."""
    return connection.execute(select(scan_sum).where(scan_sum.c.item == item)).mappings().first()


def counted_of(connection: Connection, items: Sequence[int]) -> Sequence[RowMapping]:
    """How often each of these things was scanned."""
    query = select(scan_sum).where(scan_sum.c.item.in_(items))
    return connection.execute(query).mappings().all()


def days(connection: Connection, item: int, first: str, last: str) -> Sequence[RowMapping]:
    """The counts of a thing by day and province, the oldest day first."""
    column = scan_day.c
    query = select(scan_day).where(column.item == item, column.day.between(first, last))
    return connection.execute(query.order_by(column.day, column.place)).mappings().all()
