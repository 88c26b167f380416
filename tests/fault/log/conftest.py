# SPDX-License-Identifier: Apache-2.0
"""Two operators, three witnesses and a mirror, started once for all attacks of this folder."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fault.log.world import Follower, Operator, Relay, Watcher, policy_text
from tests.postgres import PostgresServer

NAMES = ("ministry.example", "province.example", "consumers.example")


class World:
    """Who there is; nobody in it lies. Attackers act beside it."""

    def __init__(self, folder: Path, template: Path) -> None:
        self._folder, self._template = folder, template
        self.witnesses = [Watcher(folder / name, name) for name in NAMES]
        self.one = Operator.made(folder / "one", self._database("one"))
        # With a secret of its own: copies of the template share one.
        self.two = Operator.made(folder / "two", f"sqlite:///{self._path('two')}")
        self.relay = Relay(self.one.url)
        self._relaying = threading.Thread(target=self.relay.server.serve_forever, args=(0.02,))
        self.mirror: Follower
        self._followers: list[Follower] = []
        self._operators = [self.one, self.two]

    def start(self) -> None:
        """Starts all, and waits until both logs are witnessed and the first is mirrored."""
        self._relaying.start()
        for operator in self._operators:
            operator.spawn()
        for witness in self.witnesses:
            witness.start()
        for operator in self._operators:
            operator.begun()
            self.watched(operator)
            operator.capture(*range(1, 6)).raise_for_status()
        for operator in self._operators:
            operator.settled()
        self.mirror = self.follower(self.relay.url, self.one)

    def watched(self, operator: Operator) -> None:
        """All three watch a log, and its operator asks them."""
        for witness in self.witnesses:
            witness.watch(*operator.log_keys())
        operator.trusts(self.witnesses)

    def operator(self, name: str, postgres: PostgresServer | None = None) -> Operator:
        """One more, who will lie."""
        if postgres is None:
            url = self._database(name)
        else:
            postgres.execute(f"CREATE DATABASE {name}")
            url = postgres.url(name)
        made = Operator.made(self._folder / name, url)
        self._operators.append(made)
        return made

    def twin(self, of: Operator, name: str, postgres: PostgresServer | None = None) -> Operator:
        """A second server of an operator that is stopped, with its key and past."""
        if postgres is None:
            shutil.copy(self._path(of.folder.name), self._path(name))
            url = f"sqlite:///{self._path(name)}"
        else:
            postgres.execute(f"CREATE DATABASE {name} TEMPLATE {of.folder.name}")
            url = postgres.url(name)
        made = of.twin(self._folder / name, url)
        self._operators.append(made)
        return made

    def follower(self, url: str, of: Operator) -> Follower:
        """A mirror that runs."""
        text = policy_text(of.log_keys(), self.witnesses, "2")
        made = Follower(self._folder / f"mirror{len(self._followers)}", url, text)
        self._followers.append(made)
        made.start()
        return made

    def end(self) -> None:
        """Ends all."""
        self.relay.server.shutdown()
        self.relay.server.server_close()
        self._relaying.join()
        for follower in self._followers:
            follower.kill()
        for operator in self._operators:
            operator.kill()
        for witness in self.witnesses:
            witness.kill()

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    def _database(self, name: str) -> str:
        shutil.copy(self._template, self._path(name))
        return f"sqlite:///{self._path(name)}"


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[World]:
    """All of them, for the tests of this folder: fourteen processes should not outlive them."""
    made = World(tmp_path_factory.mktemp("world"), sqlite_template)
    try:
        made.start()
        yield made
    finally:
        made.end()
