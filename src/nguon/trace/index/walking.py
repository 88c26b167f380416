# SPDX-License-Identifier: Apache-2.0
"""The walk over the index, a level at a time: what `nguon.trace.walk` finds, found for many."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nguon.trace.index.flowing import Level, Question, asked_lots, asked_products, started
from nguon.trace.index.held import Held, States, together
from nguon.trace.index.marks import Array, Marks, Numbers, distinct, mark
from nguon.trace.index.ties import NO_EVENT, Ties
from nguon.trace.index.ties import together as together_ties
from nguon.trace.index.view import View
from nguon.trace.model import Direction, Following, Limit, Limits
from nguon.trace.progress import Progress, Tell, nobody


class Found(NamedTuple):
    """What a walk found: states in the order of things and depth, the events that tie them, the
    links where they were asked for.

    The first limit met, at which depth, and things that were not followed for it.
    """

    states: States
    depth: Numbers
    events: Numbers
    limit: Limit | None
    limit_depth: int | None
    unfollowed: Marks
    ties: Ties

    def reached(self) -> tuple[Marks, Array, Numbers]:
        """Each thing once, with its fullest mode and its depth."""
        keys, first = np.unique(self.states.key, return_index=True)
        modes = np.minimum.reduceat(self.states.mode, first) if len(first) else self.states.mode
        return keys, modes, self.depth[first]


class Walking:
    """One walk; its answer is bounded by the limits. ``tied``: links are told."""

    def __init__(
        self,
        view: View,
        keys: Sequence[str],
        direction: Direction,
        following: Following,
        limits: Limits,
        *,
        tied: bool = False,
    ) -> None:
        self._view = view.limited(limits.records)
        self._states = started(list(keys))
        starts, given = self._states.key, list(keys)
        about = asked_products(given), asked_lots(given)
        self._asked = Question(direction, following, starts, *about, tied)
        self._limits = limits
        self._held = Held()
        self._events: list[Numbers] = []
        self._ties: list[Ties] = []
        self._limit: Limit | None = None
        self._limit_depth: int | None = None
        self._unfollowed: list[Marks] = []

    def run(self, without: Sequence[str] = (), tell: Tell = nobody) -> Found:
        """Walk to the end, or to a limit. Raises `TooMuchError`, `TraceIndexError`."""
        barred = np.array([mark(key) for key in without], np.int64)
        frontier = self._held.enter(self._states, 0)
        depth = 0
        while len(frontier.key):
            if depth == self._limits.depth:
                self._met("depth", depth, frontier.key)
                break
            depth += 1
            tell(Progress(depth, self._held.things))
            frontier = self._advance(frontier, barred, depth)
        states, depths = self._held.all()
        events = distinct(np.concatenate([np.empty(0, np.int64), *self._events]))
        return Found(
            states,
            depths,
            events[events != NO_EVENT],
            self._limit,
            self._limit_depth,
            distinct(np.concatenate([np.empty(0, np.int64), *self._unfollowed])),
            together_ties(self._ties),
        )

    def _met(self, limit: Limit, depth: int, unfollowed: Marks) -> None:
        if self._limit is None:
            self._limit, self._limit_depth = limit, depth
        self._unfollowed.append(unfollowed)

    def _advance(self, frontier: States, barred: Marks, depth: int) -> States:
        level = Level(self._view, self._asked, frontier)
        steps = level.steps()
        if not steps:
            return frontier.only(np.zeros(len(frontier.key), bool))
        every = together(steps)
        every = every.only(~np.isin(every.key, barred))
        keys = distinct(every.key)
        new = keys[~self._held.known(keys)]
        beyond = new[max(self._limits.nodes - self._held.things, 0) :]
        if len(beyond):
            self._met("things", depth, beyond)
            every = every.only(~np.isin(every.key, beyond))
        left_out = np.concatenate([barred, beyond])
        self._ties += [ties.only(~np.isin(ties.there, left_out)) for ties in level.ties]
        self._events.append(distinct(every.event))
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
