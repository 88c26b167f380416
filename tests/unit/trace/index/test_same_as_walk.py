# SPDX-License-Identifier: Apache-2.0
"""The walk over the index finds what the walk over the events finds, limits and all."""

from random import Random
from typing import NamedTuple

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.epcis.items import ItemRef
from nguon.store.packing import pack_items, unpack_items
from nguon.store.recorded import Recorded
from nguon.trace.index.held import MODES
from nguon.trace.index.making import made
from nguon.trace.index.view import TooMuchError, View
from nguon.trace.index.walking import Walking, keys_of
from nguon.trace.model import Confidence, Direction, Following, Limits, LinkKind, Mode
from nguon.trace.reading import Reading
from nguon.trace.walk import Walk
from tests.unit.trace.history import History
from tests.unit.trace.index.worlds import BOXES, LOTS, PIECES, World, recorded

_KINDS = [LinkKind.TRANSFORMED, LinkKind.CONTAINED, LinkKind.ASSOCIATED, LinkKind.MEMBER]
_TINY = st.builds(Limits, nodes=st.integers(1, 12), depth=st.integers(0, 5))


class Question(NamedTuple):
    starts: tuple[str, ...]
    direction: Direction
    following: Following = Following()
    limits: Limits = Limits()
    without: tuple[str, ...] = ()


class Answer(NamedTuple):
    reached: dict[str, tuple[Mode, int]]
    events: frozenset[int]
    limit: str | None


def by_index(view: View, asked: Question) -> Answer:
    walking = Walking(view, asked.starts, asked.direction, asked.following, asked.limits)
    found = walking.run(asked.without)
    marks, modes, depths = found.reached()
    keys = keys_of(view, marks, asked.starts)
    assert keys is not None
    reached = zip(map(MODES.__getitem__, modes.tolist()), depths.tolist(), strict=True)
    events = frozenset(found.events.tolist())
    return Answer(dict(zip(keys, reached, strict=True)), events, found.limit)


def by_walk(world: World, asked: Question, upto: int) -> Answer:
    history = History()
    history.events = world.events
    without = frozenset(asked.without)
    walk = Walk(asked.starts, asked.direction, asked.limits, asked.following, without=without)
    Reading(history.store(), upto).complete([walk])
    reached = {key: (mode, depth) for key, (depth, mode) in walk.depths.items()}
    events = frozenset(link.event for link in walk.links if link.event is not None)
    return Answer(reached, events, walk.limit)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    count=st.sampled_from([3, 8, 20, 40]),
    direction=st.sampled_from(list(Direction)),
    kinds=st.one_of(st.just(frozenset(_KINDS)), st.frozensets(st.sampled_from(_KINDS))),
    least=st.sampled_from([Confidence.LOT, *Confidence]),
    limits=st.one_of(st.just(Limits()), _TINY),
)
def test_the_index_finds_what_the_walk_finds(
    seed: int,
    count: int,
    direction: Direction,
    kinds: frozenset[LinkKind],
    least: Confidence,
    limits: Limits,
) -> None:
    random = Random(seed)
    world = World(random, count)
    upto = random.choice([count, count, random.randrange(count + 1)])
    view = world.view(upto)
    for _ in range(3):
        starts = random.sample(world.things, random.choice([1, 1, 2]))
        others = [thing for thing in world.things if thing not in starts]
        without = random.sample(others, random.choice([0, 0, 2]))
        following = Following(kinds=kinds, least=least)
        asked = Question(tuple(starts), direction, following, limits, tuple(without))
        assert by_index(view, asked) == by_walk(world, asked, upto)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), direction=st.sampled_from(list(Direction)))
def test_neither_order_of_capture_nor_other_goods_change_an_answer(
    seed: int, direction: Direction
) -> None:
    random = Random(seed)
    world = World(random, 20)
    asked = Question((random.choice(PIECES + LOTS),), direction)
    before = by_index(world.view(len(world.events)), asked)
    others = World(Random(7), 15)
    renamed = [_elsewhere(row) for row in map(recorded, others.events)]
    rows = [*map(recorded, world.events), *renamed]
    random.shuffle(rows)
    rows = [row._replace(seq=seq) for seq, row in enumerate(rows, 1)]
    view = View([made(rows, 0, len(rows))], len(rows), np.empty(0, np.int64))
    assert by_index(view, asked) == before


def _elsewhere(row: Recorded) -> Recorded:
    """The same event about goods of another company."""
    items = tuple(
        ItemRef(item.key.replace("9521", "8934"), *msgspec.structs.astuple(item)[1:])
        for item in unpack_items(row.items)
    )
    return row._replace(id=row.id + 10**6, items=pack_items(items), submitter=row.submitter + 100)


def _lot(number: int) -> str:
    return f"01/09521234543213/10/C{number}"


def _chain(count: int, *, back_to_the_first: bool) -> View:
    """Each lot made of the one before, all at one time."""
    history = History()
    for number in range(count):
        history.make(
            1, [f"01/09521234543213/10/C{number}"], [f"01/09521234543213/10/C{number + 1}"]
        )
    if back_to_the_first:
        history.make(1, [_lot(count)], [_lot(0)])
    rows = [recorded(event) for event in history.events]
    return View([made(rows, 0, len(rows))], len(rows), np.empty(0, np.int64))


def test_a_ring_ends_at_its_beginning() -> None:
    view = _chain(30, back_to_the_first=True)
    found = by_index(view, Question(("01/09521234543213/10/C7",), Direction.FORWARD))
    assert (len(found.reached), found.limit) == (31, None)


@pytest.mark.parametrize(
    ("limits", "limit", "things"),
    [(Limits(depth=5), "depth", 6), (Limits(nodes=9), "things", 9)],
    ids=["depth", "things"],
)
def test_a_long_ring_ends_at_the_limits(limits: Limits, limit: str, things: int) -> None:
    view = _chain(200, back_to_the_first=True)
    asked = Question(("01/09521234543213/10/C0",), Direction.FORWARD, limits=limits)
    found = by_index(view, asked)
    assert (found.limit, len(found.reached)) == (limit, things)


def test_where_more_is_to_be_read_than_may_be_the_store_decides() -> None:
    view = _chain(30, back_to_the_first=False)
    asked = Question(("01/09521234543213/10/C0",), Direction.FORWARD, limits=Limits(records=10))
    with pytest.raises(TooMuchError):
        by_index(view, asked)


def test_two_keys_of_one_mark_are_never_mistaken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nguon.trace.index.marks.key_hash", lambda key: 64 if "C" in key else 128)
    history = History()
    history.make(1, ["01/09521234543213/10/C1"], ["01/09521234543213/10/C2"])
    history.pack(2, BOXES[0], "01/09521234543213/10/C2")
    rows = [recorded(event) for event in history.events]
    view = View([made(rows, 0, len(rows))], len(rows), np.empty(0, np.int64))
    starts = ["01/09521234543213/10/C1"]
    found = Walking(view, starts, Direction.FORWARD, Following(), Limits()).run()
    assert keys_of(view, found.reached()[0], [BOXES[0]]) is None
