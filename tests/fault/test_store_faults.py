# SPDX-License-Identifier: Apache-2.0
"""Killed processes, full disks, a crashed server, a restored copy: whole or absent, never a gap."""

import random
import select as polling
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event as listening
from sqlalchemy import func, make_url, select

from nguon.store import Store, open_store, schema
from nguon.store.errors import StoreError, StoreUnavailableError
from nguon.store.values import Outcome, Receipt, Submitter
from tests.postgres import PostgresServer, binaries
from tests.records import OPERATOR, PACKER, make_record, serial

pytestmark = pytest.mark.fault

CHILD = Path(__file__).parents[1] / "integration" / "store" / "writing_process.py"
SIZE = 25
ITEMS = 5
"""Rows of `event_item` that an event of `make_record` has."""


def count(store: Store, table: Any) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def check_sound(store: Store) -> int:
    """Every event has its rows and its one log entry, and the log has no gap."""
    events = count(store, schema.event)
    assert store.log.gaps() == []
    assert store.log.head().seq == events
    assert count(store, schema.log) == events
    assert count(store, schema.event_item) == ITEMS * events
    assert count(store, schema.event_digest) == 3 * events
    with store.reading() as connection:
        orphans = select(schema.log.c.event).except_(select(schema.event.c.id))
        assert connection.execute(orphans).all() == []
    return events


