# SPDX-License-Identifier: Apache-2.0
"""From one thing found to the next: the links that its events show."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from nguon.epcis.items import ItemRef
from nguon.gs1 import memberships
from nguon.trace.containment import Stay, stays
from nguon.trace.model import Direction, Link, LinkKind, Mode, Window
from nguon.trace.shapes import Shape

GOODS = (Mode.WHOLE, Mode.PART)
"""Modes of the goods themselves."""


class State(NamedTuple):
    """A thing on the frontier: how it is followed and for which time."""

    key: str
    mode: Mode
    window: Window


class Step(NamedTuple):
    """A next thing, and the link that led to it."""

    state: State
    link: Link


def is_lot(key: str) -> bool:
    """Whether a key names a lot (a class of goods with a lot number)."""
    return "/10/" in key and "/21/" not in key


def is_product(key: str) -> bool:
    """Whether a key names a product without lot or serial."""
    return key.startswith("01/") and key.count("/") == 1


def is_piece(key: str) -> bool:
    """Whether a key names a single thing, which can be in one place only."""
    return not (is_lot(key) or is_product(key))


class Known:
    """The shapes of the events read so far, by the item that they concern."""

    def __init__(self) -> None:
        self.by_key: dict[str, Sequence[Shape]] = {}

    def of(self, key: str) -> Sequence[Shape]:
        """The shapes of all events of a thing."""
        return self.by_key.get(key, ())


def neighbours(state: State, known: Known) -> frozenset[str]:
    """Keys whose events must be read before this state can be followed.

    A stay is judged from the child's and the parent's events together.
    """
    if state.mode in (Mode.ATTACHED, Mode.PROCESS):
        return frozenset()
    keys: set[str] = set()
    for shape in known.of(state.key):
        if state.key in shape.children and shape.parent is not None:
            keys.add(shape.parent)
        if state.mode in GOODS and shape.parent == state.key:
            keys |= shape.children
    return frozenset(keys)


def follow(state: State, direction: Direction, known: Known) -> Iterator[Step]:
    """All steps from a state; the shapes of it and of its `neighbours` must be known."""
    if state.mode is Mode.ATTACHED:
        return
    if state.mode in (*GOODS, Mode.LOT, Mode.PROCESS):
        yield from _transformations(state, direction, known)
    if state.mode is Mode.PROCESS:
        return
    if state.mode in (*GOODS, Mode.CARRIER):
        yield from _parents(state, direction, known)
    if state.mode in GOODS:
        yield from _children(state, known)
        if state.mode is Mode.WHOLE or direction is Direction.FORWARD:
            yield from _members(state, known)
        if direction is Direction.BACK:
            yield from _own_lots(state, known)


def _transformations(state: State, direction: Direction, known: Known) -> Iterator[Step]:
    forward = direction is Direction.FORWARD
    for shape in known.of(state.key):
        time = shape.event.time
        process = state.mode is Mode.PROCESS and state.key in shape.processes
        if not process:
            if (time < state.window.start) if forward else (time > state.window.end):
                continue
            if state.key not in (shape.taken if forward else shape.made):
                continue
        there = shape.outputs if forward else shape.inputs
        window = Window(start=time) if forward else Window(time, time)
        for item in there:
            if item.key != state.key:
                yield Step(
                    State(item.key, Mode.WHOLE, window),
                    _made(state.key, item, shape, forward=forward),
                )
        if not process:
            for key in shape.processes:
                link = Link(*_ends(state.key, key, forward), LinkKind.TRANSFORMED, shape.event.id)
                yield Step(State(key, Mode.PROCESS, window), link)


def _ends(here: str, there: str, forward: bool) -> tuple[str, str]:
    return (here, there) if forward else (there, here)


def _made(here: str, item: ItemRef, shape: Shape, *, forward: bool) -> Link:
    source, target = _ends(here, item.key, forward)
    taken = shape.taken.get(source)
    time = shape.event.time
    return Link(
        source,
        target,
        LinkKind.TRANSFORMED,
        shape.event.id,
        time,
        time,
        None if taken is None else taken.amount,
    )


def _stays(child: str, parents: Iterable[str], known: Known) -> list[Stay]:
    shapes = chain(known.of(child), *map(known.of, parents))
    return stays(child, shapes, exclusive=is_piece(child))


def _link(child: str, stay: Stay) -> Link:
    kind = LinkKind.ASSOCIATED if stay.attached else LinkKind.CONTAINED
    return Link(child, stay.parent, kind, stay.event, stay.window.start, stay.window.end)


def _parents(state: State, direction: Direction, known: Known) -> Iterator[Step]:
    """What carried it: for goods any time on from (or up to) their window, else meanwhile."""
    reach = state.window
    if state.mode in GOODS:
        forward = direction is Direction.FORWARD
        reach = Window(start=reach.start) if forward else Window(end=reach.end)
    parents = {s.parent for s in known.of(state.key) if state.key in s.children and s.parent}
    for stay in _stays(state.key, sorted(parents), known) if parents else ():
        if state.mode is Mode.PART and not stay.attached and stay.window.overlaps(state.window):
            continue
        meanwhile = stay.window.meet(reach)
        if meanwhile is not None:
            yield Step(State(stay.parent, Mode.CARRIER, meanwhile), _link(state.key, stay))


def _children(state: State, known: Known) -> Iterator[Step]:
    """What was inside then."""
    own = [shape for shape in known.of(state.key) if shape.parent == state.key]
    for child in sorted({child for shape in own for child in shape.children}):
        for stay in _stays(child, [state.key], known):
            meanwhile = stay.window.meet(state.window)
            if stay.parent == state.key and meanwhile is not None:
                goods = Mode.WHOLE if is_piece(child) else Mode.PART
                mode = Mode.ATTACHED if stay.attached else goods
                yield Step(State(child, mode, meanwhile), _link(child, stay))


def _members(state: State, known: Known) -> Iterator[Step]:
    """The pieces of a lot (the lots and pieces of a product, where the trace starts there)."""
    members = set[str]().union(*(s.pieces.get(state.key, ()) for s in known.of(state.key)))
    for member in sorted(members - {state.key}):
        link = Link(member, state.key, LinkKind.MEMBER)
        yield Step(State(member, Mode.WHOLE, state.window), link)


def _own_lots(state: State, known: Known) -> Iterator[Step]:
    """The lots that a piece belongs to: their making is its making."""
    if is_lot(state.key) or is_product(state.key):
        return
    lots = set[str]().union(*(s.wholes.get(state.key, ()) for s in known.of(state.key)))
    lots.update(memberships(state.key))
    for lot in sorted(key for key in lots if is_lot(key)):
        yield Step(
            State(lot, Mode.LOT, Window(end=state.window.end)),
            Link(state.key, lot, LinkKind.MEMBER),
        )
