# SPDX-License-Identifier: Apache-2.0
"""``python -m bench.visibility``: what deciding who sees what costs of a query.

Asks the same queries as readers of every kind and prints the median time and
the share of it that went into the decision (facts gathered and judged).
``make bench`` has the query of an owner and an inspector in a small store.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from bench import large_goods
from bench.large_goods import cooperative
from bench.report import Row
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
from nguon.store.values import Submitter
from tests.postgres import PostgresServer, binaries
from tests.records import make_record

EVENTS, ENTRIES, TIMES = 20_000, 5_000, 60
_FEW = 5_000
_SEE_LITTLE = ("stranger", "inspector, events in another province")
"""Readers whose query would read on to its limit."""
_spent = [0.0]
_numbers = count(1)


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


def _measure(
    ask: Callable[[], Any], before: Callable[[], Any] = lambda: None
) -> tuple[float, float]:
    """The median milliseconds and the share of the decision; ``before`` each is not measured."""
    totals, shares = [], []
    for _ in range(TIMES):
        before()
        _spent[0] = 0.0
        begin = time.perf_counter()
        ask()
        total = time.perf_counter() - begin
        totals.append(total * 1000)
        shares.append(_spent[0] / total)
    return median(totals), median(shares)


def _another(store: Store) -> None:
    """A record about other things, by somebody else."""
    new = make_record(next(_numbers))
    store.writer.submit([new], Submitter(10**6, "bench")).result(20)


def _fill(store: Store, folder: Path, events: int) -> None:
    large_goods.registers(store, ENTRIES)
    limits = Limits(body=2**28, events=10**6, whole=10_000, synchronous=2**28)
    capture = CaptureService(store, folder, limits, 2)
    try:
        large_goods.captured(store, capture, events)
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


@contextmanager
def _watched() -> Iterator[None]:
    """Meanwhile the time that decisions take is added up."""
    whole = {name: getattr(disclosing, name) for name in ("_level", "_decide")}
    for name, function in whole.items():
        setattr(disclosing, name, _timed(function))
    try:
        yield
    finally:
        for name, function in whole.items():
            setattr(disclosing, name, function)


def rows(name: str, url: str, folder: Path) -> Iterator[Row]:
    """A page of events for the readers of a small store, beside the same without the decision."""
    with open_store(url) as store, _watched():
        attach(store)
        _fill(store, folder, _FEW)
        ask = EventQuery.parse({})
        for who, reader in _readers(store):
            if who in ("owner", "inspector, national"):
                total, share = _measure(partial(page, store, reader, ask, 30, None))
                rate = 1000 / total
                what = f"{name}: 30 events of a query, {who}"
                yield Row(what, rate, "queries/s", rate / (1 - share), "nothing decided")


def main() -> None:
    """Fill a database, measure, print."""
    query = EventQuery.parse({})
    with tempfile.TemporaryDirectory() as folder, _postgresql() as url, _watched():
        store = open_store(url)
        attach(store)
        _fill(store, Path(folder), EVENTS)
        print("| reader | query | median ms | deciding | deciding while others record |")
        print("|---|---|---|---|---|")
        newest = [event.id for event in page(store, operator(), query, 30, None).events]
        for who, reader in _readers(store):
            asked: dict[str, Callable[[], Any]] = {
                "30 records": partial(store.events.by_ids, reader, newest)
            }
            if who not in _SEE_LITTLE:
                asked["query, 30 of a page"] = partial(page, store, reader, query, 30, None)
            for what, ask in asked.items():
                total, share = _measure(ask)
                _, busy = _measure(ask, partial(_another, store))
                print(f"| {who} | {what} | {total:.1f} | {share:.1%} | {busy:.1%} |")
        store.close()


if __name__ == "__main__":
    main()
