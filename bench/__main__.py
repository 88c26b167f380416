# SPDX-License-Identifier: Apache-2.0
"""``make bench``: all benchmarks on both stores, printed as the table of docs/performance.md."""

import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from bench import (
    capturing,
    codes_compression,
    codes_engine,
    codes_issuing,
    codes_rfid,
    decoding,
    labelling,
    reading,
    resolving,
    scanning,
    tabulating,
    transparency,
    visibility,
)
from bench.report import Row, machine, table
from tests.postgres import PostgresServer, binaries


def _sqlite(folder: Path) -> Iterator[str]:
    for number in count():
        yield f"sqlite:///{folder / f'bench{number}.sqlite'}"


def _postgresql(server: PostgresServer) -> Iterator[str]:
    for number in count():
        server.execute(f"CREATE DATABASE bench{number}")
        yield server.url(f"bench{number}")


def _measure(folder: Path) -> Iterator[Row]:
    yield from decoding.rows()
    yield from codes_engine.rows()
    yield from codes_compression.rows()
    yield from codes_rfid.rows()
    yield from codes_issuing.rows()
    yield from labelling.rows()
    yield from transparency.rows()
    urls = _sqlite(folder)
    yield from capturing.rows("SQLite", urls, folder)
    yield from reading.rows("SQLite", next(urls), folder)
    yield from scanning.rows("SQLite", next(urls))
    yield from tabulating.rows("SQLite", next(urls), folder)
    yield from visibility.rows("SQLite", next(urls), folder)
    yield from resolving.rows("SQLite", next(urls), folder)
    found = binaries()
    if found is None:
        print("no PostgreSQL on this machine: SQLite only", file=sys.stderr)
        return
    server = PostgresServer(found)
    server.start()
    try:
        urls = _postgresql(server)
        yield from capturing.rows("PostgreSQL", urls, folder)
        yield from reading.rows("PostgreSQL", next(urls), folder)
        yield from scanning.rows("PostgreSQL", next(urls))
        yield from tabulating.rows("PostgreSQL", next(urls), folder)
        yield from visibility.rows("PostgreSQL", next(urls), folder)
    finally:
        server.remove()


def main() -> None:
    """Measure and print."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for row in _measure(Path(folder)):
            print(f"{row.what}: {row.rate / row.floor:.2f}", file=sys.stderr)
            rows.append(row)
    print(f"{machine()}\n\n{table(rows)}")


main()
