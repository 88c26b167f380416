# SPDX-License-Identifier: Apache-2.0
"""A load generator that costs little: prepared requests over kept-open connections."""

import asyncio
import time
from collections.abc import Iterator, Sequence


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """The bytes of an HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


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
    """As `drive`, but so many requests a second, each at its time: waiting counts as latency."""
    return asyncio.run(_paced(port, requests, rate, clients, expected))


async def _paced(
    port: int, requests: Sequence[bytes], rate: float, clients: int, expected: frozenset[int]
) -> Load:
    latencies: list[float] = []
    begin = time.perf_counter()

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
        for at in range(number, len(requests), clients):
            due = begin + at / rate
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            writer.write(requests[at])
            status, body = await _answer(reader)
            if status not in expected:
                raise SystemExit(f"unexpected answer {status}: {body[:500]!r}")
            latencies.append((time.perf_counter() - due) * 1000)
        writer.close()

    await asyncio.gather(*map(client, range(clients)))
    return Load(time.perf_counter() - begin, latencies)


async def _client(
    port: int, requests: Iterator[bytes], expected: frozenset[int], latencies: list[float]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
    try:
        for message in requests:
            begin = time.perf_counter()
            writer.write(message)
            status, body = await _answer(reader)
            if status not in expected:
                raise SystemExit(f"unexpected answer {status}: {body[:500]!r}")
            latencies.append((time.perf_counter() - begin) * 1000)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lowered = head.lower()
    if b"transfer-encoding: chunked" in lowered:
        return status, await _chunks(reader)
    at = lowered.find(b"content-length:")
    length = int(lowered[at + 15 : lowered.index(b"\r", at)]) if at >= 0 else 0
    return status, await reader.readexactly(length)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)
