# SPDX-License-Identifier: Apache-2.0
"""Reads over HTTP, beside an ASGI callable that only answers; a trace beside a search in memory."""

import subprocess
import sys
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bench.capturing import headers
from bench.client import Load, drive, request
from bench.goods import document
from bench.report import Row
from bench.server import free_port, served
from nguon.cli.workplace import operator
from nguon.store import Store, open_store
from nguon.trace import Direction, trace

EVENTS = 20_000

_BARE_APP = """
import sys, uvicorn
HEADERS = [(b"location", b"/p/01/09521000000017"), (b"content-length", b"0")]
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 307, "headers": HEADERS})
        await send({"type": "http.response.body", "body": b""})
uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="error", lifespan="off")
"""


@contextmanager
def bare() -> Iterator[int]:
    """The port of a server that answers everything with the same redirect."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", _BARE_APP, str(port)])
    try:
        time.sleep(1.5)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def rows(name: str, url: str, folder: Path) -> Iterator[Row]:
    """Fills the store with events, then reads what is there."""
    with bare() as port:
        probe = [request("GET", "/01/09521000000017", {})] * 20_000
        floor = drive(port, probe, 16, frozenset({307})).rate
    with served(url, folder / f"{name}-fill") as server:
        fill = [
            request("POST", "/epcis/capture", headers(server), document(500))
            for _ in range(EVENTS // 500)
        ]
        drive(server.port, fill, 2, frozenset({202}))
    store = open_store(url)
    try:
        graph = _graph(store)
        lots = sorted(key for key in graph if "/10/" in key and graph[key])[:300]
        pieces = sorted(key for key in graph if "/21/" in key)[:2000]
        yield _trace_row(name, store, graph, lots)
    finally:
        store.close()
    with served(url, folder / f"{name}-read") as server:
        resolve = [request("GET", f"/{key}", {"Accept": "text/html"}) for key in lots] * 40
        drive(server.port, resolve[:600], 8, frozenset({307}))
        load = drive(server.port, resolve, 16, frozenset({307}))
        yield _read_row(f"{name}: resolver, {len(lots)} lots, 16 clients", load, floor)
        item = [
            request("GET", f"/epcis/events?MATCH_anyEPC={quote(_link(key))}", headers(server))
            for key in pieces
        ]
        load = drive(server.port, item, 8, frozenset({200}))
        yield _read_row(f"{name}: events of an item, {len(pieces)} items, 8 clients", load, floor)


def _read_row(what: str, load: Load, floor: float) -> Row:
    note = f"p50 {load.percentile(0.5):.1f} ms, p99 {load.percentile(0.99):.1f} ms"
    return Row(what, load.rate, "requests/s", floor, "raw ASGI answer", note)


def _link(key: str) -> str:
    return f"https://id.example.vn/{key}"


def _trace_row(name: str, store: Store, graph: dict[str, list[str]], lots: list[str]) -> Row:
    begin = time.perf_counter()
    visited = sum(len(trace(store, operator(), lot, Direction.FORWARD).nodes) for lot in lots)
    ours = visited / (time.perf_counter() - begin)
    begin = time.perf_counter()
    searched = sum(_search(graph, lot) for lot in lots)
    floor = searched / (time.perf_counter() - begin)
    note = f"{visited} things in {len(lots)} traces, the floor knows neither time nor carriers"
    return Row(f"{name}: trace forward", ours, "things/s", floor, "BFS in memory", note)


def _graph(store: Store) -> dict[str, list[str]]:
    """Inputs to outputs, children to parents, lots to pieces: timeless, in memory."""
    graph: dict[str, list[str]] = defaultdict(list)
    head = store.events.head().seq
    entries = store.log.entries(1, head + 1)
    ids = [entry.event for entry in entries]
    for start in range(0, len(ids), 1000):
        for event in store.events.by_ids(operator(), ids[start : start + 1000]):
            by_role: dict[str, list[str]] = defaultdict(list)
            for item in event.items:
                by_role[item.role.name].append(item.key)
                if item.role.name == "MEMBER" and item.of is not None:
                    graph[item.key].append(event.items[item.of].key)
            for source in by_role["INPUT"]:
                graph[source] += by_role["OUTPUT"]
            for source in by_role["CHILD"]:
                graph[source] += by_role["PARENT"]
    return graph


def _search(graph: dict[str, list[str]], start: str) -> int:
    seen, todo = {start}, deque([start])
    while todo:
        for following in graph.get(todo.popleft(), ()):
            if following not in seen:
                seen.add(following)
                todo.append(following)
    return len(seen)
