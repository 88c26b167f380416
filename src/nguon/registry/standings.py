# SPDX-License-Identifier: Apache-2.0
"""Standings that tables give, and which entries are in use; over `nguon.registry.history`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Connection

from nguon.base.time import HANOI
from nguon.registry import history
from nguon.registry.history import Actor, Recording, Standing, Status
from nguon.registry.model import Register
from nguon.registry.workflow import IN_USE


def in_use(
    connection: Connection, register: Register, keys: Sequence[str], now: datetime | None = None
) -> frozenset[str]:
    """The entries that a body has approved or suspended, now or from a day to come."""
    moment = now or datetime.now(UTC)
    found = history.rows_in(connection, register, keys)
    return frozenset(key for key, rows in found.items() if _in_use(rows, moment))


def _in_use(rows: Sequence[Standing], now: datetime) -> bool:
    moments = [now, *(row.valid_from for row in rows if row.valid_from and row.valid_from > now)]
    return any(history.at(rows, moment).status in IN_USE for moment in moments)


def last_rows(
    connection: Connection, register: Register, keys: Sequence[str]
) -> dict[str, Standing]:
    """The row of each entry that was recorded last; entries without rows are absent."""
    found = history.rows_in(connection, register, keys)
    return {key: rows[-1] for key, rows in found.items() if rows}


def given(aside: Mapping[str, Any], key: str, by: Actor, now: datetime) -> Recording:
    """The row that the columns of a table mean; a day begins at midnight in Viet Nam."""
    begin = aside.get("status_from")
    decided_by = aside.get("decided_by")
    return Recording(
        key,
        Status(aside["status"]),
        day(begin) if begin else now,
        by if decided_by is None else Actor(decided_by, by.key_id),
        note=aside.get("reason"),
    )


def says(row: Standing | None, wanted: Recording, *, dated: bool) -> bool:
    """Whether the last row of an entry says this already."""
    if row is None or row.by is None or (dated and row.valid_from != wanted.valid_from):
        return False
    said = (row.status, row.by.organisation, row.note)
    return said == (wanted.status, wanted.by.organisation, wanted.note)


def day(text: str) -> datetime:
    """When a day written as ISO 8601 begins in Viet Nam."""
    return datetime.combine(datetime.fromisoformat(text).date(), time(), HANOI)
