# SPDX-License-Identifier: Apache-2.0
"""Clocks that jump: a witness's, the log's. Attack 12."""

import time

import pytest

from nguon.transparency.judging import Clock, believe
from nguon.transparency.notes import known, open_note, read_note
from tests.fault.log.conftest import World
from tests.fault.log.world import Operator, until

_HOURS = 7200


@pytest.fixture
def operator(world: World) -> Operator:
    """Who has no trouble before; afterwards the third witness is ahead for this log."""
    world.two.settled()
    return world.two


def troubles(operator: Operator) -> list[str | None]:
    found = operator.state()["witnesses"]
    return [None if each["trouble"] is None else each["trouble"]["code"] for each in found]


def test_a_witness_ahead_does_not_count(operator: Operator, world: World) -> None:
    witness = world.witnesses[2]
    witness.jump.write_text(str(_HOURS))
    try:
        operator.capture(701).raise_for_status()
        size = operator.settled()
        until(lambda: troubles(operator) == [None, None, "witness.trouble-clock"])
        note = read_note(operator.note())
        assert witness.key.id not in {each.id for each in note.signatures}
        seen = believe(operator.note(), operator.policy(world.witnesses), Clock(int(time.time())))
        assert (seen.checkpoint.size, set(seen.witnesses)) == (size, {"w0", "w1"})
    finally:
        witness.jump.unlink()
    # Set back, it gives no earlier time than it gave before: what it signed stays in order.
    _, _, kept = witness.seen(operator.origin)
    ahead = open_note(read_note(kept), known([witness.key])).verified[0].time
    assert ahead > time.time() + _HOURS / 2
    note_before = operator.note()
    operator.capture(702).raise_for_status()
    until(lambda: operator.note() != note_before)
    operator.settled()
    assert troubles(operator)[2] == "witness.trouble-clock"
    assert operator.state()["refusal"] is None


def test_a_log_that_is_behind_waits_with_its_proofs(operator: Operator) -> None:
    size, moment = operator.settled(), operator.state()["shards"][0]["time"]
    witnessed = operator.state()["shards"][0]["witnessed"]
    operator.jump.write_text(str(-_HOURS))
    try:
        operator.capture(703).raise_for_status()  # Nothing is lost, and it is signed at once.
        until(lambda: operator.checkpoint().size > size)
        until(lambda: set(troubles(operator)) == {"witness.trouble-clock"})
        shard = operator.state()["shards"][0]
        assert (shard["witnessed"], shard["time"]) == (witnessed, moment)
        assert operator.state()["refusal"] is None
    finally:
        operator.jump.unlink()
    assert operator.reached(size + 1) > size


def test_a_log_that_was_ahead_signs_no_earlier_time_afterwards(operator: Operator) -> None:
    operator.jump.write_text(str(_HOURS))
    try:
        size = operator.checkpoint().size
        operator.capture(704).raise_for_status()
        until(lambda: operator.checkpoint().size > size)
        ahead = until(lambda: operator.state()["shards"][0]["time"])
    finally:
        operator.jump.unlink()
    size = operator.checkpoint().size
    operator.capture(705).raise_for_status()
    assert operator.reached(size + 1) > size
    assert operator.state()["shards"][0]["time"] >= ahead
