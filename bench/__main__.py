# SPDX-License-Identifier: Apache-2.0
"""``make bench``: all benchmarks on both stores, printed as the tables of docs/performance.md."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from bench import (
    capturing,
    codes_compression,
    codes_engine,
    codes_issuing,
    codes_rfid,
    credentials,
    decoding,
    evidence,
    labelling,
    ladder,
    listings,
    log_proving,
    log_receipts,
    log_scrubbing,
    log_serving,
    log_verifier,
    logging_cost,
    logging_speed,
    map_speed,
    reading,
    resolving,
    scanning,
    signed_capture,
    signing,
    stopping,
    tabulating,
    tracing,
    transparency,
    visibility,
    witnessing,
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


def _codes(folder: Path) -> Iterator[Row]:
    """Codes: read, written, encoded, issued, printed, scanned and resolved; in processor time."""
    urls = _sqlite(folder)
    yield from codes_engine.rows()
    yield from codes_compression.rows()
    yield from codes_rfid.rows()
    yield from codes_issuing.rows()
    yield from labelling.rows()
    yield from scanning.rows("SQLite", next(urls))
    yield from resolving.rows("SQLite", next(urls), folder)


def _log(folder: Path) -> Iterator[Row]:
    """The log: grown, signed, witnessed, proved, served, read again, and what it costs."""
    yield from transparency.rows()
    yield from signing.rows()
    yield from evidence.rows()
    yield from map_speed.rows()
    yield from witnessing.rows(folder)
    yield from log_proving.rows(folder)
    yield from log_serving.rows(folder / "log-serving")
    yield from log_verifier.rows(folder)
    for name, urls in databases(folder):
        yield from logging_speed.rows(name, next(urls), folder)
        yield from logging_cost.rows(name, urls, folder)
        yield from log_scrubbing.rows(name, next(urls), folder)
        yield from log_receipts.rows(name, next(urls), folder)


def _stores(folder: Path) -> Iterator[Row]:
    """Records: taken, traced and shown, on both databases."""
    yield from decoding.rows()
    for name, urls in databases(folder):
        yield from capturing.rows(name, urls, folder)
        yield from reading.rows(name, next(urls), folder)
        yield from tabulating.rows(name, next(urls), folder)
        yield from visibility.rows(name, next(urls), folder)


def _parties(folder: Path) -> Iterator[Row]:
    """Parties: what they sign and are attested; in processor time."""
    yield from credentials.rows()
    yield from stopping.building()
    for name, urls in databases(folder):
        yield from signed_capture.verifying(name, next(urls))
        yield from signed_capture.rows(name, urls, folder)
        yield from listings.rows(name, next(urls))
        yield from ladder.rows(name, next(urls))
        yield from stopping.rows(name, next(urls))


def _trace(folder: Path) -> Iterator[Row]:
    """Lineage through a chain of goods of 10⁵ and 10⁶ events; in processor time."""
    for name, urls in databases(folder):
        yield from tracing.rows(name, urls, folder)


def databases(folder: Path) -> Iterator[tuple[str, Iterator[str]]]:
    """Each kind of database, with addresses of new empty ones."""
    yield "SQLite", _sqlite(folder)
    found = binaries()
    if found is None:
        print("no PostgreSQL on this machine: SQLite only", file=sys.stderr)
        return
    server = PostgresServer(found)
    server.start()
    try:
        yield "PostgreSQL", _postgresql(server)
    finally:
        server.remove()


TABLES: dict[str, Callable[[Path], Iterator[Row]]] = {
    "Codes": _codes,
    "Log": _log,
    "Records": _stores,
    "Parties": _parties,
    "Trace": _trace,
}


def main() -> None:
    """Measure and print the tables, or those that are named: ``python -m bench log``."""
    print(machine())
    for name, measured in TABLES.items():
        if sys.argv[1:] and name.lower() not in sys.argv[1:]:
            continue
        rows = []
        with tempfile.TemporaryDirectory() as folder:
            for row in measured(Path(folder)):
                print(f"{row.what}: {row.rate / row.floor:.2f}", file=sys.stderr)
                rows.append(row)
        print(f"\n{name}\n\n{table(rows)}", flush=True)


if __name__ == "__main__":
    main()
