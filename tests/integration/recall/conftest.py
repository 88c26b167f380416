# SPDX-License-Identifier: Apache-2.0
"""The demonstration goods on each database in turn: loaded once, copied for each test."""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.cli.demonstration import default_folder, load, read_manifest
from nguon.identity import access
from nguon.identity.accounts import sealing
from nguon.parties.keys import custody, naming
from nguon.registry.service import attach
from nguon.store import Store, open_store
from tests.integration.recall.people import World, people
from tests.postgres import PostgresServer

_number = count(1)


def _load(url: str, spool: Path) -> None:
    with open_store(url) as store:
        limits = Limits(body=1 << 28, events=100_000, whole=100_000, synchronous=1 << 28)
        capture = CaptureService(store, spool, limits, 0)
        folder = default_folder()
        load(store, capture, folder, read_manifest(folder), lambda _: None)
        capture.close()


@pytest.fixture(scope="package")
def sqlite_goods(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the goods."""
    folder = tmp_path_factory.mktemp("recall")
    path = folder / "goods.db"
    _load(f"sqlite:///{path}", folder / "spool")
    return path


@pytest.fixture(scope="package")
def postgres_goods(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A PostgreSQL database with the goods."""
    postgres_server.execute("CREATE DATABASE recall_goods")
    _load(postgres_server.url("recall_goods"), tmp_path_factory.mktemp("recall_spool"))
    return "recall_goods"


@pytest.fixture
def goods_sqlite(sqlite_goods: Path, tmp_path: Path) -> str:
    """The address of a fresh copy."""
    path = tmp_path / "goods.db"
    shutil.copy(sqlite_goods, path)
    return f"sqlite:///{path}"


@pytest.fixture
def goods_postgresql(postgres_server: PostgresServer, postgres_goods: str) -> Iterator[str]:
    """The address of a fresh copy."""
    name = f"recall_{next(_number)}"
    postgres_server.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_goods}")
    yield postgres_server.url(name)
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def goods(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A store with the goods, and who acts in it."""
    url: str = request.getfixturevalue(f"goods_{request.param}")
    with open_store(url) as store:
        prepared(store, tmp_path)
        yield World(store, url, tmp_path / "documents", people(store))


def prepared(store: Store, folder: Path) -> None:
    """What the server attaches."""
    attach(store)
    access.attach(store)
    custody.attach(store, folder / "party.key")
    naming.attach(store, "https://nguon.example")
    sealing.attach(store, folder / "accounts.key")
