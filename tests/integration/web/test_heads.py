# SPDX-License-Identifier: Apache-2.0
"""Heads and trailers of requests that never end: refused while they come."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from nguon.web.heads import MOST_OCTETS, Bounded

seen: list[int] = []


async def _app(scope: Any, receive: Any, send: Any) -> None:
    octets = 0
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return
        octets += len(message["body"])
        more = message["more_body"]
    seen.append(octets)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(_app, http=Bounded, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listening.getsockname()
    server.should_exit = True
    thread.join(10)


def _answer(address: tuple[str, int], *parts: bytes) -> bytes:
    with socket.create_connection(address, timeout=30) as client:
        try:
            for part in parts:
                client.sendall(part)
        except OSError:
            pass
        got = b""
        try:
            while more := client.recv(65536):
                got += more
        except OSError:
            pass
    return got.partition(b"\r\n")[0]


_HEAD = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
_CHUNKED = _HEAD.replace(b"GET", b"POST") + b"Transfer-Encoding: chunked\r\n\r\n"


def test_heads_as_they_are_go_through(address: tuple[str, int]) -> None:
    assert _answer(address, _HEAD, b"\r\n").startswith(b"HTTP/1.1 204")
    field = b"X: " + b"a" * (MOST_OCTETS - 1000) + b"\r\n\r\n"
    assert _answer(address, _HEAD, field).startswith(b"HTTP/1.1 204")
    long = b"%x\r\n" % 3_000_000 + b"b" * 3_000_000 + b"\r\n0\r\n\r\n"
    assert _answer(address, _CHUNKED, long).startswith(b"HTTP/1.1 204")
    assert seen[-1] == 3_000_000


@pytest.mark.parametrize(
    "parts",
    [
        (_HEAD, b"X: ", *[b"a" * 50_000] * 40),
        (_HEAD, *[b"X: " + b"a" * 1000 + b"\r\n"] * 2000),
        (b"GET /", *[b"a" * 50_000] * 40),
        (_CHUNKED, b"0\r\n", b"X: ", *[b"a" * 50_000] * 40),
        (_HEAD, b"X: " + b"a" * (MOST_OCTETS + 1000) + b"\r\n\r\n"),
    ],
)
def test_heads_without_an_end_are_refused(address: tuple[str, int], parts: tuple[bytes]) -> None:
    asked = len(seen)
    begun = time.monotonic()
    assert _answer(address, *parts) in {b"HTTP/1.1 400 Bad Request", b""}
    assert time.monotonic() - begun < 25
    assert len(seen) == asked
