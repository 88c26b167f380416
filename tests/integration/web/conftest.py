# SPDX-License-Identifier: Apache-2.0
"""A real server on a free port, on each database in turn, and clients with keys of any kind."""

import asyncio
import logging
import shutil
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
from tests.postgres import PostgresServer

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
        return self.store.log.events_after(0)

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


class Prompt(uvicorn.Server):
    """Looks ten times as often as usual whether it is to stop."""

    async def main_loop(self) -> None:
        while not self.should_exit:
            await self.on_tick(0)
            await asyncio.sleep(0.01)


Running = tuple[uvicorn.Server, threading.Thread, Server]
_ANSWERING = ("Thread-", "uvloop", "asyncio", "AnyIO", "passwords", "photos")
"""How the threads are called that answer requests; those that work by the clock have own names."""


def answering() -> bool:
    """Whether this thread answers a request, and is none of those that work beside."""
    return threading.current_thread().name.startswith(_ANSWERING)


def up(settings: Settings) -> Running:
    """Starts a server on a free port."""
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    listening = socket.create_server(("127.0.0.1", 0))
    base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    services = compose(replace(settings, base_url=base_url))
    config = uvicorn.Config(assemble(services), log_config=None, lifespan="on", access_log=False)
    server = Prompt(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return server, thread, Server(base_url, services, settings.spool)


def stop(server: uvicorn.Server, thread: threading.Thread, facade: Server) -> None:
    """Stops it as a signal would."""
    facade.close()
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


def settings_in(folder: Path, database_url: str) -> Settings:
    """Settings of a small server: no worker processes, everything under one folder."""
    defaults = load({"NGUON_DATA": str(folder / "var"), "NGUON_WORKERS": "0"})
    return replace(defaults, database_url=database_url)


def sqlite_settings(folder: Path, template: Path) -> Settings:
    """Settings of a server with a fresh SQLite store."""
    shutil.copy(template, folder / "nguon.db")
    return settings_in(folder, f"sqlite:///{folder / 'nguon.db'}")


def settings_on(request: pytest.FixtureRequest, folder: Path) -> Settings:
    """Settings of a server with a fresh store on the database that a fixture's parameter names."""
    if request.param == "sqlite":
        return sqlite_settings(folder, request.getfixturevalue("sqlite_template"))
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = "web_" + "".join(letter if letter.isalnum() else "_" for letter in folder.name)
    template = request.getfixturevalue("postgres_template")
    server.copy(template, name)
    return settings_in(folder, server.url(name))


@pytest.fixture
def start(request: pytest.FixtureRequest) -> Iterator[Callable[..., Server]]:
    """Starts servers, on each database in turn unless given settings; stops all at the end."""
    running: list[Running] = []

    def starting(settings: Settings | None = None, **changes: Any) -> Server:
        chosen = settings or request.getfixturevalue("settings")
        running.append(up(replace(chosen, **changes)))
        return running[-1][2]

    yield starting
    for one in running:
        stop(*one)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a small server, on each database in turn."""
    return settings_in(tmp_path, database_url)


@pytest.fixture
def server(start: Callable[..., Server], settings: Settings) -> Server:
    """A running server, on each database in turn."""
    return start(settings)


@pytest.fixture
def on_sqlite(sqlite_template: Path, tmp_path: Path) -> Settings:
    """For what does not depend on the database."""
    return sqlite_settings(tmp_path, sqlite_template)
