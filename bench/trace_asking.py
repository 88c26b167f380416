# SPDX-License-Identifier: Apache-2.0
"""The same questions of stores of several sizes, in turns: so that a busy machine is fair to all.

Of each question the least time counts of several, and of those the median.
"""

import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bench.report import Row
from bench.trace_goods import BAD_LOT, PACKS, pack_of
from nguon.store import Store
from nguon.trace.closure import Closure, closure
from nguon.trace.model import Direction, Limits

LIMITS = Limits(nodes=4 * PACKS, records=50 * PACKS)
_ASKED = 100


class Asked(NamedTuple):
    """A store to ask: whose answers (the index or the store itself), of how many events."""

    store: Store
    by: str
    name: str
    size: int


class _Took(NamedTuple):
    """Seconds of the processor, and by the clock."""

    worked: float
    passed: float


def back(asked: Sequence[Asked], *, rounds: int = 5) -> Iterator[Row]:
    """What single packs came from, of batches that all of them hold."""
    packs = min(_ASKED, *(2 + one.size // 200 for one in asked))
    took: dict[tuple[Asked, int], list[_Took]] = defaultdict(list)
    things: dict[Asked, int] = {}
    for _ in range(rounds):
        for number in range(packs):
            for one in asked:
                seconds, found = _timed(one, [pack_of(number)], Direction.BACK)
                took[one, number].append(seconds)
                things[one] = len(found.keys)
    before: dict[tuple[str, str], float] = {}
    for one in asked:
        mine = [took[one, number] for number in range(1, packs)]
        worked = sorted(min(each.worked for each in times) for times in mine)
        passed = statistics.median(min(each.passed for each in times) for times in mine)
        first = statistics.median(times[0].worked for times in mine)
        median = statistics.median(worked)
        note = (
            f"{things[one]} things, {median * 1e3:.1f} ms (dearest pack {worked[-1] * 1e3:.1f}, "
            f"asked first {first * 1e3:.1f}, by the clock {passed * 1e3:.1f})"
        )
        note += _growth(before, one, median)
        yield Row(f"back, {_what(one)}", 1 / median, "answers/s", 100, "the goal", note)


def forward(asked: Sequence[Asked], floor: float, *, rounds: int = 4) -> Iterator[Row]:
    """Everything that the one lot went into; ``floor``: seconds of a search in memory."""
    took: dict[Asked, list[_Took]] = defaultdict(list)
    things: dict[Asked, int] = {}
    for _ in range(rounds):
        for one in asked:
            seconds, found = _timed(one, [BAD_LOT], Direction.FORWARD)
            took[one].append(seconds)
            things[one] = len(found.keys)
    before: dict[tuple[str, str], float] = {}
    for one in asked:
        least = min(each.worked for each in took[one])
        passed = min(each.passed for each in took[one])
        note = f"{things[one]:,} things in {least:.2f} s (by the clock {passed:.2f})"
        note += _growth(before, one, least)
        yield Row(f"forward, {_what(one)}", 1 / least, "answers/s", 1 / floor, "in memory", note)


def _timed(one: Asked, keys: list[str], direction: Direction) -> tuple[_Took, Closure]:
    begin, clock = time.process_time(), time.monotonic()
    limits = LIMITS if direction is Direction.FORWARD else Limits()
    found = closure(one.store, keys, direction, limits=limits)
    took = _Took(time.process_time() - begin, time.monotonic() - clock)
    if found.source != one.by:
        raise RuntimeError(f"asked the {one.by}, answered by the {found.source}")
    return took, found


def _what(one: Asked) -> str:
    return f"by the {one.by}, {one.name}, {one.size:,} events"


def _growth(before: dict[tuple[str, str], float], one: Asked, seconds: float) -> str:
    """How it grew from the size before."""
    smaller = before.get((one.by, one.name))
    before[one.by, one.name] = seconds
    return "" if smaller is None else f"; {seconds / smaller:.2f} times the smaller size"
