# SPDX-License-Identifier: Apache-2.0
"""Many writers at once: threads, stores and processes; nothing lost, no gap, no deadlock."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from time import monotonic

import msgspec
import pytest
from sqlalchemy import Table, func, select

from nguon.store import Store, open_store, schema
from nguon.store.errors import RefusedRowError, StoreBusyError, StoreClosedError
from nguon.store.values import Outcome, Receipt, Submitter
from nguon.store.writer import Writer
from tests.postgres import PostgresServer
from tests.records import PACKER, SHOP, make_record

CHILD = Path(__file__).parent / "writing_process.py"


def rows(store: Store, table: Table) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def check_sound(store: Store, events: int) -> None:
    """So many events, each once in the log, which has no gap."""
    assert rows(store, schema.event) == events
    assert store.log.head().seq == events
    assert store.log.gaps() == []
    entries = store.log.entries(1, events + 1)
    assert len({entry.event for entry in entries}) == events
    times = [entry.record_time for entry in entries]
    assert times == sorted(times)


def together(*tasks: Callable[[], None]) -> None:
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


def test_four_threads_into_one_writer(store: Store) -> None:
    receipts: list[Receipt] = []

    def work(first: int) -> None:
        futures = [
            store.writer.submit([make_record(first + n)], Submitter(first, "k")) for n in range(50)
        ]
        receipts.extend(receipt for future in futures for receipt in future.result(30))

    together(*(lambda first=first: work(first) for first in (100, 200, 300, 400)))
    assert Counter(r.outcome for r in receipts) == {Outcome.STORED: 200}
    assert sorted(r.seq for r in receipts) == list(range(1, 201))
    check_sound(store, 200)


def test_two_stores_write_the_same_at_once(store: Store, reopened: Callable[[], Store]) -> None:
    """As two server processes would: each record is stored once and repeated once."""
    other = reopened()
    outcomes: Counter[Outcome] = Counter()
    lock = threading.Lock()

    def work(target: Store, order: int) -> None:
        for start in range(0, 200, 10):
            batch = [make_record(start + n) for n in range(10)][::order]
            receipts = target.writer.submit(batch, PACKER).result(30)
            with lock:
                outcomes.update(receipt.outcome for receipt in receipts)

    together(lambda: work(store, 1), lambda: work(other, -1))
    assert outcomes == {Outcome.STORED: 200, Outcome.REPEATED: 200}
    check_sound(store, 200)


def test_two_stores_claim_the_same_event_ids(store: Store, reopened: Callable[[], Store]) -> None:
    """One of two different events under an eventID is stored, the other clashes."""
    other = reopened()
    outcomes: Counter[Outcome] = Counter()
    lock = threading.Lock()

    def work(target: Store, step: str) -> None:
        for number in range(60):
            record = make_record(number, bizStep=step)
            [receipt] = target.writer.submit([record], PACKER).result(30)
            with lock:
                outcomes[receipt.outcome] += 1

    together(lambda: work(store, "shipping"), lambda: work(other, "receiving"))
    assert outcomes == {Outcome.STORED: 60, Outcome.CLASHING: 60}
    check_sound(store, 60)


def test_two_stores_tell_the_same_content(store: Store, reopened: Callable[[], Store]) -> None:
    """Of two parties' identical statements exactly one is a possible duplicate."""
    other = reopened()
    marks: Counter[bool] = Counter()
    lock = threading.Lock()

    def work(target: Store, submitter: Submitter) -> None:
        for number in range(60):
            [receipt] = target.writer.submit([make_record(number)], submitter).result(30)
            with lock:
                marks[receipt.possible_duplicate] += 1

    together(lambda: work(store, PACKER), lambda: work(other, SHOP))
    assert marks == {False: 60, True: 60}
    check_sound(store, 120)


