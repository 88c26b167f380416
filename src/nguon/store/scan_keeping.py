# SPDX-License-Identifier: Apache-2.0
"""The statements that end the keeping of scans, and those on the secrets behind device hashes."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, func, select, text

from nguon.store.scans_tables import scan, scan_day, scan_lost, scan_secret, scan_source, scan_sum

_HOUR = 3_600_000_000
_SECRET = text(
    "INSERT INTO scan_secret (period, secret) VALUES (:period, :secret) ON CONFLICT DO NOTHING"
)


def secrets(connection: Connection) -> dict[int, bytes]:
    """The secrets that still live, by period."""
    rows = connection.execute(select(scan_secret.c.period, scan_secret.c.secret))
    return {row.period: bytes(row.secret) for row in rows}


def add_secret(connection: Connection, period: int, secret: bytes) -> None:
    """Write a period's secret; the one of the process that was first stays."""
    connection.execute(_SECRET, {"period": period, "secret": secret})


def end_secrets(connection: Connection, before: int) -> None:
    """Let go of the secrets of earlier periods."""
    connection.execute(delete(scan_secret).where(scan_secret.c.period < before))


def end_sources(connection: Connection, before: int) -> None:
    """Forget processes that wrote nothing since a moment."""
    connection.execute(delete(scan_source).where(scan_source.c.time < before))


def end_scans(connection: Connection, before: int) -> bool:
    """Remove the oldest hour of the scans before a moment; whether there may be more."""
    oldest = connection.scalar(select(func.min(scan.c.time)))
    if oldest is None or oldest >= before:
        return False
    connection.execute(delete(scan).where(scan.c.time < min(before, oldest + _HOUR)))
    return True


def of_devices(connection: Connection, item: int, devices: Iterable[bytes]) -> int:
    """Remove what these devices scanned of a thing; how many scans went."""
    own = delete(scan).where(scan.c.item == item, scan.c.device.in_(list(devices)))
    return connection.execute(own).rowcount


def of_items(connection: Connection, items: Sequence[int]) -> None:
    """Remove every scan and every count of things."""
    for table in (scan, scan_sum, scan_day):
        connection.execute(delete(table).where(table.c.item.in_(items)))


def lost(connection: Connection) -> int:
    """How many scans were not recorded."""
    return int(connection.scalar(select(func.coalesce(func.sum(scan_lost.c.count), 0))) or 0)
