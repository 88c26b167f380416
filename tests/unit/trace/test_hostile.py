# SPDX-License-Identifier: Apache-2.0
"""Endless, wide and tangled histories: a clear answer in bounded time and memory."""

import time
from collections.abc import Collection, Iterable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from nguon.base.audience import Audience, AudienceKind, Disclosure
from nguon.epcis.items import ItemRef, Role
from nguon.store import Store
from nguon.store.lineage import Found
from nguon.store.values import Action, EventType, LineageEvent
from nguon.trace import Direction, Limits, trace
from nguon.trace.errors import TraceQuestionError
from nguon.trace.moments import moment, span
from tests.unit.trace.history import History, StoreDouble

ALL = Audience(AudienceKind.OPERATOR, None, lambda _audience, _facts: Disclosure.FULL)
LOT = "01/09521234543213/10"
MILLION = 1_000_000
MOST_SECONDS = 20.0
"""Of processor time: some fifty times what these take."""


def _event(number: int, kind: EventType, parts: Iterable[tuple[str, Role]]) -> LineageEvent:
    return LineageEvent(
        id=number,
        seq=number,
        time=0,
        type=kind,
        action=Action.ADD if kind is EventType.AGGREGATION else Action.NONE,
        submitter=1,
        correction=False,
        items=tuple(ItemRef(key, role) for key, role in parts),
        event_id=f"urn:uuid:{number}",
    )


class Ring:
    """A million things, each made of (or packed into) the next, the last of the first: told when
    asked for, never all at once.
    """

    def __init__(self, kind: EventType, name: str) -> None:
        self.kind = kind
        self.name = name
        self.read = 0

    def key(self, number: int) -> str:
        return self.name.format(number % MILLION)

    def store(self) -> Store:
        parts: Any = StoreDouble(
            lineage=SimpleNamespace(events_of=self._events_of),
            events=SimpleNamespace(head=lambda: (MILLION, 0)),
            erasure=SimpleNamespace(about=lambda _keys: 0),
            named_organisations=lambda _keys: {},
        )
        return cast("Store", parts)

    def _events_of(self, keys: Collection[str], **_more: Any) -> Found:
        found = Found()
        for key in keys:
            self.read += 1
            number = int(key[-8:])
            found[key] = [self._link(number - 1), self._link(number)]
        return found

    def _link(self, number: int) -> LineageEvent:
        """From a thing to the next."""
        roles = (Role.INPUT, Role.OUTPUT)
        if self.kind is EventType.AGGREGATION:
            roles = (Role.CHILD, Role.PARENT)
        ends = (self.key(number), roles[0]), (self.key(number + 1), roles[1])
        return _event(number % MILLION + 1, self.kind, ends)


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (EventType.TRANSFORMATION, LOT + "/{:08}"),
        (EventType.AGGREGATION, "8004/9521234{:08}"),
    ],
    ids=["made", "packed"],
)
def test_a_ring_of_a_million_ends_at_a_limit_that_is_said(
    kind: EventType, name: str, direction: Direction
) -> None:
    ring = Ring(kind, name)
    begun = time.process_time()
    found = trace(ring.store(), ALL, ring.key(0), direction)
    assert (found.limit, found.limit_depth) == ("depth", 64)
    assert 65 <= len(found.nodes) <= 129
    assert ring.read < 200
    many = trace(ring.store(), ALL, ring.key(0), direction, limits=Limits(500, 10_000))
    assert (many.limit, len(many.nodes)) == ("things", 500)
    assert many.unfollowed >= 1
    assert time.process_time() - begun < MOST_SECONDS


def test_a_small_ring_is_walked_once_round() -> None:
    history = History()
    for number in range(200):
        history.make(1, [f"{LOT}/{number}"], [f"{LOT}/{(number + 1) % 200}"])
    for direction in Direction:
        found = trace(history.store(), ALL, f"{LOT}/0", direction, limits=Limits(depth=1_000))
        assert (len(found.nodes), found.truncated) == (200, False)


def test_a_fan_of_fifty_thousand_is_cut_and_counted() -> None:
    history = History()
    history.make(1, [f"{LOT}/A"], [f"{LOT}/B{number}" for number in range(50_000)])
    begun = time.process_time()
    found = trace(
        history.store(), ALL, f"{LOT}/A", Direction.FORWARD, limits=Limits(nodes=1_000, depth=1)
    )
    assert (len(found.nodes), found.limit, found.limit_depth) == (1_000, "things", 1)
    assert found.unfollowed == 50_000
    assert time.process_time() - begun < MOST_SECONDS


def test_a_crate_used_over_and_over_with_the_same_lot() -> None:
    history = History()
    crate, lot = "8003/09521234543213100", f"{LOT}/A"
    for day in range(0, 400, 2):
        history.pack(day, crate, lot)
        history.unpack(day + 1, crate, lot)
    begun = time.process_time()
    for direction in Direction:
        assert trace(history.store(), ALL, crate, direction).keys() == {crate, lot}
        assert trace(history.store(), ALL, lot, direction).keys() == {crate, lot}
    assert time.process_time() - begun < MOST_SECONDS


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-13", "2026-02-30", "0000", "2026-08-01T00:00:00", "2026-08-01T25:00:00Z",
     "99999-01-01T00:00:00Z", "2026-08-01T00:00:00+99:00", "\x00", "9" * 5_000],
)  # fmt: skip
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(TraceQuestionError):
        span(text)


def test_times_at_the_ends_of_the_calendar() -> None:
    assert moment("0001-01-01T00:00:00+14:00").year == 1
    assert span("0001")[0].year == 1
    assert span("9999")[1].isoformat() == "9999-12-31T23:59:59.999999+07:00"