def test_kill_9_leaves_submissions_whole_or_absent(database_url: str) -> None:
    chance = random.Random(11)
    open_store(database_url).close()
    for round_ in range(5):
        first = 10_000 * (round_ + 1)
        child = subprocess.Popen(
            [sys.executable, CHILD, database_url, str(first), "400", str(SIZE)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.uniform(0, 0.15))
        child.kill()
        acknowledged = 1 + len(child.stdout.read().split())
        child.wait()
        child.stdout.close()
        with open_store(database_url) as store:
            check_sound(store)
            found = batches(store, first)
        assert set(found.values()) <= {SIZE}
        assert set(range(acknowledged)) <= set(found)
        assert len(found) <= acknowledged + 1


def batches(store: Store, submitter: int) -> Counter[int]:
    """How many events of each batch of a child are there."""
    columns = schema.event.c
    query = select(columns.event_id).where(columns.submitter == submitter)
    with store.reading() as connection:
        names = connection.scalars(query).all()
    return Counter((int(name[-12:]) - submitter) // SIZE for name in names if name)


def test_a_store_that_a_killed_process_left_is_written_on(database_url: str) -> None:
    open_store(database_url).close()
    child = subprocess.Popen(
        [sys.executable, CHILD, database_url, "10000", "400", str(SIZE)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert child.stdout is not None
    with child.stdout:
        assert polling.select([child.stdout], [], [], 30)[0]
        child.stdout.readline()
        child.kill()
        child.wait()
    with open_store(database_url) as store:
        again = [make_record(10_000 + index) for index in range(SIZE)]
        receipts = store.writer.submit(again, Submitter(10_000, "child")).result(30)
        assert {receipt.outcome for receipt in receipts} == {Outcome.REPEATED}
        before = store.events.head().seq
        [new] = store.writer.submit([make_record(1)], PACKER).result(30)
        assert (new.outcome, new.seq) == (Outcome.STORED, before + 1)
        check_sound(store)


def test_a_full_disk(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store:
        engine = store._database.engine

        def limit(connection: sqlite3.Connection, _record: Any) -> None:
            [[pages]] = connection.execute("PRAGMA page_count")
            connection.execute(f"PRAGMA max_page_count = {pages + 100}")

        listening.listen(engine, "connect", limit)
        engine.dispose()
        error, written = fill(store)
        assert error.code == "store.unavailable"
        assert "full" in error.params["reason"]
        assert written > 0
        assert check_sound(store) == written

        large = [make_record(10_000 + number) for number in range(1_000)]
        with pytest.raises(StoreUnavailableError):
            store.writer.submit(large, PACKER).result(30)
        assert check_sound(store) == written

        listening.remove(engine, "connect", limit)
        engine.dispose()
        receipts = store.writer.submit(large, PACKER).result(30)
        assert {receipt.outcome for receipt in receipts} == {Outcome.STORED}
        assert check_sound(store) == written + 1_000


def fill(store: Store) -> tuple[StoreUnavailableError, int]:
    """Write single events until no more can be written; how many there are."""
    for written in range(2_000):
        try:
            store.writer.submit([make_record(written)], PACKER).result(30)
        except StoreUnavailableError as error:
            return error, written
    raise AssertionError("the disk is not full")


@pytest.fixture
def crashing() -> Iterator[PostgresServer]:
    """A server of its own, to be crashed."""
    found = binaries()
    if found is None:
        pytest.skip("no PostgreSQL on this machine")
    server = PostgresServer(found)
    server.start()
    server.execute("CREATE DATABASE nguon")
    try:
        yield server
    finally:
        server.remove()


def test_a_crashed_server(crashing: PostgresServer) -> None:
    with open_store(crashing.url("nguon")) as store:
        answers: dict[int, Future[list[Receipt]]] = {}
        stop = threading.Event()

        def work(first: int) -> None:
            for number in range(first, first + 3_000):
                if stop.is_set():
                    return
                answers[number] = store.writer.submit([make_record(number)], PACKER)
                if answers[number].exception(30) is not None:
                    return

        threads = [threading.Thread(target=work, args=(n * 10_000,)) for n in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.4)
        deadline = time.monotonic() + 60
        while not any(one.done() for one in list(answers.values())):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        crashing.kill()
        for thread in threads:
            thread.join(60)
        stop.set()
        failures = [f.exception() for f in answers.values() if f.exception() is not None]
        assert failures
        assert all(isinstance(failure, StoreError) for failure in failures)
        with pytest.raises(StoreUnavailableError):
            store.writer.submit([make_record(90_000)], PACKER).result(30)
        with pytest.raises(StoreUnavailableError):
            store.events.head()

        crashing.start()
        acknowledged = {n: f.result()[0] for n, f in answers.items() if f.exception() is None}
        assert acknowledged
        stored = check_sound(store)
        assert len(acknowledged) <= stored <= len(answers)
        for number, first in acknowledged.items():
            [again] = store.writer.submit([make_record(number)], PACKER).result(30)
            assert (again.outcome, again.seq) == (Outcome.REPEATED, first.seq)
        for number in answers.keys() - acknowledged.keys():
            store.writer.submit([make_record(number)], PACKER).result(30)
        assert check_sound(store) == len(answers)


def test_a_restored_copy_opens(
    store: Store, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store.writer.submit([make_record(n) for n in range(50)], PACKER).result(30)
    if store.dialect == "sqlite":
        copy = f"sqlite:///{tmp_path}/copy.db"
        source = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        target = sqlite3.connect(tmp_path / "copy.db")
        source.backup(target)
        source.close()
        target.close()
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        server.dump(make_url(database_url).database or "", tmp_path / "backup")
        server.execute("CREATE DATABASE restored")
        copy = server.url("restored")
        server.restore("restored", tmp_path / "backup")
    with open_store(copy) as restored:
        assert check_sound(restored) == 50
        assert restored.secret == store.secret
        assert restored.log.entries(1, 51, salts=True) == store.log.entries(1, 51, salts=True)
        [repeated] = restored.writer.submit([make_record(7)], PACKER).result(30)
        assert (repeated.outcome, repeated.seq) == (Outcome.REPEATED, 8)
        [new] = restored.writer.submit([make_record(70)], PACKER).result(30)
        assert (new.outcome, new.seq) == (Outcome.STORED, 51)
        newest = restored.events.by_items(OPERATOR, [serial(70)], limit=5)
        assert [entry.seq for entry in newest] == [51]
