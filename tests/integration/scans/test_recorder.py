# SPDX-License-Identifier: Apache-2.0
"""Scans are counted exactly, written in batches, kept for their time, and go when they should."""

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from nguon.base.time import HANOI
from nguon.scans import keeping, queries
from nguon.scans.devices import PERIOD
from nguon.scans.model import Count, DayCount, Way
from nguon.scans.recorder import Recorder
from nguon.scans.visitors import device_of
from nguon.store import Store
from nguon.store.errors import RefusedRowError, StoreLostError, StoreUnavailableError
from nguon.store.scans_tables import scan, scan_lost, scan_secret, scan_source, scan_sum

PRODUCT = "01/09521101000023"
LOT, PIECE, OTHER = f"{PRODUCT}/10/A", f"{PRODUCT}/21/7", f"{PRODUCT}/21/8"
PALLET = "00/095212020000000052"
AGENT = b"Mozilla/5.0 (Linux; Android 14) Mobile"


def request(number: int = 1, *headers: tuple[bytes, bytes], **changed: Any) -> dict[str, Any]:
    return {
        "method": "GET",
        "query_string": b"",
        "headers": [(b"user-agent", AGENT), *headers],
        "client": (f"198.51.100.{number}", 40000),
        **changed,
    }


def rows(store: Store, *columns: Any) -> list[Any]:
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]


def today() -> date:
    return datetime.now(HANOI).date()


def test_counts_are_exact_by_thing_by_product_and_by_day(store: Store) -> None:
    recorder = Recorder(store, set)
    for number in range(5):
        recorder.saw(PIECE, request(number, (b"cookie", b"scans=79")))
    recorder.saw(PIECE, request(6, (b"dnt", b"1")), Way.TYPED)
    recorder.saw(PIECE, request(6), Way.PAGE)
    recorder.saw(LOT, request(7))
    recorder.saw(PALLET, request(8))
    recorder.saw(PIECE, request(9, method="HEAD"))
    recorder.saw(PIECE, {**request(9), "headers": [(b"user-agent", b"Googlebot/2.1")]})
    before = datetime.now(UTC)
    assert queries.count(store, PIECE) == Count(0, 0, None, None)
    assert recorder.flush()
    piece = queries.count(store, PIECE)
    assert (piece.scans, piece.views) == (6, 1)
    assert piece.first is not None
    assert timedelta() <= before - piece.first < timedelta(seconds=5)
    numbers = {key: queries.count(store, key) for key in (PRODUCT, LOT, PALLET, OTHER)}
    assert [(one.scans, one.views) for one in numbers.values()] == [(7, 1), (1, 0), (1, 0), (0, 0)]
    day = today()
    assert queries.days(store, PIECE, day, day) == [DayCount(day, "", 6, 1)]
    assert queries.days(store, PRODUCT, day, day) == [
        DayCount(day, "", 2, 1),
        DayCount(day, "79", 5, 0),
    ]
    kept = rows(store, scan.c.key, scan.c.way, scan.c.client, scan.c.place)
    assert sorted(kept, key=str) == sorted(
        [
            *[(PIECE, 1, 1, "79")] * 5,
            *[(PIECE, 2, 1, None), (PIECE, 3, 1, None), (LOT, 1, 1, None), (PALLET, 1, 1, None)],
        ],
        key=str,
    )


def test_nothing_that_names_a_visitor_is_kept(store: Store) -> None:
    recorder = Recorder(store, set)
    recorder.saw(PIECE, request(1, (b"accept-language", b"vi"), (b"cookie", b"session=s3cret")))
    recorder.saw(OTHER, request(1))
    recorder.saw(PIECE, request(2))
    recorder.saw(PIECE, request(3, (b"sec-gpc", b"1")))
    assert recorder.flush()
    found = rows(store, scan)
    told = repr(found).encode()
    for secret in (b"198.51.100", b"Android", b"s3cret"):
        assert secret not in told
    marks = [row[8] and bytes(row[8]) for row in found]
    assert sorted(len(mark) for mark in marks if mark) == [16, 16, 16]
    assert len({mark for mark in marks if mark}) == 3, "one device differs from thing to thing"
    assert all(row[1] % 1_000_000 == 0 for row in found), "whole seconds"


