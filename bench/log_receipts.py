# SPDX-License-Identifier: Apache-2.0
"""How long a sender waits for a witnessed receipt, over HTTP, by the clock.

A server, three witnesses as processes of their own, any two of whom suffice, and single
events at half of what the server takes. Of some of them the receipt is asked for from the
moment their answer is there, ten times a second, until it is proved. The floor is the
aim, two seconds.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.capturing import headers
from bench.client import answer, drive, request
from bench.goods import bare
from bench.report import Row
from bench.server import Server, served
from nguon.settings import load
from nguon.store import open_store
from nguon.tlog.service import Tlog
from nguon.witness import keyfile, serving
from tests.integration.tlog.witnesses import policy, watching
from tests.integration.witness.running import Process

AIM = 2.0
SECONDS = 20
_EVENTS = 2000
_WITNESSES = 3
_LINES = 32
_A_SECOND = 10
"""Receipts that are asked for."""
_PAUSE = 0.1
_PATIENCE = 60.0
_NUMBER = b"nguon-receipt: "


def rows(name: str, url: str, folder: Path) -> Iterator[Row]:
    """Half of the full load for a while."""
    place = folder / f"receipts-{name}"
    with served(url, place) as server, ExitStack() as stack:
        _witnessed(url, place, server, stack)
        rate = _capacity(server) / 2
        bodies = bare(int(rate * SECONDS))
        waits = sorted(asyncio.run(_waited(server, bodies, rate)))
    last = waits[min(int(len(waits) * 0.99), len(waits) - 1)]
    note = (
        f"by the clock; half of them within {waits[len(waits) // 2]:.2f} s, 99 % within "
        f"{last:.2f} s, of {len(waits)}, at {rate:,.0f} events a second"
    )
    what = f"{name}: witnessed receipt after the answer, three witnesses, half of full load"
    yield Row(what, 1 / last, "/s (p99)", 1 / AIM, "the aim, 2 s", note)


def _witnessed(url: str, place: Path, server: Server, stack: ExitStack) -> None:
    environment = {"NGUON_DATA": str(place), "NGUON_PORT": str(server.port)}
    settings = load(environment)
    with open_store(url) as store:
        tlog = Tlog(store, settings.log_files, settings.base_url)
        until = time.monotonic() + _PATIENCE
        while not tlog.shards() and time.monotonic() < until:
            time.sleep(_PAUSE)
        keys = tlog.log_keys(tlog.current())
        pairs = []
        for number in range(_WITNESSES):
            one = watching(place / f"w{number}", f"w{number}.example.vn", *keys)
            process = Process(one)
            process.start()
            stack.callback(process.kill)
            pairs.append((keyfile.read(one / serving.KEY).key, process.url))
        policy(tlog, pairs, "2")


def _capacity(server: Server) -> float:
    made = [request("POST", "/epcis/events", headers(server), body) for body in bare(_EVENTS)]
    return drive(server.port, made, _LINES, frozenset({201})).rate


async def _waited(server: Server, bodies: Sequence[bytes], rate: float) -> list[float]:
    """Seconds from an answer to its proved receipt, of some."""
    queue: asyncio.Queue[bytes | None] = asyncio.Queue()
    asked: list[asyncio.Task[float]] = []
    every, sent = max(int(rate / _A_SECOND), 1), 0

    async def send() -> None:
        nonlocal sent
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1 << 24)
        while (body := await queue.get()) is not None:
            sent += 1
            chosen = sent % every == 0
            writer.write(request("POST", "/epcis/events", headers(server), body))
            head, _ = await answer(reader)
            if chosen:
                asked.append(asyncio.create_task(_proved(server, _number(head))))
        writer.close()

    senders = [asyncio.create_task(send()) for _ in range(_LINES)]
    begun = time.perf_counter()
    for at, body in enumerate(bodies):
        await asyncio.sleep(max(begun + at / rate - time.perf_counter(), 0))
        queue.put_nowait(body)
    for _ in senders:
        queue.put_nowait(None)
    await asyncio.gather(*senders)
    return await asyncio.gather(*asked)


def _number(head: bytes) -> str:
    at = head.lower().index(_NUMBER) + len(_NUMBER)
    return head[at : head.index(b"\r", at)].decode()


async def _proved(server: Server, number: str) -> float:
    begun = time.perf_counter()
    message = request("GET", f"/api/v1/receipts/{number}", {})
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1 << 20)
    while time.perf_counter() - begun < _PATIENCE:
        writer.write(message)
        head, _ = await answer(reader)
        if head.startswith(b"HTTP/1.1 200"):
            writer.close()
            return time.perf_counter() - begun
        await asyncio.sleep(_PAUSE)
    raise TimeoutError(number)
