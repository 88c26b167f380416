# SPDX-License-Identifier: Apache-2.0
"""Records that run backwards in time: a thing used before it was made, received or shipped.

A walk never follows them; they are told beside its answer, for somebody's clock, date or
code is wrong.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum

import msgspec

from nguon.epcis.terms import term
from nguon.store import Store
from nguon.store.values import Action, EventType
from nguon.trace.model import Mode
from nguon.trace.shapes import Shape
from nguon.trace.states import Handed
from nguon.trace.visibility import Findings


class BackwardKind(StrEnum):
    """Which step is recorded before its cause."""

    USED_BEFORE_MADE = "used-before-made"
    USED_BEFORE_RECEIVED = "used-before-received"
    RECEIVED_BEFORE_SHIPPED = "received-before-shipped"


class Backward(msgspec.Struct, frozen=True, order=True):
    """``event`` at ``time`` needs what ``cause`` recorded only later, at ``cause_time``."""

    key: str
    kind: BackwardKind
    time: int
    cause_time: int
    event: int
    cause: int


_RECEIVING = frozenset(term("bizStep", word) for word in ("receiving", "accepting", "arriving"))
_SHIPPING = frozenset(term("bizStep", word) for word in ("shipping", "departing"))
_NOT_GOODS = frozenset({Mode.PROCESS, Mode.ATTACHED})


def backwards(store: Store, findings: Findings, told: AbstractSet[int]) -> tuple[Backward, ...]:
    """Those among the records of the things found; only where both records are in ``told``.

    In the order of thing and time. The earliest cause counts: a lot made or received in
    several parts is used before none of them or before all.
    """
    numbers = sorted(told)
    received = store.lineage.with_terms(_RECEIVING, numbers)
    shipped = store.lineage.with_terms(_SHIPPING, numbers)
    handed = Handed(received, shipped)
    goods = (key for key, (_, mode) in findings.depths.items() if mode not in _NOT_GOODS)
    found: set[Backward] = set()
    for key in findings.known.doubtful(goods, told, handed):
        held = [shape for shape in findings.known.of(key) if shape.event.id in told]
        if len(held) > 1:
            found.update(_before_made(key, held))
            found.update(_before_received(key, held, received))
            found.update(_before_shipped(key, held, shipped, received))
    return tuple(sorted(found))


def _before_made(key: str, shapes: Sequence[Shape]) -> Iterator[Backward]:
    made = _earliest(shape for shape in shapes if key in shape.made)
    if made is None:
        return
    for shape in shapes:
        if key in shape.goods and shape.event.time < made.event.time:
            yield _backward(key, BackwardKind.USED_BEFORE_MADE, shape, made)


def _before_received(
    key: str, shapes: Sequence[Shape], received: AbstractSet[int]
) -> Iterator[Backward]:
    """Used at a place before its first arrival there."""
    arrivals = _by_place(shape for shape in shapes if shape.event.id in received)
    for shape in shapes:
        if not _uses(key, shape):
            continue
        here = [arrivals[place] for place in shape.places if place in arrivals]
        first = _earliest(one for arrived in here for one in arrived)
        if first is not None and shape.event.time < first.event.time:
            yield _backward(key, BackwardKind.USED_BEFORE_RECEIVED, shape, first)


def _before_shipped(
    key: str, shapes: Sequence[Shape], shipped: AbstractSet[int], received: AbstractSet[int]
) -> Iterator[Backward]:
    """To each place the first, second… arrival needs the first, second… shipping to it."""
    sent: dict[str, list[Shape]] = defaultdict(list)
    for shape in shapes:
        if shape.event.id in shipped and key in shape.goods:
            for place in shape.destinations:
                sent[place].append(shape)
    arrived = _by_place(s for s in shapes if s.event.id in received and key in s.goods)
    for place, shippings in sent.items():
        pairs = zip(_in_order(arrived.get(place, ())), _in_order(shippings), strict=False)
        for arrival, shipping in pairs:
            if arrival.event.time < shipping.event.time:
                yield _backward(key, BackwardKind.RECEIVED_BEFORE_SHIPPED, arrival, shipping)


def _uses(key: str, shape: Shape) -> bool:
    if shape.event.type is EventType.TRANSFORMATION:
        return key in shape.taken
    return key in shape.children and shape.event.action is Action.ADD


def _by_place(shapes: Iterable[Shape]) -> Mapping[str, list[Shape]]:
    found: dict[str, list[Shape]] = {}
    for shape in shapes:
        for place in shape.places:
            found.setdefault(place, []).append(shape)
    return found


def _in_order(shapes: Iterable[Shape]) -> list[Shape]:
    return sorted(shapes, key=lambda shape: (shape.event.time, shape.event.id))


def _earliest(shapes: Iterable[Shape]) -> Shape | None:
    return min(shapes, key=lambda shape: (shape.event.time, shape.event.id), default=None)


def _backward(key: str, kind: BackwardKind, shape: Shape, cause: Shape) -> Backward:
    return Backward(key, kind, shape.event.time, cause.event.time, shape.event.id, cause.event.id)