def test_what_a_device_asks_twice_in_a_second_is_one_scan(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(store, set)
    for at, number in ((1.0, 1), (1.2, 1), (1.9, 1), (1.9, 2), (2.0, 1)):
        moment = int((1_760_000_000 + at) * 1_000_000_000)
        monkeypatch.setattr("nguon.scans.recorder.time.time_ns", lambda moment=moment: moment)
        recorder.saw(PIECE, request(number))
    monkeypatch.undo()
    assert recorder.flush()
    found = queries.count(store, PIECE)
    assert found.scans == 3
    assert found.first == datetime.fromtimestamp(1_760_000_001, UTC)
    assert found.last == datetime.fromtimestamp(1_760_000_002, UTC)


def test_a_full_buffer_drops_the_oldest_and_counts_them(store: Store) -> None:
    recorder = Recorder(store, set, most=10)
    for number in range(25):
        recorder.saw(PIECE if number < 15 else OTHER, request(number))
    assert recorder.flush()
    assert (queries.count(store, PIECE).scans, queries.count(store, OTHER).scans) == (0, 10)
    assert queries.lost(store) == 15
    recorder.saw(PIECE, request(1))
    assert recorder.flush()
    assert (queries.count(store, PIECE).scans, queries.lost(store)) == (1, 15)


def test_taking_note_never_waits_while_the_database_does(store: Store) -> None:
    recorder = Recorder(store, set, most=100)
    with store.transaction() as connection:
        connection.execute(update(scan_source).values(batch=0))
        writing = threading.Thread(target=recorder.flush)
        recorder.saw(PIECE, request(1))
        writing.start()
        for number in range(2, 60):
            recorder.saw(PIECE, request(number))
    writing.join()
    assert recorder.flush()
    assert (queries.count(store, PIECE).scans, queries.lost(store)) == (59, 0)


@contextmanager
def failing(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception, *, after: bool
) -> Iterator[None]:
    """Write transactions fail, before anything or after they were committed."""
    whole: Callable[[], AbstractContextManager[Connection]] = store.transaction

    @contextmanager
    def broken() -> Iterator[Connection]:
        if after:
            with whole() as connection:
                yield connection
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(store, "transaction", broken)
        yield


@pytest.mark.parametrize("after", [False, True], ids=["not written", "written, answer lost"])
def test_a_batch_is_written_once_however_often_it_is_tried(
    store: Store, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    recorder = Recorder(store, set)
    recorder.saw(OTHER, request(1))
    assert recorder.flush()
    recorder.saw(PIECE, request(1))
    recorder.saw(PIECE, request(2))
    error = StoreLostError("store.unavailable") if after else StoreUnavailableError("store.busy")
    with failing(store, monkeypatch, error, after=after):
        assert not recorder.flush()
        recorder.saw(PIECE, request(3))
        assert not recorder.flush()
    assert recorder.flush()
    assert queries.count(store, PIECE).scans == 3
    assert rows(store, func.count(scan.c.number)) == [(4,)]
    assert rows(store, scan_source.c.batch) == [(3,)]


def test_what_the_database_refuses_is_counted_as_lost(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(store, set)
    recorder.saw(PIECE, request(1))
    with failing(store, monkeypatch, RefusedRowError("store.refused"), after=False):
        assert not recorder.flush()
    assert recorder.flush()
    assert (queries.count(store, PIECE).scans, queries.lost(store)) == (0, 1)


def test_two_processes_count_together(store: Store, reopened: Callable[[], Store]) -> None:
    recorders = [Recorder(store, set), Recorder(reopened(), set)]

    def work(recorder: Recorder, base: int) -> None:
        for number in range(100):
            recorder.saw(PIECE, request(base + number % 50, query_string=b"n=%d" % number))
            if number % 7 == 0:
                assert recorder.flush()
        assert recorder.flush()

    threads = [threading.Thread(target=work, args=(r, 100 * n)) for n, r in enumerate(recorders)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert queries.count(store, PIECE).scans == 200
    assert len(rows(store, scan_secret.c.period)) == 1, "one secret for both"


def test_the_thread_writes_and_closing_writes_the_rest(store: Store) -> None:
    recorder = Recorder(store, set)
    recorder.start()
    recorder.saw(PIECE, request(1))
    recorder.close()
    assert queries.count(store, PIECE).scans == 1


def test_single_scans_go_after_their_time_and_counts_stay(store: Store) -> None:
    recorder = Recorder(store, set)
    for number in range(4):
        recorder.saw(PIECE, request(number))
    assert recorder.flush()
    now = datetime.now(UTC)
    keeping.sweep(store, 30, now)
    assert len(rows(store, scan.c.number)) == 4
    assert len(rows(store, scan_secret.c.period)) == 1
    with store.transaction() as connection:
        hours = [3_600_000_000 * n for n in (0, 3, 30)]
        numbers = connection.scalars(select(scan.c.number)).all()
        for number, back in zip(numbers, hours, strict=False):
            old = int((now - timedelta(days=31)).timestamp()) * 1_000_000 - back
            connection.execute(update(scan).where(scan.c.number == number).values(time=old))
    keeping.sweep(store, 30, now)
    assert len(rows(store, scan.c.number)) == 1
    assert queries.count(store, PIECE).scans == 4


def test_the_secret_of_a_week_goes_with_it(store: Store) -> None:
    recorder = Recorder(store, set)
    recorder.saw(PIECE, request(1))
    assert recorder.flush()
    later = datetime.now(UTC) + timedelta(microseconds=PERIOD)
    keeping.sweep(store, 30, later)
    assert rows(store, scan_secret.c.period) == []
    assert keeping.forget(store, PIECE, device_of("198.51.100.1", AGENT)) == 0
    assert len(rows(store, scan.c.number)) == 1


def test_only_counts_where_no_single_scans_are_kept(store: Store) -> None:
    recorder = Recorder(store, set, days=0)
    recorder.saw(PIECE, request(1))
    assert recorder.flush()
    assert (queries.count(store, PIECE).scans, rows(store, scan.c.number)) == (1, [])
    assert rows(store, scan_secret.c.period) == []


def test_a_visitor_has_what_his_device_scanned_of_a_thing_removed(store: Store) -> None:
    recorder = Recorder(store, set)
    for key, number in ((PIECE, 1), (PIECE, 2), (OTHER, 1)):
        recorder.saw(key, request(number))
    recorder.saw(PIECE, request(1, (b"dnt", b"1")))
    assert recorder.flush()
    assert keeping.forget(store, PIECE, device_of("198.51.100.1", AGENT)) == 1
    kept = rows(store, scan.c.key, scan.c.device.is_(None))
    assert sorted((key, bool(bare)) for key, bare in kept) == [
        (PIECE, False),
        (PIECE, True),
        (OTHER, False),
    ]
    assert queries.count(store, PIECE).scans == 3


def test_everything_about_things_can_be_erased(store: Store) -> None:
    recorder = Recorder(store, set)
    recorder.saw(PIECE, request(1))
    recorder.saw(PALLET, request(1))
    assert recorder.flush()
    keeping.erase(store, [PIECE])
    assert queries.count(store, PIECE) == Count(0, 0, None, None)
    assert queries.days(store, PIECE, today(), today()) == []
    assert [key for (key,) in rows(store, scan.c.key)] == [PALLET]
    assert queries.count(store, PRODUCT).scans == 1


def test_what_was_lost_is_dated(store: Store) -> None:
    recorder = Recorder(store, set, most=1)
    for number in range(3):
        recorder.saw(PIECE, request(number))
    assert recorder.flush()
    assert rows(store, scan_lost.c.day, scan_lost.c.count) == [(today().isoformat(), 2)]


def test_made_up_serials_get_no_counts_of_their_own(store: Store) -> None:
    asked: list[set[str]] = []

    def known(keys: Collection[str]) -> set[str]:
        asked.append(set(keys))
        return {PRODUCT, PIECE, PALLET}.intersection(keys)

    recorder = Recorder(store, known)
    made_up = [f"{PRODUCT}/21/x{number}" for number in range(200)]
    for number, key in enumerate([*made_up, f"{PRODUCT}/10/none", PIECE, PIECE]):
        recorder.saw(key, request(number))
    for key in (PALLET, "00/095212020000000069", "01/09521101000047/21/1", "8004/9521101A"):
        recorder.saw(key, request(1))
    assert recorder.flush()
    assert len(rows(store, scan_sum.c.item)) == 4, "product, piece, pallet, and the unknown"
    assert queries.count(store, PRODUCT).scans == 203
    assert queries.unknown(store, PRODUCT) == 201
    assert queries.count(store, PIECE).scans == 2
    assert [queries.count(store, key).scans for key in (made_up[0], PALLET)] == [0, 1]
    kept = {key for (key,) in rows(store, scan.c.key)}
    assert kept == {PIECE, PALLET, f"{PRODUCT}/?"}
    recorder.saw(PIECE, request(1))
    recorder.saw(made_up[0], request(1))
    assert recorder.flush()
    assert asked[1:] == [{made_up[0]}], "what is known is not asked again"
    assert (queries.count(store, PIECE).scans, queries.unknown(store, PRODUCT)) == (3, 202)
    assert queries.totals(store, [PRODUCT, PIECE, OTHER]).keys() == {PRODUCT, PIECE}
    keeping.erase(store, [PRODUCT])
    assert (queries.count(store, PRODUCT).scans, queries.unknown(store, PRODUCT)) == (0, 0)


def test_scans_wait_while_nobody_can_say_what_is_known(store: Store) -> None:
    failures = [StoreUnavailableError("store.busy")]

    def known(keys: Collection[str]) -> set[str]:
        if failures:
            raise failures.pop()
        return set(keys)

    recorder = Recorder(store, known)
    recorder.saw(PIECE, request(1))
    assert not recorder.flush()
    assert recorder.flush()
    assert (queries.count(store, PIECE).scans, queries.lost(store)) == (1, 0)


def test_what_waits_long_takes_little_memory(store: Store) -> None:
    """A stranger's large headers are not kept while the database is away."""
    recorder = Recorder(store, set, most=4000)
    large = (b"x-anything", b"a" * 60_000), (b"cookie", b"a=" + b"b" * 60_000 + b"; scans=79")
    for number in range(4000):
        recorder.saw(PIECE, request(number % 250, *large, query_string=b"q=" + b"c" * 60_000))
    waiting = list(recorder._waiting)
    sizes = [
        len(one.query) + sum(len(name) + len(value) for name, value in one.headers)
        for one in waiting
    ]
    assert max(sizes) < 4000
    assert recorder.flush()
    assert queries.count(store, PRODUCT).scans == queries.count(store, PIECE).scans >= 250