def test_two_processes_write_at_once(database_url: str) -> None:
    open_store(database_url).close()
    children = [
        subprocess.Popen(
            [sys.executable, CHILD, database_url, str(first), "8", "25"], stdout=subprocess.PIPE
        )
        for first in (1_000, 5_000)
    ]
    answers = [child.communicate(timeout=60)[0].decode().split() for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert [len(answer) for answer in answers] == [8, 8]
    with open_store(database_url) as store:
        check_sound(store, 400)
        with store.reading() as connection:
            per_process = connection.execute(
                select(schema.event.c.submitter, func.count()).group_by(schema.event.c.submitter)
            ).all()
    assert sorted(map(tuple, per_process)) == [(1_000, 200), (5_000, 200)]


def test_two_processes_create_the_store_at_once(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    urls = [f"sqlite:///{tmp_path}/new/nguon.db"]
    postgres_server.execute("CREATE DATABASE created_twice")
    urls.append(postgres_server.url("created_twice"))
    for url in urls:
        children = [
            subprocess.Popen(
                [sys.executable, CHILD, url, str(first), "1", "5"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for first in (1_000, 5_000, 9_000)
        ]
        errors = [child.communicate(timeout=60)[1] for child in children]
        assert errors == [b"", b"", b""]
        with open_store(url) as store:
            check_sound(store, 15)


def test_waiting_submissions_are_one_commit(store: Store) -> None:
    """What waits while the database is held goes in together, with one record time."""
    with store.transaction() as connection:
        connection.execute(schema.log_head.update().values(id=1))
        futures = [store.writer.submit([make_record(n)], PACKER) for n in range(20)]
    receipts = [future.result(30)[0] for future in futures]
    assert len({receipt.record_time for receipt in receipts}) <= 2
    check_sound(store, 20)


@pytest.mark.parametrize("where", [0, 1, 2])
def test_one_bad_submission_does_not_fail_the_others(store: Store, where: int) -> None:
    bad = msgspec.structs.replace(make_record(99), time=1 << 70)
    batches = [[make_record(1)], [make_record(20)]]
    batches.insert(where, [make_record(40), bad])
    with store.transaction() as connection:
        connection.execute(schema.log_head.update().values(id=1))
        futures = [store.writer.submit(batch, PACKER) for batch in batches]
    for index, future in enumerate(futures):
        if index == where:
            with pytest.raises(RefusedRowError) as caught:
                future.result(30)
            assert caught.value.code == "store.refused"
        else:
            assert [r.outcome for r in future.result(30)] == [Outcome.STORED]
    check_sound(store, 2)


def test_a_cancelled_submission_is_not_written(store: Store) -> None:
    with store.transaction() as connection:
        connection.execute(schema.log_head.update().values(id=1))
        first = store.writer.submit([make_record(1)], PACKER)
        while not first.running():
            pass
        second = store.writer.submit([make_record(20)], PACKER)
        assert second.cancel()
    assert first.result(30)[0].seq == 1
    store.writer.close()
    check_sound(store, 1)


def test_more_than_the_writer_takes_is_refused_at_once(store: Store) -> None:
    small = Writer(store._database, store.secret, lambda: 1, most_waiting=2)
    futures: list[Future[list[Receipt]]] = []
    with store.transaction() as connection:
        connection.execute(schema.log_head.update().values(id=1))
        started = monotonic()
        with pytest.raises(StoreBusyError) as caught:
            fill(small, futures)
        assert monotonic() - started < 10
    assert [future.result(30)[0].outcome for future in futures] == [Outcome.STORED] * 2
    while small._waiting:
        pass
    again = small.submit([make_record(n) for n in range(20, 25)], PACKER)
    futures += [again] * len(again.result(30))
    small.close()
    assert caught.value.code == "store.busy"
    check_sound(store, len(futures))


def fill(writer: Writer, futures: list[Future[list[Receipt]]]) -> None:
    """Submit until the writer takes no more."""
    for number in range(50):
        futures.append(writer.submit([make_record(number)], PACKER))  # noqa: PERF401 - it raises


def test_closing_writes_what_waits_and_refuses_more(store: Store) -> None:
    futures = [store.writer.submit([make_record(n)], PACKER) for n in range(20)]
    store.writer.close()
    assert [future.done() for future in futures] == [True] * 20
    with pytest.raises(StoreClosedError):
        store.writer.submit([make_record(50)], PACKER)
    check_sound(store, 20)


def test_large_submissions_are_whole(store: Store) -> None:
    receipts = store.writer.submit([make_record(n) for n in range(5_000)], PACKER).result(60)
    assert [receipt.seq for receipt in receipts] == list(range(1, 5_001))
    check_sound(store, 5_000)
