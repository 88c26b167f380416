# SPDX-License-Identifier: Apache-2.0
"""Shards end with their period, by themselves, once; on both databases."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from nguon.base.time import to_microseconds
from nguon.store import Store, open_store
from nguon.tlog import receipts
from nguon.tlog.auditing import audit
from nguon.tlog.completing import Completer
from nguon.tlog.errors import LogError
from nguon.tlog.model import Shard
from nguon.tlog.periods import Period
from nguon.tlog.rolling import AHEAD, Roller
from nguon.tlog.service import Tlog
from nguon.transparency.receipts import Receipt
from tests.records import LOT
from tests.tlog_made import made, record

BEFORE, AFTER = "2026-12-31T23:59:59+07:00", "2027-01-01T00:00:00+07:00"


class Calendar:
    """A clock that the test sets."""

    def __init__(self, text: str) -> None:
        self.set(text)

    def set(self, text: str) -> None:
        self.now = to_microseconds(datetime.fromisoformat(text))

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def calendar() -> Calendar:
    return Calendar(BEFORE)


@pytest.fixture
def store(database_url: str, calendar: Calendar) -> Iterator[Store]:
    with open_store(database_url, clock=calendar) as opened:
        yield opened


@pytest.fixture
def tlog(store: Store, tmp_path: Path) -> Iterator[Tlog]:
    """With three entries, signed, in the last second of a year."""
    one = made(store, tmp_path)
    record(store, 1, 3)
    one.turn()
    yield one
    one.close()


@pytest.fixture
def roller(tlog: Tlog, calendar: Calendar) -> Roller:
    return Roller(tlog, Period.YEAR, clock=calendar)


def names(tlog: Tlog) -> list[tuple[str, int, int | None]]:
    return [(shard.name, shard.first, shard.last) for shard in tlog.shards()]


def test_a_shard_ends_with_its_year(tlog: Tlog, roller: Roller, calendar: Calendar) -> None:
    completer = Completer(tlog)
    assert roller.once() is None
    assert names(tlog) == [("1", 1, None)]
    calendar.set(AFTER)
    assert roller.once() == Shard(2, "2", "nguon.example.vn/log/2", 6)
    record(tlog.store, 5, 2)
    tlog.turn()
    assert (roller.once(), roller.once()) == (None, None)
    assert names(tlog) == [("1", 1, 5), ("2", 6, None)]
    completer.once()
    tlog.turn()
    assert [len(found.list) for found in completer.proofs(LOT)] == [3, 2]
    shown = [receipts.receipt(tlog, entry) for entry in tlog.store.log.at([2, 7])]
    assert [type(each) for each in shown] == [Receipt, Receipt]
    assert [receipts.number_of(tlog, seq) for seq in (2, 5, 6, 7)] == ["1-1", "1-4", "2-0", "2-1"]
    assert [str(error) for shard in tlog.shards() for error in audit(tlog, shard)] == []
    completer.close()


def test_a_server_that_starts_late_ends_a_shard_once(
    tlog: Tlog, calendar: Calendar, roller: Roller
) -> None:
    calendar.set("2031-05-06T12:00:00+07:00")
    assert roller.once() is not None
    assert roller.once() is None
    assert Roller(tlog, Period.YEAR, clock=calendar).once() is None, "a process that starts anew"
    assert names(tlog) == [("1", 1, 5), ("2", 6, None)]


def test_a_clock_that_goes_back_ends_nothing(
    tlog: Tlog, calendar: Calendar, roller: Roller
) -> None:
    for moment in ("2026-01-01T00:00:00+07:00", "1999-12-31T00:00:00+07:00", BEFORE):
        calendar.set(moment)
        assert roller.once() is None
    calendar.set(AFTER)
    assert roller.once() is not None
    calendar.set(BEFORE)
    assert roller.once() is None
    calendar.set(AFTER)
    assert roller.once() is None
    assert names(tlog) == [("1", 1, 5), ("2", 6, None)]


def test_two_servers_end_one_shard(
    tlog: Tlog, roller: Roller, calendar: Calendar, database_url: str, tmp_path: Path
) -> None:
    with open_store(database_url, clock=calendar) as store:
        other = made(store, tmp_path)
        beside = Roller(other, Period.YEAR, clock=calendar)
        assert other.shard_of(3).name == "1"
        calendar.set(AFTER)
        assert beside.once() is None, "it does not keep the log"
        assert roller.once() is not None
        record(tlog.store, 5)
        assert (other.shard_of(5).name, other.shard_of(7).name) == ("1", "2"), "known at once"
        tlog.close()
        other.turn()
        assert beside.once() is None
        calendar.set("2028-01-01T00:00:00+07:00")
        assert beside.once() is not None
        assert [name for name, *_ in names(other)] == ["1", "2", "3"]
        other.close()


def test_who_comes_second_ends_nothing(tlog: Tlog) -> None:
    first = tlog.current()
    tlog.cut()
    head = tlog.store.log.head().seq
    with pytest.raises(LogError, match=r"tlog.shard-ended"):
        tlog.cut(first)
    assert tlog.store.log.head().seq == head
    assert names(tlog) == [("1", 1, 5), ("2", 6, None)]


def test_the_key_of_the_next_shard_is_there_before(
    tlog: Tlog, roller: Roller, calendar: Calendar
) -> None:
    (old,) = tlog.all_keys()
    calendar.now -= AHEAD
    assert roller.once() is None
    assert tlog.all_keys() == (old,)
    calendar.set(BEFORE)
    assert roller.once() is None
    _, new = tlog.all_keys()
    asked = tlog.policy()
    assert asked is not None
    assert [log.key for log in asked.logs] == [old, new]
    assert new.name == "nguon.example.vn/log/2"
    calendar.set(AFTER)
    shard = roller.once()
    assert shard is not None
    tlog.turn()
    assert tlog.log_keys(shard) == (new,)
    assert tlog.all_keys() == (old, new)


def test_an_interrupted_end_is_done_again(
    tlog: Tlog, roller: Roller, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise LogError("tlog.elsewhere", path="here")

    calendar.set(AFTER)
    with monkeypatch.context() as patched:
        patched.setattr("nguon.store.shards.add", fails)
        with pytest.raises(LogError, match=r"tlog.elsewhere"):
            roller.once()
    assert (tlog.store.log.head().seq, names(tlog)) == (3, [("1", 1, None)])
    keys = tlog.all_keys()
    assert roller.once() is not None
    tlog.turn()
    assert tlog.all_keys() == keys
    assert names(tlog) == [("1", 1, 5), ("2", 6, None)]


def test_nothing_ends_while_nothing_may_be_signed_or_there_is_nothing(
    tlog: Tlog, roller: Roller, calendar: Calendar, store: Store
) -> None:
    calendar.set(AFTER)
    assert Roller(tlog, Period.NONE, clock=calendar).once() is None
    tlog.refuse(LogError("tlog.elsewhere", path="here"))
    assert roller.once() is None
    assert store.log.head().seq == 3


def test_it_follows_the_clock_in_a_thread(tlog: Tlog, calendar: Calendar) -> None:
    roller = Roller(tlog, Period.QUARTER, clock=calendar, look=0.01)
    roller.start()
    try:
        calendar.set(AFTER)
        end = time.monotonic() + 20
        while len(tlog.shards()) < 2 and time.monotonic() < end:
            time.sleep(0.01)
    finally:
        roller.close()
    assert names(tlog) == [("1", 1, 5), ("2", 6, None)]


def test_shards_are_looked_for_once_for_what_was_written_together(
    tlog: Tlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(tlog.store, 10, 4)
    head, read, asked = tlog.store.log.head().seq, tlog.state.shards, list[int]()

    def counted() -> list[Shard]:
        asked.append(1)
        return read()

    monkeypatch.setattr(tlog.state, "shards", counted)
    for _ in range(2):
        assert {tlog.shard_of(seq).name for seq in range(head - 3, head + 1)} == {"1"}
    assert len(asked) == 1
    assert tlog.shard_of(head + 1).name == "1"
    assert len(asked) == 2, "another process may have written it, and begun a shard before"
