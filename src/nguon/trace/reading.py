# SPDX-License-Identifier: Apache-2.0
"""Reads what walks ask for: one batch a level for all of them, and nothing twice."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from nguon.store import Store
from nguon.store.lineage import Found
from nguon.trace.shapes import Shape, in_force
from nguon.trace.walk import Need, Walk

_NONE: AbstractSet[str] = frozenset()


class _Read(NamedTuple):
    """A thing's events: those in force, and the numbers of all."""

    shapes: list[Shape]
    numbers: frozenset[int]


class _Waiting(NamedTuple):
    walk: Walk
    steps: Iterator[Need]
    need: Need


class Reading:
    """The reads of some walks at one position of the log."""

    def __init__(self, store: Store, as_of: int) -> None:
        self._store = store
        self._as_of = as_of
        self._shapes: dict[int, Shape] = {}
        self._read: dict[tuple[str, bool], _Read] = {}

    def complete(self, walks: Sequence[Walk]) -> None:
        """Go all walks to their end, level by level."""
        started = [(walk, walk.run()) for walk in walks]
        waiting = _next(started)
        while waiting:
            asking = [one for one in waiting if not one.need.spans]
            if len(asking) == 1 or not self._together(asking):
                for one in asking:
                    self._alone(one)
            for one in waiting:
                if one.need.spans:
                    self._at_places(one)
            waiting = _next((one.walk, one.steps) for one in waiting)

    def levels(self, walk: Walk) -> Iterator[int]:
        """Go a walk to its end; gives each level when it was read, before the next is."""
        depth = 0
        for need in walk.run():
            yield from range(depth, walk.depth)
            depth = walk.depth
            one = _Waiting(walk, iter(()), need)
            if need.spans:
                self._at_places(one)
            else:
                self._alone(one)
        yield from range(depth, walk.depth + 1)

    def _together(self, waiting: Sequence[_Waiting]) -> bool:
        """Serve all from one read; False where more would have to be read than they may."""
        lacking = {
            (key, key in one.need.gathering) for one in waiting for key in one.need.keys
        } - self._read.keys()
        most = sum(one.walk.left for one in waiting)
        whole = {key for key, gathered in lacking if gathered}
        plain = {key for key, gathered in lacking if not gathered}
        both = whole & plain
        for keys, skipped in ((whole | plain, plain - both), (both, both)):
            if keys:
                found = self._events(keys, skipped, most)
                if found.cut:
                    return False
                for key in keys:
                    self._read[key, key not in skipped] = self._made(found, key)
        for one in waiting:
            self._serve(one)
        return True

    def _serve(self, one: _Waiting) -> None:
        need = one.need
        read = {key: self._read[key, key in need.gathering] for key in need.keys}
        events = len(frozenset[int]().union(*(entry.numbers for entry in read.values())))
        if events >= one.walk.left:
            self._alone(one)
        else:
            one.walk.take({key: entry.shapes for key, entry in read.items()}, events, cut=_NONE)

    def _alone(self, one: _Waiting) -> None:
        need = one.need
        found = self._events(need.keys, need.keys - need.gathering, one.walk.left)
        read = {key: self._made(found, key) for key in need.keys}
        events = len({event.id for events in found.values() for event in events})
        shapes = {key: entry.shapes for key, entry in read.items()}
        one.walk.take(shapes, events, cut=need.keys if found.cut else _NONE)

    def _at_places(self, one: _Waiting) -> None:
        spans = sorted(one.need.spans)
        most = one.walk.left
        found = self._store.lineage.events_within(spans, upto_seq=self._as_of, most=most)
        read = {place: self._made(found, place) for place in found}
        events = len(frozenset[int]().union(*(entry.numbers for entry in read.values())))
        one.walk.meet({place: entry.shapes for place, entry in read.items()}, events, cut=found.cut)

    def _events(self, keys: AbstractSet[str], skipped: AbstractSet[str], most: int) -> Found:
        return self._store.lineage.events_of(
            sorted(keys), skip_members=skipped, upto_seq=self._as_of, most=most
        )

    def _made(self, found: Found, key: str) -> _Read:
        events = found.get(key, [])
        shapes = [self._shapes.setdefault(one.id, Shape(one)) for one in in_force(events)]
        return _Read(shapes, frozenset(one.id for one in events))


def _next(started: Iterable[tuple[Walk, Iterator[Need]]]) -> list[_Waiting]:
    """Those that go on, with what each needs."""
    found = ((walk, steps, next(steps, None)) for walk, steps in started)
    return [_Waiting(walk, steps, need) for walk, steps, need in found if need is not None]
