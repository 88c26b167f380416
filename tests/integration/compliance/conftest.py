# SPDX-License-Identifier: Apache-2.0
"""The demonstration goods on each database, loaded once; people of any organisation."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nguon.app import compose
from nguon.base.audience import Mandate
from nguon.cli.demonstration import default_folder, load, read_manifest
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry import queries
from nguon.settings import load as settings
from nguon.store import Store
from tests.postgres import PostgresServer

FOLDER = default_folder()

Member = Callable[..., Principal]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def goods(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A store with all demonstration goods; tests add to it, none takes anything away."""
    folder = tmp_path_factory.mktemp("goods")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "nguon.db")
        url = f"sqlite:///{folder / 'nguon.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        template = request.getfixturevalue("postgres_template")
        name = f"goods_{folder.name.replace('-', '_')}"
        server.copy(template, name)
        url = server.url(name)
    made = compose(_settings(folder, url))
    load(made.store, made.capture, FOLDER, read_manifest(FOLDER), lambda _: None)
    made.capture.close()
    yield made.store
    made.store.close()


def _settings(folder: Path, url: str):  # type: ignore[no-untyped-def]
    defaults = settings({"NGUON_DATA": str(folder / "var"), "NGUON_WORKERS": "0"})
    return replace(defaults, database_url=url)


@pytest.fixture
def member(goods: Store) -> Member:
    """Somebody of an organisation, by its code; an officer with ``provinces``."""

    def of(code: str, *, provinces: set[str] | None = None, officer: bool = False) -> Principal:
        from nguon.cli.workplace import operator

        found = queries.organisation_by_code(goods, operator(), code)
        assert found is not None, code
        kind = KeyKind.INSPECTOR if officer else KeyKind.MEMBER
        scopes = frozenset({Scope.READ, Scope.SUPERVISE if officer else Scope.CAPTURE})
        mandate = Mandate(provinces=frozenset(provinces)) if provinces is not None else None
        return Principal(found.id, "test", kind, scopes, strict=True, mandate=mandate)

    return of
