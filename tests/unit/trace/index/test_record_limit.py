# SPDX-License-Identifier: Apache-2.0
"""Where more records would be read than may be: what is told then, by the index and by the walk."""

from random import Random

import pytest

from nguon.store.values import EventType, LineageEvent
from nguon.trace.index.view import TooMuchError
from nguon.trace.model import Direction, Following, Limits, Link
from nguon.trace.reading import Reading
from nguon.trace.walk import Walk
from tests.unit.trace.history import History
from tests.unit.trace.index.test_same_as_walk import Question, by_index
from tests.unit.trace.index.worlds import World

_SEEDS = range(40)
_MONOTONE = (EventType.TRANSFORMATION, EventType.OBJECT)


def _walked(events: list[LineageEvent], start: str, way: Direction, limits: Limits) -> Walk:
    history = History()
    history.events = events
    walk = Walk((start,), way, limits, Following())
    Reading(history.store(), len(events)).complete([walk])
    return walk


def _tied(start: str, links: set[Link]) -> set[str]:
    """What links reach from a start, whichever way they point."""
    found, waiting = {start}, [start]
    while waiting:
        key = waiting.pop()
        ends = [(one.source, one.target) for one in links if key in (one.source, one.target)]
        new = {end for pair in ends for end in pair} - found
        found |= new
        waiting += new
    return found


@pytest.mark.parametrize("way", list(Direction), ids=["back", "forward"])
def test_what_is_cut_says_so_and_hangs_together(way: Direction) -> None:
    """The index answers wholly or leaves it to the walk; the walk's answer is whole, or says that
    it is not, and every thing in it hangs on the start by links of it.
    """
    indexed = cut = 0
    for seed in _SEEDS:
        random = Random(seed)
        world = World(random, random.choice([8, 20, 40]))
        start, limits = random.choice(world.things), Limits(records=random.randrange(1, 30))
        whole = _walked(world.events, start, way, Limits())
        told = {key: (mode, depth) for key, (depth, mode) in whole.depths.items()}
        near = _walked(world.events, start, way, limits)
        if near.truncated:
            cut += 1
            assert near.limit == "records"
            assert near.depths.keys() <= _tied(start, near.links)
        else:
            assert (near.depths, near.links) == (whole.depths, whole.links)
        view = world.view(len(world.events))
        try:
            found = by_index(view, Question((start,), way, limits=limits))
        except TooMuchError:
            continue
        indexed += 1
        assert (found.reached, found.limit) == (told, None)
    assert indexed > 5
    assert cut > 5


@pytest.mark.parametrize("way", list(Direction), ids=["back", "forward"])
def test_without_records_that_end_something_what_is_cut_is_a_part_of_all(way: Direction) -> None:
    """Makings and observations only add: leaving some unread leaves things out, nothing more."""
    cut = 0
    for seed in _SEEDS:
        random = Random(seed)
        made = World(random, 30)
        events = [one for one in made.events if one.type in _MONOTONE and not one.correction]
        start, limits = random.choice(made.things), Limits(records=random.randrange(1, 12))
        whole = _walked(events, start, way, Limits())
        near = _walked(events, start, way, limits)
        cut += near.truncated
        assert near.depths.keys() <= whole.depths.keys()
        assert near.links <= whole.links
    assert cut > 5
