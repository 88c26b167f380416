# SPDX-License-Identifier: Apache-2.0
"""The databases of a large run, each with its index: made once, taken up again by a later run."""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import psycopg
from sqlalchemy import make_url

from bench.trace_goods import chain
from bench.trace_loading import load
from nguon.store import open_store
from tests.postgres import PostgresServer, binaries

Made = Callable[[int], str]
"""The address of the database of so many events, made where it is not there; whole or empty."""


class Place(NamedTuple):
    """A database of so many events, and the folder of its index."""

    name: str
    size: int
    url: str
    folder: Path


def places(
    folder: Path, sizes: list[int], *, only: str | None, server: str | None
) -> Iterator[list[Place]]:
    """The loaded databases of each kind; a server of our own goes with its databases."""
    if only != "PostgreSQL":
        yield _loaded("SQLite", folder, sizes, partial(_sqlite, folder))
    if only == "SQLite":
        return
    if server is not None:
        yield _loaded("PostgreSQL", folder, sizes, partial(_postgresql, server))
        return
    found = binaries()
    if found is None:
        print("no PostgreSQL on this machine", file=sys.stderr)
        return
    own = PostgresServer(found)
    own.start()
    try:
        yield _loaded("PostgreSQL", folder, sizes, partial(_postgresql, own.url("postgres")))
    finally:
        own.remove()


def _loaded(name: str, folder: Path, sizes: list[int], made: Made) -> list[Place]:
    found = []
    for size in sizes:
        url = made(size)
        if _entries(url) < size:
            begin, clock = time.process_time(), time.monotonic()
            load(url, chain(size))
            worked, passed = time.process_time() - begin, time.monotonic() - clock
            print(f"{name}, {size:,} loaded: {worked:.0f} s of {passed:.0f} s", file=sys.stderr)
        found.append(Place(name, size, url, folder / f"index-{name}-{size}"))
    return found


def _entries(url: str) -> int:
    """What the log says of itself: a load that was broken off has written nothing there."""
    with open_store(url) as store:
        return store.log.head().seq


def _sqlite(folder: Path, size: int) -> str:
    path = folder / f"trace{size}.sqlite"
    url = f"sqlite:///{path}"
    if path.exists() and _entries(url) < size:
        for left in folder.glob(f"{path.name}*"):
            left.unlink()
    return url


def _postgresql(server: str, size: int) -> str:
    name = f"trace{size}"
    address = make_url(server).set(drivername="postgresql")
    url = address.set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as link:
        there = link.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).rowcount
        if there and _entries(url) < size:
            link.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
            there = 0
        if not there:
            link.execute(f"CREATE DATABASE {name}".encode())
    return url
