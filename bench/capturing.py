# SPDX-License-Identifier: Apache-2.0
"""Capture over HTTP, beside raw inserts of the same rows."""

from collections.abc import Iterator
from pathlib import Path

from bench.client import Load, drive, request
from bench.floors import insert_rate, rows_of
from bench.goods import bare, document
from bench.report import Row
from bench.server import Server, served

SIZES = ((1, 2000, 32), (100, 120, 8), (1000, 20, 3))
"""(events a document, documents, clients)."""


def rows(name: str, fresh_url: Iterator[str], folder: Path) -> Iterator[Row]:
    """``fresh_url`` gives the address of a new empty database each time."""
    for size, documents, clients in SIZES:
        url = next(fresh_url)
        with served(url, folder / f"{name}-{size}") as server:
            load = _documents(server, size, documents, clients)
        floor = insert_rate(next(fresh_url), rows_of(url, size * documents), size)
        yield Row(
            f"{name}: capture, {size}-event documents, {clients} clients",
            load.rate * size,
            "events/s",
            floor,
            f"raw inserts, {size} a commit",
            f"p50 {load.percentile(0.5):.1f} ms, p99 {load.percentile(0.99):.1f} ms",
        )
    url = next(fresh_url)
    with served(url, folder / f"{name}-single") as server:
        load = _singles(server, 4000)
    floor = insert_rate(next(fresh_url), rows_of(url, 4000), 1)
    yield Row(
        f"{name}: single events, 32 clients",
        load.rate,
        "events/s",
        floor,
        "raw one-event commits",
        f"p50 {load.percentile(0.5):.1f} ms, p99 {load.percentile(0.99):.1f} ms",
    )


def headers(server: Server) -> dict[str, str]:
    """What every request carries."""
    return {"Authorization": f"Bearer {server.secret}", "Content-Type": "application/ld+json"}


def _documents(server: Server, size: int, documents: int, clients: int) -> Load:
    warm = [request("POST", "/epcis/capture", headers(server), document(1)) for _ in range(20)]
    drive(server.port, warm, 4, frozenset({202}))
    requests = [
        request("POST", "/epcis/capture", headers(server), document(size)) for _ in range(documents)
    ]
    return drive(server.port, requests, clients, frozenset({202}))


def _singles(server: Server, total: int) -> Load:
    made = [request("POST", "/epcis/events", headers(server), body) for body in bare(total + 100)]
    drive(server.port, made[:100], 4, frozenset({201}))
    return drive(server.port, made[100:], 32, frozenset({201}))
