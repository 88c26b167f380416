# SPDX-License-Identifier: Apache-2.0
"""What readers are told is the same whether the index answers or the walk over the events."""

from random import Random
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.base.audience import Audience, AudienceKind, Disclosure, EventFacts
from nguon.store import Store
from nguon.trace import Direction, Following, Limits, LinkKind, trace
from nguon.trace.answering import answer
from nguon.trace.index.service import Index
from nguon.trace.indexed import found_by_index
from nguon.trace.model import Confidence
from nguon.trace.service import Question, answered
from nguon.trace.visibility import Findings
from tests.unit.trace.history import History
from tests.unit.trace.index.worlds import World

_KINDS = [LinkKind.TRANSFORMED, LinkKind.CONTAINED, LinkKind.ASSOCIATED, LinkKind.MEMBER]
_TINY = st.builds(Limits, nodes=st.integers(1, 12), depth=st.integers(0, 5))


def _all(_audience: Audience, _facts: EventFacts) -> Disclosure:
    return Disclosure.FULL


def _own(audience: Audience, facts: EventFacts) -> Disclosure:
    seen = facts.submitter == audience.organisation or facts.custody
    return Disclosure.FULL if seen else Disclosure.PUBLIC


READERS = {
    "operator": Audience(AudienceKind.OPERATOR, None, _all),
    "owner": Audience(AudienceKind.OWNER, 1, _own),
    "stranger": Audience(AudienceKind.OWNER, 9, _own),
}


def _store(world: World) -> Store:
    history = History()
    history.events = world.events
    return history.store()


def _index(world: World, upto: int) -> Index:
    view = world.view(upto)
    return cast("Index", SimpleNamespace(view=lambda as_of: view if as_of == upto else None))


def indexed(index: Index) -> Any:
    return mock.patch("nguon.trace.indexed.index_of", return_value=index)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    count=st.sampled_from([3, 8, 20, 40]),
    direction=st.sampled_from(list(Direction)),
    kinds=st.one_of(st.just(frozenset(_KINDS)), st.frozensets(st.sampled_from(_KINDS))),
    least=st.sampled_from([Confidence.LOT, *Confidence]),
    limits=st.one_of(st.just(Limits()), _TINY),
)
def test_every_reader_is_told_the_same(
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
    store, index = _store(world), _index(world, upto)
    starts = tuple(random.sample(world.things, random.choice([1, 1, 2])))
    question = Question(starts, direction, limits, upto, Following(kinds, least))
    for reader in READERS.values():
        walked = answer(store, reader, question)
        with indexed(index):
            assert answer(store, reader, question) == walked
    with indexed(index):
        assert found_by_index(store, starts, direction, limits, question.following, upto)


def _bare(found: Findings) -> tuple[object, ...]:
    events = {key: sorted(found.known.numbers(key)) for key in found.depths}
    read = {key: {shape.event.id for shape in found.known.of(key)} for key in found.depths}
    every = found._asdict() | {"known": None, "windows": {}, "indexed": False}
    return every | {"links": frozenset(found.links)}, events, read


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), direction=st.sampled_from(list(Direction)))
def test_the_events_behind_a_thing_are_the_same(seed: int, direction: Direction) -> None:
    random = Random(seed)
    world = World(random, 30)
    store, index = _store(world), _index(world, 30)
    question = Question((random.choice(world.things),), direction, upto_seq=30)
    walked = answered(store, question)
    with indexed(index):
        assert _bare(answered(store, question)) == _bare(walked)


@pytest.mark.parametrize("direction", list(Direction), ids=["back", "forward"])
def test_a_piece_that_nobody_recorded_has_the_lot_that_its_key_names(
    direction: Direction,
) -> None:
    world = World(Random(1), 0)
    lot = "01/09521234543213/10/A"
    piece = f"{lot}/21/1"
    store = _store(world)
    walked = trace(store, READERS["operator"], piece, direction)
    assert walked.keys() == {piece, lot}
    with indexed(_index(world, 0)):
        assert trace(store, READERS["operator"], piece, direction) == walked


def test_nothing_is_read_that_is_not_shown() -> None:
    history = History()
    lots = [f"01/09521234543213/10/C{number}" for number in range(4)]
    history.make(1, lots[:1], lots[1:2])
    history.pack(2, "00/395212345000000001", lots[1])
    history.see(3, lots[1])
    world = World(Random(1), 0)
    world.events = [msgspec.structs.replace(one) for one in history.events]
    with indexed(_index(world, 3)):
        history.reads = 0
        found = trace(history.store(), READERS["operator"], lots[0], Direction.FORWARD)
    assert (len(found.nodes), len(found.links), history.reads) == (3, 2, 1)
