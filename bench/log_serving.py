# SPDX-License-Identifier: Apache-2.0
"""The log's files served: tiles from memory and from the disk, checkpoints; beside a raw callable.

In this process both sides are called as an ASGI server calls them; the floor answers with
octets of a tile's length that it holds. Rates are per second of processor time, of every
thread.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from bench.report import Row
from nguon.app import assemble
from nguon.archive.folder import Folder
from nguon.tlog.model import LogFiles
from nguon.transparency.checkpoints import Checkpoint, sign_checkpoint
from nguon.transparency.growing import Edge, grow
from nguon.transparency.keys import Kind, Signer
from nguon.web.services import Services

_TILES = 300
_ROUNDS = 20
_HEADERS = [(b"host", b"log.example"), (b"accept-encoding", b"gzip"), (b"user-agent", b"bench")]


def rows(folder: Path) -> Iterator[Row]:
    """Serves a log of 76,800 entries."""
    files = LogFiles(folder / "log", folder / "state", folder / "key", folder / "policy")
    tiles = _made(Folder(files.folder / "1"))
    parts = SimpleNamespace(tlog=SimpleNamespace(files=files), version="0")
    app = assemble(cast("Services", parts))
    floor = _rate(_only_answers, tiles)
    cold = _rate(app, tiles, rounds=1)
    warm = _rate(app, tiles)
    yield Row("full tiles from memory", warm, "answers/s/core", floor, "raw ASGI call", "8 kB each")
    note = "opened, read, remembered; through a thread"
    yield Row("full tiles from the disk", cold, "answers/s/core", floor, "raw ASGI call", note)
    fresh = _rate(app, ["checkpoint"] * _TILES)
    note = "read anew each time; through a thread"
    yield Row("checkpoints", fresh, "answers/s/core", floor, "raw ASGI call", note)


def _made(folder: Folder) -> list[str]:
    grown = grow(Edge(), (sha256(b"%d" % number).digest() for number in range(_TILES * 256)))
    for tile, octets in grown.tiles:
        folder.write(tile, octets)
    signer = Signer("log.example/log/1", Kind.SIGNATURE, b"s" * 32)
    checkpoint = Checkpoint(signer.key.name, grown.edge.size, grown.edge.root())
    folder.publish(bytes(sign_checkpoint(checkpoint, signer)))
    return [tile.path for tile, _ in grown.tiles if tile.level == 0]


async def _only_answers(_scope: Any, _receive: Any, send: Any, octets: bytes = bytes(8192)) -> None:
    sent = [(b"content-type", b"application/octet-stream"), (b"content-length", b"8192")]
    await send({"type": "http.response.start", "status": 200, "headers": sent})
    await send({"type": "http.response.body", "body": octets})


def _rate(app: Any, paths: Sequence[str], rounds: int = _ROUNDS) -> float:
    async def asked() -> float:
        begin = time.process_time()
        for _ in range(rounds):
            for path in paths:
                await app(_scope(path), None, _taken)
        return time.process_time() - begin

    # What was never asked for can be asked for the first time once.
    tries = 1 if rounds == 1 else 3
    return len(paths) * rounds / min(asyncio.run(asked()) for _ in range(tries))


async def _taken(message: Any) -> None:
    assert message.get("status", 200) == 200


def _scope(path: str) -> dict[str, Any]:
    address = f"/log/1/{path}"
    return {
        "type": "http",
        "method": "GET",
        "path": address,
        "raw_path": address.encode(),
        "query_string": b"",
        "headers": _HEADERS,
    }
