# SPDX-License-Identifier: Apache-2.0
"""The walk over the index, a level at a time: what `nguon.trace.walk` finds, found for many."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nguon.trace.index.flowing import NO_EVENT, Level, Question, asked_products, started
from nguon.trace.index.held import Held, States, together
from nguon.trace.index.marks import Array, Marks, Numbers, mark
from nguon.trace.index.view import View
from nguon.trace.model import Direction, Following, Limit, Limits
from nguon.trace.progress import Progress, Tell, nobody


class Found(NamedTuple):
    """What a walk found: states in the order of things and depth, and the events that tie them."""

    states: States
    depth: Numbers
    events: Numbers
    limit: Limit | None

    def reached(self) -> tuple[Marks, Array, Numbers]:
        """Each thing once, with its fullest mode and its depth."""
        keys, first = np.unique(self.states.key, return_index=True)
        modes = np.minimum.reduceat(self.states.mode, first) if len(first) else self.states.mode
        return keys, modes, self.depth[first]


class Walking:
    """One walk; its answer is bounded by the limits."""

    def __init__(
        self,
        view: View,
        keys: Sequence[str],
        direction: Direction,
        following: Following,
        limits: Limits,
    ) -> None:
        self._view = view.limited(limits.records)
        self._states = started(list(keys))
        starts = self._states.key
        self._asked = Question(direction, following, starts, asked_products(list(keys)))
        self._limits = limits
        self._held = Held()
        self._events: list[Numbers] = []
        self._limit: Limit | None = None

    def run(self, without: Sequence[str] = (), tell: Tell = nobody) -> Found:
        """Walk to the end, or to a limit. Raises `TooMuchError`, `TraceIndexError`."""
        barred = np.array([mark(key) for key in without], np.int64)
        frontier = self._held.enter(self._states, 0)
        depth = 0
        while len(frontier.key):
            if depth == self._limits.depth:
                self._met("depth")
                break
            depth += 1
            tell(Progress(depth, self._held.things))
            frontier = self._advance(frontier, barred, depth)
        states, depths = self._held.all()
        events = np.unique(np.concatenate([np.empty(0, np.int64), *self._events]))
        return Found(states, depths, events[events != NO_EVENT], self._limit)

    def _met(self, limit: Limit) -> None:
        self._limit = self._limit or limit

    def _advance(self, frontier: States, barred: Marks, depth: int) -> States:
        steps = Level(self._view, self._asked, frontier).steps()
        if not steps:
            return frontier.only(np.zeros(len(frontier.key), bool))
        every = together(steps)
        if len(barred):
            every = every.only(~np.isin(every.key, barred))
        keys = np.unique(every.key)
        new = keys[~self._held.known(keys)]
        room = max(self._limits.nodes - self._held.things, 0)
        if len(new) > room:
            self._met("things")
            every = every.only(~np.isin(every.key, new[room:]))
        self._events.append(np.unique(every.event))
        return self._held.enter(every, depth)


def keys_of(view: View, marks: Marks, starts: Sequence[str]) -> list[str] | None:
    """The keys of marks, among them the starts; None where one is not known for sure."""
    found = view.texts(marks)
    own = np.array([mark(key) for key in starts], np.int64)
    for at, key in zip(np.searchsorted(marks, own).tolist(), starts, strict=True):
        if found[at] not in ("", key):
            return None
        found[at] = key
    return found if all(found) else None
