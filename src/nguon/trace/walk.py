# SPDX-License-Identifier: Apache-2.0
"""The walk from one thing, breadth first: says what must be read next, goes on when it was."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from nguon.trace.model import Direction, Limits, Link, Mode, Window
from nguon.trace.shapes import Shape
from nguon.trace.steps import GOODS, Known, State, follow, is_lot, neighbours


class Need(NamedTuple):
    """Things whose events are to be read; of those in ``gathering`` also those of their pieces."""

    keys: AbstractSet[str]
    gathering: AbstractSet[str]


class Walk:
    """Everything found from ``start``; time is respected, and no loop is walked twice."""

    def __init__(self, start: str, direction: Direction, limits: Limits) -> None:
        self.start = start
        self.known = Known()
        self.seen: dict[tuple[str, Mode], list[Window]] = {}
        self.depths: dict[str, tuple[int, Mode]] = {}
        self.links: set[Link] = set()
        self.truncated = False
        self.cut = False
        self.left = limits.records
        self._direction = direction
        self._limits = limits
        self._gathered: set[str] = set()

    def run(self) -> Iterator[Need]:
        """Each need must be met with `take` before the next is asked for."""
        state = State(self.start, Mode.WHOLE, Window())
        self._enter(state, 0)
        frontier = [state]
        depth = 0
        while frontier:
            if depth == self._limits.depth:
                self.truncated = True
                return
            whole = {state.key for state in frontier if state.mode in GOODS}
            yield from self._lacking({state.key for state in frontier}, whole)
            beside = {key for s in frontier for key in neighbours(s, self.known)}
            yield from self._lacking(beside, frozenset())
            depth += 1
            frontier = self._advance(frontier, depth)

    def take(self, shapes: Mapping[str, Sequence[Shape]], events: int, *, cut: bool) -> None:
        """What was read: the events in force by key, how many were read, and whether not all."""
        self.left -= events
        self.cut = self.cut or cut
        self.truncated = self.truncated or cut
        self.known.by_key.update(shapes)

    def _lacking(self, keys: AbstractSet[str], whole: AbstractSet[str]) -> Iterator[Need]:
        """Events of things; those of a lot's pieces only where the lot itself is sought.

        Without that, each product passed on the way would bring every lot of it.
        """
        gathering = {key for key in whole if is_lot(key) or key == self.start}
        wanted = (keys - self.known.by_key.keys()) | (gathering - self._gathered)
        if wanted:
            self._gathered |= gathering
            yield Need(wanted, gathering & wanted)

    def _advance(self, frontier: list[State], depth: int) -> list[State]:
        following: list[State] = []
        for state in frontier:
            for step in follow(state, self._direction, self.known):
                if step.state.key not in self.depths and len(self.depths) >= self._limits.nodes:
                    self.truncated = True
                    continue
                self.links.add(step.link)
                if self._enter(step.state, depth):
                    following.append(step.state)
        return following

    def _enter(self, state: State, depth: int) -> bool:
        """Note a state; False when all of its time has been followed already."""
        windows = self.seen.setdefault((state.key, state.mode), [])
        whole = self.seen.get((state.key, Mode.WHOLE), ())
        window = state.window
        for held in (*windows, *whole):
            if held.start <= window.start and window.end <= held.end:
                return False
        windows[:] = [held for held in windows if not window.covers(held)]
        windows.append(window)
        known = self.depths.get(state.key)
        if known is None or (_RANK[state.mode] < _RANK[known[1]]):
            self.depths[state.key] = (known[0] if known else depth, state.mode)
        return True


_RANK = {mode: rank for rank, mode in enumerate(Mode)}
