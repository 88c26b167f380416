# SPDX-License-Identifier: Apache-2.0
"""``python -m bench.large``: how fast pages are with a million events and 100,000 register entries.

Too long for ``make bench``: the goods alone take minutes to load. Prints one
table: each page's median and 95th percentile, asked one after the other, as
the ten-thousandth visitor of a day would.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import large_figures, large_goods, large_pages, large_work
from bench.report import machine
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.registry.service import attach
from nguon.store import open_store
from tests.postgres import PostgresServer, binaries

_LIMITS = Limits(body=2**28, events=10**6, whole=10_000, synchronous=2**28)


def fill(url: str, folder: Path, events: int, entries: int) -> None:
    """Load what the pages are measured with."""
    store = open_store(url)
    attach(store)
    capture = CaptureService(store, folder / "spool", _LIMITS, 2)
    try:
        begin = time.perf_counter()
        large_goods.registers(store, entries)
        _said(f"{entries} register entries", begin)
        begin = time.perf_counter()
        large_goods.captured(store, capture, events)
        _said(f"{events} events", begin)
        begin = time.perf_counter()
        large_work.worked(store, capture)
        large_figures.figured(store)
        _said("the work of some cooperatives", begin)
    finally:
        capture.close()
        store.close()


def _said(what: str, begin: float) -> None:
    print(f"{what} in {time.perf_counter() - begin:.0f} s", file=sys.stderr)


@contextmanager
def _database(url: str | None) -> Iterator[str]:
    if url is not None:
        yield url
        return
    found = binaries()
    if found is None:
        raise SystemExit("no PostgreSQL on this machine")
    server = PostgresServer(found)
    server.start()
    try:
        server.execute("CREATE DATABASE large")
        yield server.url("large")
    finally:
        server.remove()


def main() -> None:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--url", help="database to use; a PostgreSQL of its own without it")
    parser.add_argument("--filled", action="store_true", help="the database has the goods already")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _database(chosen.url) as url:
        if not chosen.filled:
            fill(url, Path(folder), chosen.events, chosen.entries)
        print(f"{machine()}, {chosen.events:,} events, {chosen.entries:,} register entries\n")
        print(large_pages.table(url, Path(folder)))


if __name__ == "__main__":
    main()
