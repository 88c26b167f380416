# SPDX-License-Identifier: Apache-2.0
"""Things that met: handled at one place one soon after the other (inferred, on request only)."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from operator import attrgetter

from nguon.store.lineage import Span
from nguon.trace.model import Confidence, Direction, Following, Link, LinkKind, Mode, Window
from nguon.trace.naming import is_product
from nguon.trace.shapes import Shape
from nguon.trace.states import Known, State, Step, crossing, followed

_HOUR = 3_600_000_000
_time_of = attrgetter("event.time")
_LINKS = 10
"""Meetings for each thing that may be found."""
_ALONE = frozenset({Mode.ATTACHED, Mode.PROCESS})


class Meeting:
    """The ways from a thing to those that came to its place after it (back: before it).

    ``left`` is how many more are told, below zero where there were more.
    """

    def __init__(self, known: Known, direction: Direction, following: Following) -> None:
        shared = following.shared
        self.asked = shared is not None and LinkKind.SHARED in following.kinds
        self._reach = 0 if shared is None else shared.hours * _HOUR
        self._only = frozenset() if shared is None else shared.places
        self.left = _LINKS
        self._known = known
        self._forward = direction is Direction.FORWARD

    def spans(self, states: Iterable[State]) -> set[Span]:
        """What must be read of places before these states can be followed."""
        return {
            Span(place, *self._time(shape.event.time))
            for state in states
            for shape in self._handlings(followed(state))
            for place in self._places(shape)
        }

    def take(self, place: str, shapes: Iterable[Shape]) -> None:
        """What happened at a place, as far as it was asked for."""
        held = self._known.at_place.setdefault(place, {})
        held.update((shape.event.id, shape) for shape in shapes)

    def steps(self, state: State) -> Iterator[Step]:
        """From a state to what was at its places soon after (back: before).

        Forward the first meeting with a thing says all; back each tells of another moment.
        """
        told: set[tuple[str, int]] = set()
        for shape in sorted(self._handlings(state), key=_time_of):
            first, last = self._time(shape.event.time)
            for place in sorted(self._places(shape)):
                for other in sorted(self._known.at_place.get(place, {}).values(), key=_time_of):
                    if first <= other.event.time <= last:
                        yield from self._met(state.key, shape, other, told)

    def _places(self, shape: Shape) -> AbstractSet[str]:
        return shape.places & self._only if self._only else shape.places

    def _handlings(self, state: State) -> Iterator[Shape]:
        if state.mode in _ALONE or is_product(state.key):
            return
        first, last = crossing(state, forward=self._forward)
        for shape in self._known.of(state.key):
            if first <= shape.event.time <= last and state.key in shape.goods:
                yield shape

    def _time(self, time: int) -> tuple[int, int]:
        return (time, time + self._reach) if self._forward else (time - self._reach, time)

    def _met(
        self, key: str, here: Shape, there: Shape, told: set[tuple[str, int]]
    ) -> Iterator[Step]:
        time = there.event.time
        window = Window(start=time) if self._forward else Window(time, time)
        for other in there.goods:
            name = other, 0 if self._forward else time
            if other == key or name in told or is_product(other):
                continue
            self.left -= 1
            if self.left < 0:
                return
            told.add(name)
            ends = (key, other) if self._forward else (other, key)
            start, end = sorted((here.event.time, time))
            link = Link(
                *ends,
                LinkKind.SHARED,
                there.event.id,
                start,
                end,
                confidence=Confidence.INFERRED,
            )
            yield Step(State(other, Mode.WHOLE, window), link)
