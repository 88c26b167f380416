# SPDX-License-Identifier: Apache-2.0
"""Opening and migrating: addresses, versions, the secret, what other processes see."""

import stat
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from nguon.store import Store, open_store, schema
from nguon.store.errors import NewerSchemaError, StoreUnavailableError, UnknownDatabaseError
from nguon.store.migrate import newest
from tests.records import OPERATOR, PACKER, make_record, serial


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://host/name", "sqlite://", "sqlite:///", "postgresql://host"]
)
def test_an_address_that_is_none_of_ours(url: str) -> None:
    with pytest.raises(UnknownDatabaseError) as caught:
        open_store(url)
    assert caught.value.code == "store.url"


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError):
        open_store(f"postgresql://nguon@/nothing?host={tmp_path}")


def test_the_schema_is_what_the_statements_are_written_for(store: Store) -> None:
    with store.reading() as connection:
        found = inspect(connection)
        for table in schema.metadata.sorted_tables:
            columns = {c["name"]: c["nullable"] for c in found.get_columns(table.name)}
            assert columns == {c.name: c.nullable for c in table.columns}, table.name
            assert list(columns) == [c.name for c in table.columns]
            key = found.get_pk_constraint(table.name)["constrained_columns"]
            assert key == [c.name for c in table.primary_key.columns]


def test_the_secret_is_made_once(store: Store, reopened: Callable[[], Store]) -> None:
    assert len(store.secret) == 32
    assert reopened().secret == store.secret
    assert store.setting("format.body") == b"1"
    with pytest.raises(KeyError):
        store.setting("nothing")


def test_two_stores_have_two_secrets(tmp_path: Path) -> None:
    with (
        open_store(f"sqlite:///{tmp_path}/a.db") as one,
        open_store(f"sqlite:///{tmp_path}/b.db") as two,
    ):
        assert one.secret != two.secret


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/deep/down/nguon.db").close()
    mode = (tmp_path / "deep/down/nguon.db").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_migrating_again_changes_nothing(store: Store) -> None:
    secret = store.setting("secret")
    store.migrate()
    assert store.setting("secret") == secret


def test_the_newest_migration_is_the_last_of_the_chain() -> None:
    config = Config()
    config.set_main_option("script_location", str(files("nguon.store") / "migrations"))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == newest()


def test_a_newer_database_is_left_alone(store: Store, database_url: str) -> None:
    with store.transaction() as connection:
        connection.execute(text("UPDATE schema_version SET version_num = '9999'"))
    with pytest.raises(NewerSchemaError) as caught:
        open_store(database_url)
    assert caught.value.params == {"version": "9999"}


def insert_twice(store: Store) -> None:
    new = schema.setting.insert().values(name="x", value=b"y")
    with store.transaction() as connection:
        connection.execute(new)
        connection.execute(new)


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(IntegrityError):
        insert_twice(store)
    with pytest.raises(KeyError):
        store.setting("x")


def test_a_reader_sees_one_state(store: Store, reopened: Callable[[], Store]) -> None:
    store.writer.submit([make_record(1)], PACKER).result(20)
    other = reopened()
    assert other.events.head().seq == 1
    store.writer.submit([make_record(2)], PACKER).result(20)
    assert [e.seq for e in other.events.by_items(OPERATOR, [serial(2)], limit=5)] == [2, 1]


def test_numbers_of_events_are_never_given_twice(
    store: Store, reopened: Callable[[], Store]
) -> None:
    numbers = [
        one.writer.submit([make_record(n)], PACKER).result(20)[0].event
        for n, one in enumerate((store, reopened(), store, reopened()))
    ]
    assert len(set(numbers)) == 4
