# SPDX-License-Identifier: Apache-2.0
"""A load generator that costs little: prepared requests over kept-open connections."""

import asyncio
import socket
import time
from collections import deque
from collections.abc import Iterator, Sequence
from selectors import EVENT_READ, BaseSelector, DefaultSelector


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of an HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


_GLANCE = 0.00005


class Load:
    """What a run did: requests a second, and latencies in milliseconds."""

    def __init__(self, seconds: float, latencies: list[float]) -> None:
        self.rate = len(latencies) / seconds
        self.latencies = sorted(latencies)

    def percentile(self, share: float) -> float:
        """The latency that this share of requests did not exceed."""
        return self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)]


def drive(port: int, requests: Sequence[bytes], clients: int, expected: frozenset[int]) -> Load:
    """Send all requests from so many clients at once; every answer must be an expected one."""
    return asyncio.run(_drive(port, iter(requests), clients, expected))


async def _drive(
    port: int, requests: Iterator[bytes], clients: int, expected: frozenset[int]
) -> Load:
    latencies: list[float] = []
    begin = time.perf_counter()
    await asyncio.gather(*(_client(port, requests, expected, latencies) for _ in range(clients)))
    return Load(time.perf_counter() - begin, latencies)


def paced(
    port: int, requests: Sequence[bytes], rate: float, clients: int, expected: frozenset[int]
) -> Load:
    """As `drive`, but so many requests a second, each at its time: waiting counts as latency.

    It looks for answers every tenth of a millisecond or so, all that its own sleep adds to them.
    """
    with DefaultSelector() as selector:
        lines = [_Line(port, selector) for _ in range(clients)]
        latencies: list[float] = []
        begin, started = time.perf_counter(), 0
        while len(latencies) < len(requests):
            now = time.perf_counter()
            while started < len(requests) and begin + started / rate <= now:
                line = lines[started % clients]
                line.waiting.append((begin + started / rate, requests[started]))
                line.go_on()
                started += 1
            for key, _ in selector.select(0):
                latencies += key.data.received(expected)
            time.sleep(_GLANCE)
        for line in lines:
            line.socket.close()
    return Load(time.perf_counter() - begin, latencies)


class _Line:
    """A connection with the requests whose time has come."""

    def __init__(self, port: int, selector: BaseSelector) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(self.socket, EVENT_READ, self)
        self.waiting: deque[tuple[float, bytes]] = deque()
        self._due: float | None = None
        self._read = b""

    def go_on(self) -> None:
        """Sends the next request, unless one is under way."""
        if self._due is None and self.waiting:
            self._due, sent = self.waiting.popleft()
            self.socket.sendall(sent)

    def received(self, expected: frozenset[int]) -> list[float]:
        """The latency of the request under way, if its answer is whole."""
        self._read += self.socket.recv(1 << 16)
        head, found, body = self._read.partition(b"\r\n\r\n")
        at = head.lower().find(b"content-length:")
        if not found or (at >= 0 and len(body) < int(head[at + 15 :].split(b"\r", 1)[0])):
            return []
        if int(head[9:12]) not in expected or self._due is None:
            raise SystemExit(f"unexpected answer: {self._read[:500]!r}")
        latency = (time.perf_counter() - self._due) * 1000
        self._due, self._read = None, b""
        self.go_on()
        return [latency]


async def _client(
    port: int, requests: Iterator[bytes], expected: frozenset[int], latencies: list[float]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    try:
        for message in requests:
            begin = time.perf_counter()
            writer.write(message)
            head, body = await answer(reader)
            status = int(head[9:12])
            if status not in expected:
                raise SystemExit(f"unexpected answer {status}: {body[:500]!r}")
            latencies.append((time.perf_counter() - begin) * 1000)
    finally:
        writer.close()


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """An answer's head and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    lowered = head.lower()
    if b"transfer-encoding: chunked" in lowered:
        return head, await _chunks(reader)
    at = lowered.find(b"content-length:")
    length = int(lowered[at + 15 : lowered.index(b"\r", at)]) if at >= 0 else 0
    return head, await reader.readexactly(length)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)
