# SPDX-License-Identifier: Apache-2.0
"""How long scans are kept, and how they go: by time, by the visitor's wish, by an order."""

from datetime import datetime

from nguon.base.time import to_microseconds
from nguon.gs1 import key_hash
from nguon.scans.devices import PERIOD, living
from nguon.scans.placing import unknown_of
from nguon.store import Store
from nguon.store import scan_keeping as rows

_DAY = 86_400_000_000


def sweep(store: Store, days: int, now: datetime) -> None:
    """Remove single scans that are older than so many days, and the secrets of past weeks.

    An hour's scans go in a transaction, so nobody waits for long.
    """
    moment = to_microseconds(now)
    with store.erasing() as connection:
        rows.end_secrets(connection, moment // PERIOD)
        rows.end_sources(connection, moment - _DAY)
    more = True
    while more:
        with store.transaction() as connection:
            more = rows.end_scans(connection, moment - days * _DAY)


def forget(store: Store, key: str, device: bytes) -> int:
    """Remove what a device scanned of a thing this week, without its counts; how many went."""
    marks = living(store, key, device)
    with store.erasing() as connection:
        return rows.of_devices(connection, key_hash(key), marks)


def erase(store: Store, keys: list[str]) -> None:
    """Remove every scan and every count of these things, of products those of unknown pieces too.

    What lots and pieces counted for their product stays with the product.
    """
    named = [name for key in keys for name in (key, unknown_of(key))]
    with store.erasing() as connection:
        rows.of_items(connection, [key_hash(name) for name in named])
