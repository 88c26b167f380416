# SPDX-License-Identifier: Apache-2.0
"""What the registers said: no older than two seconds, and asked anew together."""

from collections.abc import Mapping
from typing import cast

import pytest

from nguon.parties import recent
from nguon.parties.recent import AHEAD, SECONDS, USED, Recent
from nguon.store import Store


class Place:
    """Stands for a store: only a key here."""


class Registers:
    """Answers with how often it was asked, and notes for what."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []

    def read(self, store: Store, keys: list[str]) -> Mapping[str, int]:
        self.asked.append(set(keys))
        return dict.fromkeys(keys, len(self.asked))


class Clock:
    now = 1000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(recent, "monotonic", lambda: made.now)
    return made


@pytest.fixture
def registers() -> Registers:
    return Registers()


@pytest.fixture
def known(registers: Registers) -> Recent[str, int]:
    return Recent(registers.read)


@pytest.fixture
def store() -> Store:
    return cast("Store", Place())


def test_what_is_known_is_not_asked_again(
    clock: Clock, registers: Registers, known: Recent[str, int], store: Store
) -> None:
    assert known.of(store, ["a", "b"]) == {"a": 1, "b": 1}
    clock.now += SECONDS - AHEAD - 0.1
    assert known.of(store, ["a"]) == {"a": 1}
    assert known.of(store, ["a", "c"]) == {"a": 1, "c": 2}
    assert known.of(store, []) == {}
    assert registers.asked == [{"a", "b"}, {"c"}]


@pytest.mark.parametrize("after", [SECONDS - AHEAD, SECONDS], ids=["ahead", "at the end"])
def test_all_end_together_and_are_asked_anew_together(
    clock: Clock, registers: Registers, known: Recent[str, int], store: Store, after: float
) -> None:
    known.of(store, ["a"])
    clock.now += 0.1
    known.of(store, ["b"])
    clock.now += after - 0.1
    assert known.of(store, ["a"]) == {"a": 3}
    assert known.of(store, ["b"]) == {"b": 3}
    assert registers.asked == [{"a"}, {"b"}, {"a", "b"}]
    clock.now += after
    assert known.of(store, ["b"]) == {"b": 4}
    assert registers.asked[-1] == {"a", "b"}, "both were asked about within a minute"
    clock.now += USED - after
    assert known.of(store, ["b"]) == {"b": 5}
    assert registers.asked[-1] == {"b"}, "nobody asked about the other any more"


def test_while_one_asks_ahead_the_others_go_on(clock: Clock, store: Store) -> None:
    registers, meanwhile = Registers(), list[dict[str, int]]()

    def slowly(store: Store, keys: list[str]) -> Mapping[str, int]:
        read = registers.read(store, keys)
        if len(registers.asked) == 2:
            meanwhile.append(answers.of(store, ["a"]))
        return read

    answers = Recent(slowly)
    answers.of(store, ["a"])
    clock.now += SECONDS - AHEAD
    assert answers.of(store, ["a"]) == {"a": 2}
    assert meanwhile == [{"a": 1}]
    clock.now += SECONDS - AHEAD - 0.1
    assert answers.of(store, ["a"]) == {"a": 2}
    assert len(registers.asked) == 2


def test_what_is_forgotten_while_it_is_read_is_asked_anew(clock: Clock, store: Store) -> None:
    registers = Registers()

    def forgetting(store: Store, keys: list[str]) -> Mapping[str, int]:
        read = registers.read(store, keys)
        if len(registers.asked) == 2:
            answers.forget(store)
        return read

    answers = Recent(forgetting)
    answers.of(store, ["a"])
    clock.now += SECONDS - AHEAD
    assert answers.of(store, ["a"]) == {"a": 2}
    assert answers.of(store, ["a"]) == {"a": 3}


def test_after_a_pause_only_what_is_asked_about_is_read(
    clock: Clock, registers: Registers, known: Recent[str, int], store: Store
) -> None:
    known.of(store, ["a", "b"])
    clock.now += USED
    assert known.of(store, ["a"]) == {"a": 2}
    assert registers.asked[-1] == {"a"}


def test_of_very_many_none_is_asked_about_unasked(
    clock: Clock, registers: Registers, known: Recent[str, int], store: Store
) -> None:
    known.of(store, [f"k{at}" for at in range(1001)])
    clock.now += SECONDS
    known.of(store, ["k1"])
    assert registers.asked[-1] == {"k1"}


def test_forgotten_is_asked_anew(
    clock: Clock, registers: Registers, known: Recent[str, int], store: Store
) -> None:
    known.of(store, ["a"])
    known.forget(store)
    assert known.of(store, ["a"]) == {"a": 2}
    other = cast("Store", Place())
    assert known.of(other, ["a"]) == {"a": 3}, "each store has answers of its own"
    known.forget(other)
    assert known.of(store, ["a"]) == {"a": 2}


def test_a_slow_answer_does_not_outlive_its_time(clock: Clock, store: Store) -> None:
    """Whoever was still reading when the answers ended gives nothing to those that follow."""
    registers = Registers()

    def slowly(store: Store, keys: list[str]) -> Mapping[str, int]:
        read = registers.read(store, keys)
        if keys == ["slow"]:
            clock.now += SECONDS
            answers.of(store, ["other"])
        return read

    answers = Recent(slowly)
    answers.of(store, ["first"])
    assert answers.of(store, ["slow"]) == {"slow": 2}
    assert answers.of(store, ["slow"]) == {"slow": 4}, "asked anew, not what was read before"
