# SPDX-License-Identifier: Apache-2.0
"""From one thing found to the next: the links that its events show.

Forward and back are the same paths read in either sense: what one finds from its
start, the other finds from the end (``docs/trace.md`` has the rules).
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import chain

from nguon.epcis.items import ItemRef
from nguon.gs1 import memberships
from nguon.trace.containment import Stay, stays
from nguon.trace.meeting import Meeting
from nguon.trace.model import Confidence, Direction, Following, Link, LinkKind, Mode, Window
from nguon.trace.naming import is_lot, is_piece, is_product, sureness
from nguon.trace.shapes import Shape
from nguon.trace.states import GOODS, Known, State, Step, crossing, followed

__all__ = ["GOODS", "Flow", "Known", "State", "Step", "is_lot", "is_piece", "is_product"]

_ENDS = frozenset({Mode.ATTACHED, Mode.PROCESS})
_HOLDING = frozenset({LinkKind.CONTAINED, LinkKind.ASSOCIATED})


class Flow:
    """The ways on from a thing, for one question."""

    def __init__(
        self, starts: AbstractSet[str], direction: Direction, following: Following
    ) -> None:
        self.known = Known()
        self._starts = starts
        self._forward = direction is Direction.FORWARD
        self._kinds = following.kinds
        self._least = following.least
        self._held: dict[tuple[str, ...], list[Stay]] = {}
        self.meeting = Meeting(self.known, direction, following)

    def neighbours(self, state: State) -> frozenset[str]:
        """Keys whose events must be read before this state can be followed.

        A stay is judged from the child's and the parent's events together.
        """
        state = followed(state)
        if state.mode in _ENDS or state.mode is Mode.LOT or self._kinds.isdisjoint(_HOLDING):
            return frozenset()
        keys: set[str] = set()
        sure = sureness(state.key) >= self._least
        for shape in self.known.of(state.key):
            if sure and state.key in shape.children and shape.parent is not None:
                keys.add(shape.parent)
            if state.mode in GOODS and shape.parent == state.key:
                keys.update(key for key in shape.children if sureness(key) >= self._least)
        return frozenset(keys)

    def follow(self, state: State) -> Iterator[Step]:
        """All steps from a state; the shapes of it and of its `neighbours` must be known."""
        state = followed(state)
        if state.mode is Mode.ATTACHED:
            return
        kinds = self._kinds
        if LinkKind.TRANSFORMED in kinds:
            yield from self._transformations(state)
        if self.meeting.asked:
            yield from self.meeting.steps(state)
        if state.mode is Mode.PROCESS or state.mode is Mode.LOT:
            return
        if LinkKind.CONTAINED in kinds or LinkKind.ASSOCIATED in kinds:
            yield from self._parents(state)
            if state.mode in GOODS:
                yield from self._children(state)
        if LinkKind.MEMBER in kinds and self._least <= Confidence.LOT:
            if state.mode is Mode.WHOLE:
                yield from self._members(state)
            yield from self._own_lots(state)

    def _transformations(self, state: State) -> Iterator[Step]:
        """What was made of it, or what it was made of.

        What only carried the goods stands for them while they were inside; so does a lot
        for its piece.
        """
        key, forward = state.key, self._forward
        first, last = crossing(state, forward=forward)
        for shape in self.known.of(key):
            process = state.mode is Mode.PROCESS and key in shape.processes
            if not process:
                if not first <= shape.event.time <= last:
                    continue
                if key not in (shape.taken if forward else shape.made):
                    continue
            yield from self._through(key, shape, process=process)

    def _through(self, key: str, shape: Shape, *, process: bool) -> Iterator[Step]:
        forward, time = self._forward, shape.event.time
        window = Window(start=time) if forward else Window(time, time)
        sure = Confidence.EXACT if process else sureness(key)
        for item in shape.outputs if forward else shape.inputs:
            if item.key == key:
                continue
            confidence = min(sure, sureness(item.key))
            if confidence >= self._least:
                link = self._made(key, item, shape, confidence)
                yield Step(State(item.key, Mode.WHOLE, window), link)
        if process or sure < self._least:
            return
        for number in shape.processes:
            ends = (key, number) if forward else (number, key)
            link = Link(*ends, LinkKind.TRANSFORMED, shape.event.id, confidence=sure)
            yield Step(State(number, Mode.PROCESS, window), link)

    def _made(self, here: str, item: ItemRef, shape: Shape, confidence: Confidence) -> Link:
        source, target = (here, item.key) if self._forward else (item.key, here)
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
            confidence=confidence,
        )

    def _stays(self, child: str, parents: Iterable[str]) -> list[Stay]:
        """The stays of a child that are followed; reckoned once, however often it is met."""
        if sureness(child) < self._least:
            return []
        asked = child, *parents
        if asked not in self._held:
            found = stays(child, chain(*map(self.known.of, asked)), exclusive=is_piece(child))
            self._held[asked] = [stay for stay in found if _kind(stay) in self._kinds]
        return self._held[asked]

    def _parents(self, state: State) -> Iterator[Step]:
        """What carried it: for goods any time on from (or up to) their window, else meanwhile.

        What it was attached to is followed from the start alone, and shown forward.
        """
        first = state.key in self._starts and state.mode is Mode.WHOLE
        reach = state.window
        if state.mode in GOODS:
            reach = Window(start=reach.start) if self._forward else Window(end=reach.end)
        key = state.key
        parents = {s.parent for s in self.known.of(key) if key in s.children and s.parent}
        for stay in self._stays(key, sorted(parents)) if parents else ():
            if stay.attached and not (first or self._forward):
                continue
            if state.stay and not stay.attached and stay.window.overlaps(state.stay):
                continue
            meanwhile = stay.window.meet(reach)
            if meanwhile is not None:
                mode = Mode.ATTACHED if stay.attached and not first else Mode.CARRIER
                yield Step(State(stay.parent, mode, meanwhile), _link(key, stay))

    def _children(self, state: State) -> Iterator[Step]:
        """What was inside then. Origins of what was attached are sought from the start alone."""
        onward = not self._forward and state.key in self._starts and state.mode is Mode.WHOLE
        own = [shape for shape in self.known.of(state.key) if shape.parent == state.key]
        for child in sorted({child for shape in own for child in shape.children}):
            for stay in self._stays(child, [state.key]):
                meanwhile = stay.window.meet(state.window)
                if stay.parent == state.key and meanwhile is not None:
                    yield Step(_inside(child, stay, meanwhile, onward=onward), _link(child, stay))

    def _members(self, state: State) -> Iterator[Step]:
        """The pieces of a lot (the lots and pieces of a product, where the trace starts there)."""
        key = state.key
        if key in self._starts and is_product(key):
            members = set[str]().union(*(s.goods for s in self.known.of(key)))
            members = {one for one in members if key in memberships(one)}
        elif is_lot(key):
            members = set[str]().union(*(s.pieces.get(key, ()) for s in self.known.of(key)))
        else:
            return
        for member in sorted(members - {key}):
            link = Link(member, key, LinkKind.MEMBER, confidence=Confidence.LOT)
            yield Step(State(member, Mode.WHOLE, state.window), link)

    def _own_lots(self, state: State) -> Iterator[Step]:
        """The lots that a piece belongs to: their making is its making, their use its use."""
        key = state.key
        if not is_piece(key):
            return
        lots = set[str]().union(*(s.wholes.get(key, ()) for s in self.known.of(key)))
        lots.update(memberships(key))
        window = state.window
        if not self._forward:
            window = Window(end=window.end)
        elif state.mode in GOODS:
            window = Window(start=window.start)
        for lot in sorted(one for one in lots if is_lot(one)):
            link = Link(key, lot, LinkKind.MEMBER, confidence=Confidence.LOT)
            yield Step(State(lot, Mode.LOT, window), link)


def _kind(stay: Stay) -> LinkKind:
    return LinkKind.ASSOCIATED if stay.attached else LinkKind.CONTAINED


def _link(child: str, stay: Stay) -> Link:
    start, end = stay.window.start, stay.window.end
    return Link(child, stay.parent, _kind(stay), stay.event, start, end, confidence=sureness(child))


def _inside(child: str, stay: Stay, meanwhile: Window, *, onward: bool) -> State:
    if stay.attached:
        return State(child, Mode.ATTACHED, meanwhile, onward=onward)
    if is_piece(child):
        return State(child, Mode.WHOLE, meanwhile)
    return State(child, Mode.PART, meanwhile, stay.window)
