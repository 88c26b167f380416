# SPDX-License-Identifier: Apache-2.0
"""The resolver, warm, with scans recorded: in this process and over HTTP.

In the process both sides are called as an ASGI server calls them, over the
request that a phone's browser sends; the floor is a callable that only answers
307. Over HTTP the floor is the same callable behind the same server.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.capturing import headers
from bench.client import drive, paced, request
from bench.goods import document
from bench.reading import bare
from bench.report import Row
from bench.server import served
from nguon.app import assemble, compose
from nguon.settings import load
from nguon.web.services import Services

_THINGS = 300
_ROUNDS = 40
_HEADERS = [
    (b"host", b"id.example.vn"),
    (b"user-agent", b"Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36"),
    (b"accept", b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    (b"accept-language", b"vi-VN,vi;q=0.9,en;q=0.5"),
    (b"accept-encoding", b"gzip, deflate, br"),
    (b"connection", b"keep-alive"),
]


def rows(name: str, url: str, folder: Path) -> Iterator[Row]:
    """Fills the store with pieces, then resolves them."""
    with served(url, folder / f"{name}-pieces") as server:
        sent = [document(500) for _ in range(4)]
        fill = [request("POST", "/epcis/capture", headers(server), one) for one in sent]
        drive(server.port, fill, 1, frozenset({202}))
    things = [thing for one in sent for thing in _things(one)][:_THINGS]
    with _Own(url, folder / f"{name}-own") as own:
        ours = _in_process(assemble(own), things, own.scans.flush)
    floor = _in_process(_only_answers, things, lambda: True)
    note = f"{len(things)} pieces, {1e6 / ours:.0f} µs of CPU each"
    yield Row(f"{name}: resolver in process", ours, "answers/s/core", floor, "raw ASGI call", note)
    asking = {head.decode(): value.decode() for head, value in _HEADERS[1:]}
    asked = [request("GET", f"/{thing}", asking) for thing in things]
    with bare() as port:
        fastest = drive(port, asked * _ROUNDS, 16, frozenset({307})).rate
    with served(url, folder / f"{name}-http") as server:
        drive(server.port, asked * 2, 8, frozenset({307}))
        load = drive(server.port, asked * _ROUNDS, 16, frozenset({307}))
        half = paced(server.port, asked * _ROUNDS, load.rate / 2, 16, frozenset({307}))
    note = f"at half of it p50 {half.percentile(0.5):.1f} ms, p99 {half.percentile(0.99):.1f} ms"
    yield Row(f"{name}: resolver over HTTP", load.rate, "requests/s", fastest, "raw ASGI app", note)


class _Own:
    """The application in this process, its scans written when asked."""

    def __init__(self, url: str, data: Path) -> None:
        settings = load({"NGUON_DATA": str(data), "NGUON_DATABASE_URL": url, "NGUON_WORKERS": "0"})
        self._services = compose(settings)

    def __enter__(self) -> Services:
        return self._services

    def __exit__(self, *_: object) -> None:
        self._services.scans.close()
        self._services.capture.close()
        self._services.store.close()


async def _only_answers(_scope: Any, _receive: Any, send: Any) -> None:
    sent = [(b"location", b"/p/01/09521000000017"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 307, "headers": sent})
    await send({"type": "http.response.body", "body": b""})


def _in_process(app: Any, things: Sequence[str], flush: Callable[[], bool]) -> float:
    """Answers a second of CPU time, writing their scans included."""

    async def asked() -> float:
        for thing in things:
            await app(_scope(thing), None, _taken)
        begin = time.process_time()
        for _ in range(_ROUNDS):
            for thing in things:
                await app(_scope(thing), None, _taken)
        flush()
        return time.process_time() - begin

    return len(things) * _ROUNDS / min(asyncio.run(asked()) for _ in range(3))


async def _taken(_message: Any) -> None:
    pass


def _scope(thing: str) -> dict[str, Any]:
    path = f"/{thing}"
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": list(_HEADERS),
        "client": ("203.0.113.7", 41000),
    }


def _things(sent: bytes) -> list[str]:
    """The paths of the pieces that a document's events made."""
    events = json.loads(sent)["epcisBody"]["eventList"]
    added = (event for event in events if event.get("action") == "ADD")
    made = [epc for event in added for epc in event.get("epcList", [])[:1]]
    return [epc.partition("://")[2].partition("/")[2] for epc in made]
