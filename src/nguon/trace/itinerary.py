# SPDX-License-Identifier: Apache-2.0
"""Which records tell the way of one thing: its own, its sources', its carriers' meanwhile.

Only numbers of records are given; what a reader may see of them is decided
where they are read.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from nguon.store import Store
from nguon.trace.model import Direction, Limits, LinkKind, Mode, Window
from nguon.trace.service import findings_of
from nguon.trace.shapes import Shape
from nguon.trace.visibility import Findings


class Relation(StrEnum):
    """How a record concerns the thing."""

    OWN = "own"
    """It names the thing, or the lot that the thing is a piece of."""
    CARRIER = "carrier"
    """It names what the thing was inside of at that time."""
    SOURCE = "source"
    """It names what the thing was made of, or what was inside."""
    PIECE = "piece"
    """It names a piece of the lot in question."""


class Itinerary(msgspec.Struct, frozen=True):
    """Numbers of records with their relation; ``truncated`` says that there are more."""

    records: dict[int, Relation]
    truncated: bool


_MEMBER = LinkKind.MEMBER
_RELATIONS = {
    Mode.WHOLE: Relation.SOURCE,
    Mode.PART: Relation.SOURCE,
    Mode.LOT: Relation.OWN,
    Mode.CARRIER: Relation.CARRIER,
}
_CLOSENESS = (Relation.OWN, Relation.CARRIER, Relation.PIECE, Relation.SOURCE)


def itinerary(store: Store, key: str, *, limits: Limits) -> Itinerary:
    """The records that tell the way of ``key`` from its sources until now."""
    return itineraries(store, [key], limits=limits)[0]


def itineraries(store: Store, keys: Sequence[str], *, limits: Limits) -> list[Itinerary]:
    """The `itinerary` of many things, read together."""
    return [_told(found) for found in findings_of(store, keys, Direction.BACK, limits=limits)]


def _told(found: Findings) -> Itinerary:
    key = found.start
    records: dict[int, Relation] = {}
    pieces = {link.source for link in found.links if link.target == key and link.kind is _MEMBER}
    for (thing, mode), windows in found.windows.items():
        own = thing == key
        relation = Relation.OWN if own else _RELATIONS.get(mode)
        if thing in pieces and relation is Relation.SOURCE:
            relation = Relation.PIECE
        if relation is None:
            continue
        for shape in found.known.of(thing):
            if not _meanwhile(shape.event.time, windows, relation):
                continue
            if own or _handles(shape, thing, relation):
                before = records.get(shape.event.id, relation)
                records[shape.event.id] = min(before, relation, key=_CLOSENESS.index)
    return Itinerary(records, found.truncated)


def _meanwhile(time: int, windows: Iterable[Window], relation: Relation) -> bool:
    """Whether a record lies in the time that matters: of goods all until its end."""
    if relation is Relation.CARRIER:
        return any(window.start <= time <= window.end for window in windows)
    return any(time <= window.end for window in windows)


def _handles(shape: Shape, thing: str, relation: Relation) -> bool:
    """Whether a record is about the thing itself, not about what else was put into it."""
    if relation is Relation.CARRIER and shape.empties and shape.parent == thing:
        return True
    return thing in shape.handled
