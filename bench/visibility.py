# SPDX-License-Identifier: Apache-2.0
"""``python -m bench.visibility``: what deciding who sees what costs of a query.

Asks the same queries as readers of every kind and prints the median time and
the share of it that went into the decision (facts gathered and judged).
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from bench import large_goods
from bench.large_goods import cooperative
from nguon.base.audience import Audience, Mandate
from nguon.capture.model import Limits
from nguon.capture.queries import page
from nguon.capture.service import CaptureService
from nguon.cli.workplace import operator
from nguon.epcis.query import EventQuery
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry import queries
from nguon.registry.service import attach
from nguon.store import Store, disclosing, open_store
from tests.postgres import PostgresServer, binaries

EVENTS, ENTRIES, TIMES = 20_000, 5_000, 60
_SEE_LITTLE = ("stranger", "inspector, events in another province")
"""Readers whose query would read on to its limit."""
_spent = [0.0]


def _timed(work: Callable[..., Any]) -> Callable[..., Any]:
    def timed(*arguments: Any) -> Any:
        begin = time.perf_counter()
        try:
            return work(*arguments)
        finally:
            _spent[0] += time.perf_counter() - begin

    return timed


def _readers(store: Store) -> Iterator[tuple[str, Audience]]:
    sender = queries.organisation_by_code(store, operator(), cooperative(0))
    other = queries.organisation_by_code(store, operator(), cooperative(900))
    assert sender is not None
    assert other is not None
    assert sender.unit is not None
    yield "operator", operator()
    yield "owner", _principal(sender.id, KeyKind.MEMBER).audience
    yield "stranger", _principal(other.id, KeyKind.MEMBER).audience
    yield "inspector, national", _principal(other.id, KeyKind.INSPECTOR).audience
    for name, province in (("in his", sender.unit.province.code), ("in another", "96")):
        mandate = Mandate(frozenset({province}))
        yield (
            f"inspector, events {name} province",
            _principal(other.id, KeyKind.INSPECTOR, mandate).audience,
        )


def _principal(organisation: int, kind: KeyKind, mandate: Mandate | None = None) -> Principal:
    scopes = frozenset({Scope.READ})
    return Principal(organisation, "bench", kind, scopes, strict=False, mandate=mandate)


def _measure(ask: Callable[[], Any]) -> tuple[float, float]:
    totals, shares = [], []
    for _ in range(TIMES):
        _spent[0] = 0.0
        begin = time.perf_counter()
        ask()
        total = time.perf_counter() - begin
        totals.append(total * 1000)
        shares.append(_spent[0] / total)
    return median(totals), median(shares)


def _fill(store: Store, folder: Path) -> None:
    large_goods.registers(store, ENTRIES)
    limits = Limits(body=2**28, events=10**6, whole=10_000, synchronous=2**28)
    capture = CaptureService(store, folder, limits, 2)
    try:
        large_goods.captured(store, capture, EVENTS)
    finally:
        capture.close()


@contextmanager
def _postgresql() -> Iterator[str]:
    found = binaries()
    if found is None:
        raise SystemExit("no PostgreSQL on this machine")
    server = PostgresServer(found)
    server.start()
    try:
        server.execute("CREATE DATABASE visibility")
        yield server.url("visibility")
    finally:
        server.remove()


def main() -> None:
    """Fill a database, measure, print."""
    for name in ("_level", "_decide"):
        setattr(disclosing, name, _timed(getattr(disclosing, name)))
    query = EventQuery.parse({})
    with tempfile.TemporaryDirectory() as folder, _postgresql() as url:
        store = open_store(url)
        attach(store)
        _fill(store, Path(folder))
        print("| reader | query | median ms | deciding |\n|---|---|---|---|")
        newest = [event.id for event in page(store, operator(), query, 30, None).events]
        for who, reader in _readers(store):
            asked: dict[str, Callable[[], Any]] = {
                "30 records": partial(store.events.by_ids, reader, newest)
            }
            if who not in _SEE_LITTLE:
                asked["query, 30 of a page"] = partial(page, store, reader, query, 30, None)
            for what, ask in asked.items():
                total, share = _measure(ask)
                print(f"| {who} | {what} | {total:.1f} | {share:.1%} |")
        store.close()


if __name__ == "__main__":
    main()
