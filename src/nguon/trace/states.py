# SPDX-License-Identifier: Apache-2.0
"""Where a walk stands: a thing, how it is followed and for which time; what is known of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from nguon.store.values import EventType, LineageEvent
from nguon.trace.model import FUTURE, PAST, Link, Mode, Window
from nguon.trace.shapes import Shape

GOODS = frozenset({Mode.WHOLE, Mode.PART})
"""Modes of the goods themselves."""


class State(NamedTuple):
    """A thing on the frontier: how it is followed and for which time.

    ``stay`` is the whole stay of a part of a lot in the container that it was found in;
    ``onward``: this attached thing is followed, as part of the goods.
    """

    key: str
    mode: Mode
    window: Window
    stay: Window | None = None
    onward: bool = False


class Step(NamedTuple):
    """A next thing, and the link that led to it."""

    state: State
    link: Link


class Handed(NamedTuple):
    """Events that tell of goods that arrived, and that were sent away, by number."""

    received: AbstractSet[int]
    shipped: AbstractSet[int]


class Known:
    """The shapes of the events read so far, by the item that they concern."""

    def __init__(self) -> None:
        self.by_key: dict[str, Sequence[Shape]] = {}
        self.at_place: dict[str, dict[int, Shape]] = {}
        """By place, as far as it matters: what happened there."""

    def of(self, key: str) -> Sequence[Shape]:
        """The shapes of all events of a thing."""
        return self.by_key.get(key, ())

    def span(self, key: str) -> tuple[int | None, int | None]:
        """First and last time of a thing's events."""
        times = [shape.event.time for shape in self.of(key)]
        return min(times, default=None), max(times, default=None)

    def numbers(self, key: str) -> Sequence[int]:
        """The numbers of a thing's events."""
        return [shape.event.id for shape in self.of(key)]

    def all_numbers(self, keys: Iterable[str]) -> Collection[int]:
        """The numbers of the events of all things of an answer."""
        return self.records(keys).keys()

    def records(self, keys: Iterable[str]) -> Mapping[int, LineageEvent]:
        """The events of all things of an answer, by number."""
        return {shape.event.id: shape.event for key in keys for shape in self.of(key)}

    def submitters(self, numbers: AbstractSet[int]) -> set[int]:
        """Who sent these of the events."""
        shapes = (shape for held in self.by_key.values() for shape in held)
        return {shape.event.submitter for shape in shapes if shape.event.id in numbers}

    def makings(self, keys: Iterable[str]) -> dict[int, Shape]:
        """The transformations among the events of all things of an answer, by number."""
        shapes = (shape for key in keys for shape in self.of(key))
        return {s.event.id: s for s in shapes if s.event.type is EventType.TRANSFORMATION}

    def doubtful(
        self,
        keys: Iterable[str],
        told: AbstractSet[int],
        handed: Handed,  # noqa: ARG002 - for those who know events by their times alone
    ) -> list[str]:
        """Those of the things of which events that are ``told`` may run backwards in time."""
        return [key for key in keys if len(told & set(self.numbers(key))) > 1]


def crossing(state: State, *, forward: bool) -> tuple[int, int]:
    """First and last time at which goods leave a state for something new, or came into it."""
    if not forward:
        return PAST, state.window.end
    return state.window.start, FUTURE if state.mode in GOODS else state.window.end


def followed(state: State) -> State:
    """How a state is followed: an attached thing that is, like a part of the goods."""
    return State(state.key, Mode.PART, state.window) if state.onward else state
