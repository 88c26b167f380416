# SPDX-License-Identifier: Apache-2.0
"""What a walk has followed already: the windows of each thing, found again quickly.

In runs, each in the order of things, put together as they grow: a level costs what it brings.
"""

from typing import NamedTuple

import numpy as np

from nguon.trace.index.marks import Array, Flags, Marks, Numbers, distinct
from nguon.trace.index.merging import spans
from nguon.trace.model import Mode

MODES = tuple(Mode)
WHOLE, PART, LOT, CARRIER, ATTACHED, PROCESS = (MODES.index(mode) for mode in Mode)
"""Modes as numbers, the fullest first."""


class States(NamedTuple):
    """Things with their modes and windows; the stay of a part, or none where it ends before it
    begins; whether an attached thing is followed; how deep; the event that led there.
    """

    key: Marks
    mode: Array
    start: Numbers
    end: Numbers
    stay_start: Numbers
    stay_end: Numbers
    onward: Flags
    event: Numbers

    def only(self, wanted: Flags | Numbers) -> "States":
        """Some of them."""
        return States(*(column[wanted] for column in self))


def states_of(key: Marks, mode: Array, start: Numbers, end: Numbers, event: Numbers) -> States:
    """States of things that are parts of nothing."""
    count = len(key)
    return States(
        key,
        mode.astype(np.uint8),
        start,
        end,
        np.ones(count, np.int64),
        np.zeros(count, np.int64),
        np.zeros(count, bool),
        event,
    )


def together(parts: list[States]) -> States:
    """All of some; there is at least one."""
    if len(parts) == 1:
        return parts[0]
    return States(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


class _Run(NamedTuple):
    states: States
    depth: Numbers


class Held:
    """The states that a walk has entered."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self.things = 0

    def known(self, keys: Marks) -> Flags:
        """Which of these things were entered."""
        found = np.zeros(len(keys), bool)
        for run in self._runs:
            own = run.states.key
            at = np.searchsorted(own, keys)
            at[at == len(own)] = 0
            found |= own[at] == keys
        return found

    def of(self, keys: Marks) -> States | None:
        """All states of these things."""
        parts = []
        for run in self._runs:
            begin = np.searchsorted(run.states.key, keys)
            end = np.searchsorted(run.states.key, keys, "right")
            at = spans(begin, end - begin)
            if len(at):
                parts.append(run.states.only(at))
        return together(parts) if parts else None

    def enter(self, candidates: States, depth: int) -> States:
        """Note states, those whose time has not been followed; gives them. Each thing comes in
        the order of its keys.
        """
        held = self.of(distinct(candidates.key))
        whole = candidates.only(candidates.mode == WHOLE)
        before = None if held is None else held.only(held.mode == WHOLE)
        accepted = [whole.only(_uncovered(whole, before))]
        rest = candidates.only(candidates.mode != WHOLE)
        if len(rest.key):
            fullest = accepted if before is None else [before, accepted[0]]
            rest = rest.only(_uncovered(rest, together(fullest), whole=True))
            others = None if held is None else held.only(held.mode != WHOLE)
            accepted.append(rest.only(_uncovered(rest, others)))
        found = together(accepted)
        found = found.only(np.argsort(found.key, kind="stable"))
        self._note(_Run(found, np.full(len(found.key), depth)))
        return found

    def all(self) -> tuple[States, Numbers]:
        """All states, and the depth of each, in the order of things and depth."""
        states = together([run.states for run in self._runs])
        depth = np.concatenate([run.depth for run in self._runs])
        order = np.lexsort((depth, states.key))
        return states.only(order), depth[order]

    def _note(self, run: _Run) -> None:
        if not len(run.depth):
            return
        keys = distinct(run.states.key)
        self.things += int(np.count_nonzero(~self.known(keys)))
        self._runs.append(run)
        while len(self._runs) > 1 and len(self._runs[-2].depth) <= 2 * len(self._runs[-1].depth):
            second, first = self._runs.pop(), self._runs.pop()
            states = together([first.states, second.states])
            order = np.argsort(states.key, kind="stable")
            depth = np.concatenate([first.depth, second.depth])
            self._runs.append(_Run(states.only(order), depth[order]))


def _uncovered(new: States, held: States | None, *, whole: bool = False) -> Flags:
    """Which of the new states neither a held one nor an earlier new one covers.

    States count against each other that are of one thing, mode and stay; with ``whole`` the
    held ones count against all of their thing, and the new ones not among themselves.
    """
    count = len(new.key)
    old = 0 if held is None or not len(held.key) else len(held.key)
    every = together([held, new]) if held is not None and old else new
    fresh = np.arange(len(every.key)) >= old
    columns = [every.key] if whole else [every.key, every.mode, every.stay_start, every.stay_end]
    order = np.lexsort((fresh, -every.end, every.start, *reversed(columns)))
    group = np.zeros(len(order), np.int64)
    changes = np.zeros(len(order), bool)
    for column in columns:
        ordered = column[order]
        changes[1:] |= ordered[1:] != ordered[:-1]
    np.cumsum(changes, out=group)
    ends, rank = np.unique(every.end[order], return_inverse=True)
    reach = group * (len(ends) + 1) + rank + 1
    counted = np.where(fresh[order], group * (len(ends) + 1), reach) if whole else reach
    most = np.maximum.accumulate(counted)
    kept = np.ones(len(order), bool)
    kept[1:] = most[:-1] < reach[1:]
    found = np.zeros(len(order), bool)
    found[order] = kept
    return found[len(order) - count :]
