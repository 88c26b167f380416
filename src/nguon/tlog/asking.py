# SPDX-License-Identifier: Apache-2.0
"""One question to a witness over HTTP: so much time, so many octets, no way round."""

import asyncio

import httpx
import msgspec

from nguon.tlog.errors import LogError

PATIENCE = 5.0
"""Seconds for a whole exchange, however it drips."""
LONGEST_WAIT = 60.0
"""Seconds that a witness may ask us to stay away."""
_LIMIT = 64 * 1024
_HEADERS = {"accept-encoding": "identity", "content-type": "text/plain; charset=utf-8"}


class AskingError(LogError):
    """A witness did not answer as one does (``witness.trouble-…``); ``wait`` in seconds."""

    def __init__(self, code: str, wait: float = 0.0) -> None:
        super().__init__(code)
        self.wait = wait


class Answer(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    body: bytes
    wait: float
    """Seconds that we are asked to wait before the next question."""


def client() -> httpx.AsyncClient:
    """A client for all witnesses, to be used in one event loop."""
    return httpx.AsyncClient(
        follow_redirects=False,
        timeout=PATIENCE,
        headers=_HEADERS,
        limits=httpx.Limits(max_keepalive_connections=None, keepalive_expiry=30),
    )


async def exchange(http: httpx.AsyncClient, url: str, body: bytes | None) -> Answer:
    """Post a body, or get where there is none; raises `AskingError`."""
    try:
        async with asyncio.timeout(PATIENCE):
            try:
                return await _exchange(http, url, body)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                # A connection kept from before may end just now; to ask twice does no harm.
                return await _exchange(http, url, body)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise AskingError("witness.trouble-slow") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        raise AskingError("witness.trouble-unreachable") from error


async def _exchange(http: httpx.AsyncClient, url: str, body: bytes | None) -> Answer:
    method = "GET" if body is None else "POST"
    async with http.stream(method, url, content=body) as response:
        if response.has_redirect_location:
            raise AskingError("witness.trouble-redirects")
        found = bytearray()
        async for octets in response.aiter_raw():
            found += octets
            if len(found) > _LIMIT:
                raise AskingError("witness.trouble-long")
        return Answer(response.status_code, bytes(found), _wait(response))


def _wait(response: httpx.Response) -> float:
    told = response.headers.get("retry-after", "")
    return min(float(told), LONGEST_WAIT) if told.isascii() and told.isdigit() else 0.0
