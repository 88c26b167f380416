# SPDX-License-Identifier: Apache-2.0
"""Reading the counts: of a thing in one statement, of a product by day and province."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import RowMapping

from nguon.base.time import from_microseconds
from nguon.gs1 import key_hash
from nguon.scans.model import Count, DayCount
from nguon.scans.placing import unknown_of
from nguon.store import Store
from nguon.store import scan_keeping as keeping
from nguon.store import scans as rows


def count(store: Store, key: str) -> Count:
    """How often a thing was scanned, as far as it has been written."""
    with store.reading() as connection:
        found = rows.counted(connection, key_hash(key))
    return Count(0, 0, None, None) if found is None else _count(found)


def unknown(store: Store, key: str) -> int:
    """How often lots and pieces of a product were scanned that nobody recorded or issued."""
    return count(store, unknown_of(key)).scans


def totals(store: Store, keys: Sequence[str]) -> dict[str, Count]:
    """How often each of these things was scanned, in one statement; others are absent."""
    by_hash = {key_hash(key): key for key in keys}
    with store.reading() as connection:
        found = rows.counted_of(connection, list(by_hash))
    return {by_hash[row["item"]]: _count(row) for row in found}


def days(store: Store, key: str, first: date, last: date) -> Sequence[DayCount]:
    """The counts of a thing from one day to another, by day and province."""
    with store.reading() as connection:
        found = rows.days(connection, key_hash(key), first.isoformat(), last.isoformat())
    return [
        DayCount(date.fromisoformat(row["day"]), row["place"], row["scans"], row["views"])
        for row in found
    ]


def lost(store: Store) -> int:
    """How many scans, of anything, found the buffer full and were not recorded."""
    with store.reading() as connection:
        return keeping.lost(connection)


def _count(row: RowMapping) -> Count:
    first, last = (
        None if at is None else from_microseconds(at) for at in (row["first"], row["last"])
    )
    return Count(row["scans"], row["views"], first, last)
