# SPDX-License-Identifier: Apache-2.0
"""The walk from one thing, breadth first: says what must be read next, goes on when it was."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from nguon.gs1 import key_hash
from nguon.store.lineage import Span
from nguon.trace.model import Direction, Following, Limit, Limits, Link, Mode, Window
from nguon.trace.naming import is_lot
from nguon.trace.progress import Progress, Tell, nobody
from nguon.trace.shapes import Shape
from nguon.trace.states import State, Step
from nguon.trace.steps import Flow

_OFTEN = 5_000
"""Things followed between two tellings of the progress."""


class Need(NamedTuple):
    """Things whose events are to be read; of those in ``gathering`` also those of their pieces.

    ``spans`` are times of places (`Walk.meet`).
    """

    keys: AbstractSet[str]
    gathering: AbstractSet[str]
    spans: AbstractSet[Span] = frozenset()


class Walk:
    """Everything found from the ``starts``; time is respected, and no loop is walked twice.

    ``depth`` is the level that is being read; ``fresh_keys`` and ``fresh_links`` are what
    was found and not given yet, with its level. ``limit`` is the first limit met, at
    ``limit_depth`` steps; ``unfollowed`` are things that hang on the answer and were not
    followed for it.
    """

    def __init__(
        self,
        starts: Sequence[str],
        direction: Direction,
        limits: Limits,
        following: Following,
        *,
        without: AbstractSet[str] = frozenset(),
    ) -> None:
        self.starts = tuple(key for key in dict.fromkeys(starts) if key not in without)
        self._without = without
        self.flow = Flow(frozenset(starts), direction, following)
        self.flow.meeting.left *= limits.nodes
        self.known = self.flow.known
        self.seen: dict[tuple[str, Mode], list[Window]] = {}
        self.depths: dict[str, tuple[int, Mode]] = {}
        self.links: set[Link] = set()
        self.limit: Limit | None = None
        self.limit_depth: int | None = None
        self.unfollowed: set[str] = set()
        self.cut = False
        self.left = limits.records
        self.depth = 0
        self.fresh_keys: list[tuple[int, str]] = []
        self.fresh_links: list[tuple[int, Link]] = []
        self._limits = limits
        self._gathered: set[str] = set()
        self._spans: set[Span] = set()
        self._parts: dict[tuple[str, Window], list[Window]] = {}
        self.tell: Tell = nobody

    @property
    def truncated(self) -> bool:
        """Whether there is more than was found."""
        return self.limit is not None

    def run(self) -> Iterator[Need]:
        """Each need must be met with `take` before the next is asked for."""
        frontier = [State(key, Mode.WHOLE, Window()) for key in self.starts]
        for state in frontier:
            self._enter(state)
        while frontier:
            whole = {state.key for state in frontier if state.mode is Mode.WHOLE}
            yield from self._lacking({state.key for state in frontier}, whole)
            if self.depth == self._limits.depth:
                self._met("depth", {state.key for state in frontier})
                return
            beside = {key for state in frontier for key in self.flow.neighbours(state)}
            yield from self._lacking(beside, frozenset())
            yield from self._unmet(frontier)
            self.depth += 1
            frontier = self._advance(frontier)

    def take(
        self, shapes: Mapping[str, Sequence[Shape]], events: int, *, cut: AbstractSet[str]
    ) -> None:
        """What was read: the events in force by key, how many were read, and of which things
        perhaps not all.
        """
        self.left -= events
        if cut:
            self.cut = True
            self._met("records", cut)
        self.known.by_key.update(shapes)

    def fresh(self, upto: int) -> tuple[dict[str, None], set[Link]]:
        """The things and links found on levels up to ``upto`` that were not given yet."""
        keys = dict.fromkeys(key for depth, key in self.fresh_keys if depth <= upto)
        links = {link for depth, link in self.fresh_links if depth <= upto}
        self.fresh_keys = [entry for entry in self.fresh_keys if entry[0] > upto]
        self.fresh_links = [entry for entry in self.fresh_links if entry[0] > upto]
        return keys, links

    def meet(self, read: Mapping[str, Iterable[Shape]], events: int, *, cut: bool) -> None:
        """What happened at places: the events in force by place, how many, whether not all."""
        self.left -= events
        if cut:
            self.cut = True
            self._met("records", frozenset())
        for place, shapes in read.items():
            self.flow.meeting.take(place, shapes)

    def _unmet(self, frontier: list[State]) -> Iterator[Need]:
        """What happened at the places of things, where the asker follows that."""
        if not self.flow.meeting.asked:
            return
        spans = self.flow.meeting.spans(frontier) - self._spans
        if spans:
            self._spans |= spans
            yield Need(frozenset(), frozenset(), spans)

    def _met(self, limit: Limit, keys: AbstractSet[str]) -> None:
        if self.limit is None:
            self.limit, self.limit_depth = limit, self.depth
        self.unfollowed |= keys

    def _lacking(self, keys: AbstractSet[str], whole: AbstractSet[str]) -> Iterator[Need]:
        """Events of things; those of a lot's pieces only where the lot itself is sought.

        Without that, each product passed on the way would bring every lot of it.
        """
        gathering = {key for key in whole if is_lot(key) or key in self.starts}
        wanted = (keys - self.known.by_key.keys()) | (gathering - self._gathered)
        if wanted:
            self._gathered |= gathering
            yield Need(wanted, gathering & wanted)

    def _advance(self, frontier: list[State]) -> list[State]:
        """The next level. In which order records were captured does not matter to it."""
        steps: list[Step] = []
        for number, state in enumerate(frontier):
            if number % _OFTEN == 0:
                self.tell(Progress(self.depth, len(self.depths)))
            steps += self.flow.follow(state)
        if self.flow.meeting.left < 0:
            self._met("things", {state.key for state in frontier})
        if self._without:
            steps = [step for step in steps if step.state.key not in self._without]
        new = {step.state.key for step in steps} - self.depths.keys()
        room = max(self._limits.nodes - len(self.depths), 0)
        if len(new) > room:
            beyond = set(sorted(new, key=key_hash)[room:])
            self._met("things", beyond)
            steps = [step for step in steps if step.state.key not in beyond]
        for step in steps:
            if step.link not in self.links:
                self.links.add(step.link)
                self.fresh_links.append((self.depth, step.link))
        states = sorted({step.state for step in steps}, key=_order)
        return [state for state in states if self._enter(state)]

    def _enter(self, state: State) -> bool:
        """Note a state; False when all of its time has been followed already."""
        windows = self.seen.setdefault((state.key, state.mode), [])
        held = windows
        if state.stay is not None:
            held = self._parts.setdefault((state.key, state.stay), [])
        if _covered(state.window, held) or _covered(
            state.window, self.seen.get((state.key, Mode.WHOLE), ())
        ):
            return False
        _add(held, state.window)
        if held is not windows:
            _add(windows, state.window)
        known = self.depths.get(state.key)
        if known is None or (_RANK[state.mode] < _RANK[known[1]]):
            self.depths[state.key] = (known[0] if known else self.depth, state.mode)
            self.fresh_keys.append((self.depth, state.key))
        return True


def _covered(window: Window, held: Sequence[Window]) -> bool:
    return any(one.start <= window.start and window.end <= one.end for one in held)


def _add(held: list[Window], window: Window) -> None:
    held[:] = [one for one in held if not window.covers(one)]
    held.append(window)


def _order(state: State) -> tuple[int, int, int, bool, str]:
    """The fullest mode and the widest window first: what they cover is not followed again."""
    window = state.window
    return _RANK[state.mode], window.start, -window.end, not state.onward, state.key


_RANK = {mode: rank for rank, mode in enumerate(Mode)}
