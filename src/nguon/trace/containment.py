# SPDX-License-Identifier: Apache-2.0
"""When a thing was inside, or attached to, another."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from nguon.store.values import Action, EventType
from nguon.trace.model import FUTURE, PAST, Window
from nguon.trace.shapes import Shape

_KINDS = (EventType.AGGREGATION, EventType.ASSOCIATION)


class Stay(NamedTuple):
    """A child's stay with a parent; ``event`` is the record that began (or ended) it."""

    parent: str
    window: Window
    event: int
    attached: bool


def stays(child: str, shapes: Iterable[Shape], *, exclusive: bool) -> list[Stay]:
    """All stays of a child, from the events of the child and of its parents.

    ``exclusive``: a single piece is in one container at a time, so that packing
    it elsewhere ends the earlier stay; parts of a lot may be in many. A stay seen
    only at its end began before every record; one never ended lasts on.
    """
    by_kind: dict[EventType, dict[int, Shape]] = {kind: {} for kind in _KINDS}
    for shape in shapes:
        if shape.event.type in by_kind:
            by_kind[shape.event.type][shape.event.id] = shape
    found: list[Stay] = []
    for kind, relevant in by_kind.items():
        if not relevant:
            continue
        attached = kind is EventType.ASSOCIATION
        ledger = _Ledger(child, attached=attached, exclusive=exclusive and not attached)
        for shape in _in_order(relevant.values(), ledger):
            ledger.note(shape)
        found += ledger.settle()
    return found


class _Ledger:
    """One child's comings and goings, in order of time."""

    def __init__(self, child: str, *, attached: bool, exclusive: bool) -> None:
        self.child = child
        self.attached = attached
        self.exclusive = exclusive
        self.open: dict[str, tuple[int, int]] = {}
        self.closed: list[Stay] = []

    def note(self, shape: Shape) -> None:
        event, parent = shape.event, shape.parent
        if self.child in shape.children:
            if event.action is Action.DELETE:
                self._leave(list(self.open) if parent is None else [parent], shape)
            elif parent is not None:
                self._enter(parent, shape)
        elif shape.empties and parent in self.open:
            self._close(parent, event.time)

    def settle(self) -> list[Stay]:
        for parent in list(self.open):
            self._close(parent, FUTURE)
        return self.closed

    def ends(self, shape: Shape) -> bool:
        """Whether an event ends a stay that is open now."""
        if shape.event.action is not Action.DELETE:
            return False
        return shape.parent in self.open or (shape.parent is None and bool(self.open))

    def _enter(self, parent: str, shape: Shape) -> None:
        if self.exclusive:
            for other in [held for held in self.open if held != parent]:
                self._close(other, shape.event.time)
        self.open.setdefault(parent, (shape.event.time, shape.event.id))

    def _leave(self, parents: list[str], shape: Shape) -> None:
        for parent in parents:
            if parent not in self.open:
                if any(stay.parent == parent for stay in self.closed):
                    continue
                self.open[parent] = (PAST, shape.event.id)
            self._close(parent, shape.event.time)

    def _close(self, parent: str, time: int) -> None:
        start, event = self.open.pop(parent)
        self.closed.append(Stay(parent, Window(start, time), event, self.attached))


_time_of = attrgetter("event.time")


def _in_order(shapes: Iterable[Shape], ledger: _Ledger) -> Iterator[Shape]:
    """Events in order of time. Of those at one time first what ends an open stay, then what
    begins one, then the other endings: the order in which they were captured says nothing.
    """
    for _, entries in groupby(sorted(shapes, key=_time_of), key=_time_of):
        together = list(entries)
        if len(together) > 1:
            together = _untied(together, ledger)
        yield from together


def _untied(shapes: Sequence[Shape], ledger: _Ledger) -> list[Shape]:
    ranked = [
        (0 if ledger.ends(shape) else 1 + (shape.event.action is Action.DELETE), shape)
        for shape in shapes
    ]
    ranked.sort(key=lambda entry: (entry[0], entry[1].parent or "", entry[1].event.id))
    return [shape for _, shape in ranked]
