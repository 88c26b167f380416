# SPDX-License-Identifier: Apache-2.0
"""The thread that keeps figures level with the log: one process leads, errors do not end it."""

import time
from collections.abc import Iterator

import pytest

from nguon.compliance import follower, projection
from nguon.compliance.follower import Follower
from nguon.store import Store
from nguon.store import projections as rows


@pytest.fixture
def led(goods: Store) -> Iterator[Store]:
    """The goods with nobody in the lead."""
    yield goods
    with goods.transaction() as connection:
        now = 1 << 60
        rows.hold(connection, projection.NAME, "test", now=now, until=0)
        rows.let_go(connection, projection.NAME, "test")


def test_the_thread_follows_to_the_end_in_spite_of_an_error(
    led: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance, calls = projection.advance, list[int]()

    def failing(store: Store, most: int) -> int:
        calls.append(most)
        if len(calls) == 1:
            raise ValueError
        return advance(store, 1000)

    monkeypatch.setattr(projection, "advance", failing)
    monkeypatch.setattr(follower, "_TROUBLE", 0.01)
    assert projection.position(led) == 0
    thread = Follower(led)
    thread.start()
    end = time.monotonic() + 60
    while projection.position(led) < led.events.head().seq and time.monotonic() < end:
        time.sleep(0.05)
    thread.close()
    reach = projection.reach(led, projection.position(led))
    assert reach.seq == led.events.head().seq
    assert reach.behind == 0
    assert reach.time is not None
    assert Follower(led).turn() == 1.0, "level with the log it only looks again"


def test_one_process_leads_until_its_lease_ends(led: Store) -> None:
    minute = 60_000_000

    def take(holder: str, now: int) -> bool:
        with led.transaction() as connection:
            return rows.hold(connection, projection.NAME, holder, now=now, until=now + minute)

    assert take("a", 0)
    assert not take("b", minute - 1)
    assert take("a", minute - 1), "who leads renews"
    assert not take("b", 2 * minute - 1)
    assert take("b", 2 * minute), "a lease that ended is free"
    with led.transaction() as connection:
        rows.let_go(connection, projection.NAME, "a")
    assert not take("a", 2 * minute + 1), "only its holder lets go"
    with led.transaction() as connection:
        rows.let_go(connection, projection.NAME, "b")
    assert take("a", 2 * minute + 1)


def test_figures_say_how_far_behind_they_are(led: Store) -> None:
    entries = led.log.entries(1, led.log.head().seq + 1)
    events = [entry.seq for entry in entries if entry.event]
    assert 0 < len(events) < len(entries), "registers are in the log too, and are no records"
    assert projection.reach(led, events[-4]).behind == 3
    assert projection.reach(led, 0) == (0, None, len(events))
