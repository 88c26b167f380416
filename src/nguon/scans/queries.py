# SPDX-License-Identifier: Apache-2.0
"""Reading the counts: of a thing in one statement, of a product by day and province."""

from collections.abc import Sequence
from datetime import date

from nguon.base.time import from_microseconds
from nguon.gs1 import key_hash
from nguon.scans.model import Count, DayCount
from nguon.store import Store
from nguon.store import scan_keeping as keeping
from nguon.store import scans as rows


def count(store: Store, key: str) -> Count:
    """How often a thing was scanned, as far as it has been written."""
    with store.reading() as connection:
        found = rows.counted(connection, key_hash(key))
    if found is None:
        return Count(0, 0, None, None)
    first, last = (
        None if at is None else from_microseconds(at) for at in (found["first"], found["last"])
    )
    return Count(found["scans"], found["views"], first, last)


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
