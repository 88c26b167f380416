# SPDX-License-Identifier: Apache-2.0
"""Files of a log over HTTP, several at once; nothing that a server sends can be too much.

Every file has a greatest size, compressed or not, and a time. Nothing leads elsewhere: an
answer that points to another address is no answer.
"""

import time
import zlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import httpx

from nguon.archive.folder import begun
from nguon.mirror.errors import MissingError, UnreachableError
from nguon.transparency.bundles import ENTRY_LIMIT
from nguon.transparency.hashing import HASH_LENGTH
from nguon.transparency.notes import NOTE_LIMIT
from nguon.transparency.tiles import ENTRIES, WIDTH, Tile

AT_ONCE = 8
"""Files fetched at the same time."""
SECONDS = 60.0
"""For a whole file."""
SUBJECTS_LIMIT = 64 << 20
"""Octets of a file of marks."""

_TILE_LIMIT = WIDTH * HASH_LENGTH
_BUNDLE_LIMIT = WIDTH * (2 + ENTRY_LIMIT)
_GZIP = 16 + zlib.MAX_WBITS


class Source:
    """A log at its address; used from many threads."""

    def __init__(self, url: str, *, seconds: float = SECONDS) -> None:
        self.url = url.rstrip("/")
        self._seconds = seconds
        self._http = httpx.Client(
            timeout=min(20.0, seconds),
            follow_redirects=False,
            headers={"accept-encoding": "gzip", "user-agent": "nguon-mirror"},
        )
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mirror")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._pool.shutdown(cancel_futures=True)
        self._http.close()

    def checkpoint(self) -> bytes:
        """The log's checkpoint now; raises `UnreachableError`, `MissingError`."""
        return self._got("checkpoint", NOTE_LIMIT)

    def subjects(self, name: str) -> bytes:
        """A file of marks; raises `UnreachableError`, `MissingError`."""
        return self._got(f"subjects/{name}", SUBJECTS_LIMIT)

    def tile(self, tile: Tile) -> bytes:
        """A tile's or bundle's octets; the beginning of the full one where the partial is gone.

        Raises `UnreachableError`, `MissingError`; `ProofError` for a bundle that cannot be cut.
        """
        limit = _BUNDLE_LIMIT if tile.level == ENTRIES else _TILE_LIMIT
        try:
            octets = self._got(tile.path, limit)
        except MissingError:
            if tile.full:
                raise
            octets = self._got(Tile(tile.level, tile.index).path, limit)
            return (
                begun(octets, tile) if tile.level == ENTRIES else octets[: tile.width * HASH_LENGTH]
            )
        return octets

    def tiles(self, tiles: Iterable[Tile]) -> dict[Tile, bytes]:
        """Many of them at once; raises what `tile` raises."""
        wanted = list(tiles)
        return dict(zip(wanted, self._pool.map(self.tile, wanted), strict=True))

    def _got(self, path: str, limit: int) -> bytes:
        until = time.monotonic() + self._seconds
        try:
            with self._http.stream("GET", f"{self.url}/{path}") as answer:
                if answer.status_code in {404, 410}:
                    raise MissingError("mirror.missing", path=path)
                if answer.status_code != httpx.codes.OK:
                    raise _unreachable(path, f"HTTP {answer.status_code}")
                return _whole(path, answer, limit, until)
        except (httpx.HTTPError, httpx.InvalidURL, zlib.error) as error:
            raise _unreachable(path, str(error) or type(error).__name__) from error


def _whole(path: str, answer: httpx.Response, limit: int, until: float) -> bytes:
    """The decoded body: never more than ``limit`` octets are held."""
    coding = answer.headers.get("content-encoding", "identity").lower()
    if coding not in {"gzip", "identity"}:
        raise _unreachable(path, f"Content-Encoding: {coding[:40]}")
    inflate = zlib.decompressobj(_GZIP) if coding == "gzip" else None
    found = bytearray()
    for piece in answer.iter_raw():
        found += piece if inflate is None else inflate.decompress(piece, limit + 1 - len(found))
        if len(found) > limit:
            raise _unreachable(path, f"> {limit} octets")
        if time.monotonic() > until:
            raise _unreachable(path, "time")
    if inflate is not None and not inflate.eof:
        raise _unreachable(path, "gzip")
    return bytes(found)


def _unreachable(path: str, reason: str) -> UnreachableError:
    return UnreachableError("mirror.unreachable", path=path, reason=reason)
