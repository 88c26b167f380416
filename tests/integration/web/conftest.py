# SPDX-License-Identifier: Apache-2.0
"""A real server on a free port, on each database in turn, and clients with keys of any kind."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from nguon.app import assemble, compose
from nguon.identity import keys
from nguon.settings import Settings, load
from nguon.store import Store
from nguon.web.services import Services

OURS, THEIRS = 1, 2
"""Two organisations."""


@dataclass
class Server:
    """A running server; every client it gives out is closed with it."""

    base_url: str
    services: Services
    spool: Path
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """The server's own store."""
        return self.services.store

    def events(self) -> int:
        """How many events are recorded."""
        return self.store.events.head().seq

    def client(self, **headers: str) -> httpx.Client:
        """A client without a key."""
        made = httpx.Client(base_url=self.base_url, headers=headers, timeout=30)
        self.clients.append(made)
        return made

    def key(
        self,
        organisation: int = OURS,
        *scopes: str,
        kind: str = "member",
        strict: bool = False,
    ) -> str:
        """A key's secret; for capture and reading unless told otherwise."""
        _, secret = keys.create(
            self.store,
            organisation,
            name="test",
            scopes=scopes or ("capture", "read"),
            kind=kind,
            strict=strict,
        )
        return secret

    def member(self, organisation: int = OURS, *scopes: str, **properties: Any) -> httpx.Client:
        """A client with a key."""
        secret = self.key(organisation, *scopes, **properties)
        return self.client(authorization=f"Bearer {secret}")

    def close(self) -> None:
        """Closes every client."""
        for client in self.clients:
            client.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a small server: no worker processes, everything under the test's folder."""
    defaults = load({"NGUON_DATA": str(tmp_path / "var"), "NGUON_WORKERS": "0"})
    return replace(defaults, database_url=database_url)


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[..., Server]]:
    """Starts servers with changed settings; all are stopped at the end."""
    running: list[tuple[uvicorn.Server, threading.Thread, Server]] = []

    def starting(**changes: Any) -> Server:
        listening = socket.create_server(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        services = compose(replace(settings, base_url=base_url, **changes))
        config = uvicorn.Config(
            assemble(services), log_config=None, lifespan="on", access_log=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        running.append((server, thread, Server(base_url, services, settings.spool)))
        return running[-1][2]

    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    yield starting
    for server, thread, facade in running:
        facade.close()
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def server(start: Callable[..., Server]) -> Server:
    """A running server."""
    return start()


@pytest.fixture
def on_sqlite(sqlite_url: str, tmp_path: Path) -> Settings:
    """For what does not depend on the database."""
    defaults = load({"NGUON_DATA": str(tmp_path / "var"), "NGUON_WORKERS": "0"})
    return replace(defaults, database_url=sqlite_url)
