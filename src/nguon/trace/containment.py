# SPDX-License-Identifier: Apache-2.0
"""When a thing was inside, or attached to, another."""

from collections.abc import Iterable
from typing import NamedTuple

from nguon.store.values import Action, EventType
from nguon.trace.model import FUTURE, PAST, Window
from nguon.trace.shapes import Shape


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
    found: list[Stay] = []
    for kind in (EventType.AGGREGATION, EventType.ASSOCIATION):
        relevant = {s.event.id: s for s in shapes if s.event.type is kind}
        ordered = sorted(relevant.values(), key=lambda s: (s.event.time, s.event.seq))
        attached = kind is EventType.ASSOCIATION
        found += _sweep(child, ordered, exclusive=exclusive and not attached, attached=attached)
    return found


def _sweep(child: str, ordered: list[Shape], *, exclusive: bool, attached: bool) -> list[Stay]:
    found: list[Stay] = []
    open_stays: dict[str, tuple[int, int]] = {}

    def close(parent: str, time: int) -> None:
        start, event = open_stays.pop(parent)
        found.append(Stay(parent, Window(start, time), event, attached))

    for shape in ordered:
        event, parent = shape.event, shape.parent
        if child in shape.children:
            if event.action is Action.DELETE:
                leaving = list(open_stays) if parent is None else [parent]
                for left in leaving:
                    if left not in open_stays and any(stay.parent == left for stay in found):
                        continue
                    open_stays.setdefault(left, (PAST, event.id))
                    close(left, event.time)
            elif parent is not None:
                if exclusive:
                    for other in [held for held in open_stays if held != parent]:
                        close(other, event.time)
                open_stays.setdefault(parent, (event.time, event.id))
        elif shape.empties and parent in open_stays:
            close(parent, event.time)
    found += [
        Stay(parent, Window(start, FUTURE), event, attached)
        for parent, (start, event) in open_stays.items()
    ]
    return found
