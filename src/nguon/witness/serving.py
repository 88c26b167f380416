# SPDX-License-Identifier: Apache-2.0
"""A witness as a running server: files opened, connections kept short."""

import asyncio
import os
import sys
import threading
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from nguon.transparency.keys import Signer
from nguon.witness import keyfile, state
from nguon.witness.server import Server
from nguon.witness.service import Witness

KEY, STATE = "witness.key", "witness.sqlite"
_HEAD_LIMIT = 16 * 1024
_HEAD_SECONDS = 15.0
_CONNECTIONS, _FROM_ONE = 500, 100
"""Connections at once: in all, and from one address."""


class Impatient(H11Protocol):
    """Hangs up on a connection that brings no whole head of a request for a while."""

    address = ""
    _asked: object = None
    _watch: asyncio.TimerHandle

    def connection_made(self, transport: Any) -> None:
        """Starts the watch."""
        super().connection_made(transport)
        self.address = self.client[0] if self.client else ""
        same = [each for each in self.connections if getattr(each, "address", None) == self.address]
        if len(same) > _FROM_ONE:
            transport.abort()
        self._watch = self.loop.call_later(_HEAD_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends it."""
        self._watch.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        if self.cycle is self._asked:
            self.transport.abort()
            return
        self._asked = self.cycle
        self._watch = self.loop.call_later(_HEAD_SECONDS, self._look)


def initialise(folder: Path, name: str) -> Signer:
    """A new witness in a folder; raises `KeeperError` where there is one already."""
    folder.mkdir(parents=True, exist_ok=True)
    state.absent(folder / STATE)
    # The key first: an old key beside an empty state could be made to sign a fork.
    signer = keyfile.create(folder / KEY, name)
    state.create(folder / STATE)
    return signer


def opened(folder: Path) -> Witness:
    """The witness of a folder; raises `KeeperError`."""
    return Witness(state.State(folder / STATE), keyfile.read(folder / KEY))


def server(witness: Witness, host: str, port: int) -> uvicorn.Server:
    """The server of a witness, not yet running."""
    config = uvicorn.Config(
        Server(witness),
        host=host,
        port=port,
        http=Impatient,
        ws="none",
        lifespan="off",
        h11_max_incomplete_event_size=_HEAD_LIMIT,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=60,
        access_log=False,
        server_header=False,
    )
    return uvicorn.Server(config)


def serve(folder: Path, host: str, port: int, *, attached: bool = False) -> None:
    """Serves until the process is told to stop; ``attached``: or whoever holds its standard
    input has ended. Raises `KeeperError`.
    """
    running = server(opened(folder), host, port)
    if attached:
        threading.Thread(target=_until_alone, args=(running,), daemon=True).start()
    running.run()


def _until_alone(running: uvicorn.Server) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        continue
    running.should_exit = True
