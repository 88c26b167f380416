# SPDX-License-Identifier: Apache-2.0
"""Marks of devices: a keyed hash of the device and of the thing, under a secret of the week.

One device leaves different marks on different things, so what somebody buys
cannot be put together from them; when the week is over its secret is erased, and
nobody can make or check its marks any more.
"""

import secrets

from nguon.base.mac import Mac, mac
from nguon.gs1 import key_hash
from nguon.store import Store
from nguon.store import scan_keeping as rows

PERIOD = 7 * 86_400_000_000
"""How long (microseconds) a secret lives."""
_OCTETS = 16


class Devices:
    """The secrets of a store, read once a week."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._period = -1
        self._mac: Mac | None = None

    def mark(self, item: int, device: bytes, time: int) -> bytes:
        """The mark of a device on a thing at a time (microseconds).

        Raises `StoreError` where a new week's secret cannot be read or written.
        """
        period = time // PERIOD
        if self._mac is None or period != self._period:
            self._mac = Mac(_secret(self._store, period))
            self._period = period
        return self._mac(_message(item, device))[:_OCTETS]


def living(store: Store, key: str, device: bytes) -> list[bytes]:
    """Every mark of a device on a thing that can still be made."""
    with store.reading() as connection:
        known = rows.secrets(connection)
    return [mac(secret, _message(key_hash(key), device))[:_OCTETS] for secret in known.values()]


def _message(item: int, device: bytes) -> bytes:
    return item.to_bytes(8, "big", signed=True) + device


def _secret(store: Store, period: int) -> bytes:
    with store.transaction() as connection:
        known = rows.secrets(connection)
        if period not in known:
            rows.add_secret(connection, period, secrets.token_bytes(32))
            known = rows.secrets(connection)
    return known[period]
