# SPDX-License-Identifier: Apache-2.0
"""Several lineages read together, each as its reader may see it, and the visits of their things."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from nguon.base.audience import Audience, Disclosure
from nguon.epcis.items import Role
from nguon.store import Store
from nguon.store.values import EventType
from nguon.trace.asking.facts import main_place, place_of
from nguon.trace.asking.seeing import levels
from nguon.trace.model import Direction, Limits, Lineage, LinkKind, Mode
from nguon.trace.service import findings_of
from nguon.trace.shapes import Shape
from nguon.trace.visibility import Findings, as_seen, records

GOODS = frozenset({Mode.WHOLE, Mode.PART, Mode.LOT})
"""The goods themselves, and lots of which a part is concerned."""
WHOLE_GOODS = GOODS - {Mode.LOT}
"""The goods themselves."""


class Traced(NamedTuple):
    """Lineages in the order asked for, and how much of each record the reader sees."""

    found: list[Findings]
    lineages: list[Lineage]
    disclosed: Mapping[int, Disclosure]

    @property
    def truncated(self) -> bool:
        return any(one.truncated for one in self.lineages)


class Visit(NamedTuple):
    """A record that handled a thing, where and with whom."""

    key: str
    time: int
    place: str | None
    equipment: str | None
    parties: tuple[str, ...]


def traced(
    store: Store,
    audience: Audience,
    keys: Sequence[str],
    direction: Direction,
    *,
    limits: Limits,
    upto_seq: int | None,
) -> Traced:
    """The lineages of many things: what they share is read once."""
    found = findings_of(store, keys, direction, limits=limits, upto_seq=upto_seq)
    events = {number: one for each in found for number, one in records(each).items()}
    cut = any(each.cut for each in found)
    asked = keys[0] if keys else ""
    disclosed = levels(store, audience, list(events.values()), asked, cut=cut)
    return Traced(found, [as_seen(each, disclosed) for each in found], disclosed)


def visits(one: Findings, disclosed: Mapping[int, Disclosure]) -> Iterator[Visit]:
    """What the reader sees of the handling of the things of a lineage, while they mattered."""
    for (key, mode), windows in one.windows.items():
        if mode in (Mode.PROCESS, Mode.ATTACHED):
            continue
        for shape in one.known.of(key):
            event = shape.event
            if disclosed[event.id] is not Disclosure.FULL or key not in _about(shape):
                continue
            if any(window.start <= event.time <= window.end for window in windows):
                yield _visit(key, shape)


def successors(lineages: Sequence[Lineage]) -> dict[str, set[str]]:
    """From everything to what hangs on it: inputs to outputs, lots to pieces, containers to what
    was inside.
    """
    found: dict[str, set[str]] = {}
    for lineage in lineages:
        for link in lineage.links:
            made = link.kind in (LinkKind.TRANSFORMED, LinkKind.SHARED)
            ends = (link.source, link.target) if made else (link.target, link.source)
            found.setdefault(ends[0], set()).add(ends[1])
    return found


def origins(lineages: Sequence[Lineage]) -> list[str]:
    """The goods that nothing recorded was made into: where a way begins."""
    made = {
        link.target
        for lineage in lineages
        for link in lineage.links
        if link.kind is LinkKind.TRANSFORMED
    }
    members = [
        link for lineage in lineages for link in lineage.links if link.kind is LinkKind.MEMBER
    ]
    pieces = {link.source for link in members}
    lots_of_made = {link.target for link in members if link.source in made}
    goods = {n.key for lineage in lineages for n in lineage.nodes if n.mode in GOODS}
    return sorted(goods - made - pieces - lots_of_made)


def _visit(key: str, shape: Shape) -> Visit:
    place = place_of(shape)
    points = [item.key for item in shape.event.items if item.role in _PLACES]
    parties = {item.key for item in shape.event.items if item.role in _PARTIES}
    return Visit(
        key,
        shape.event.time,
        None if place is None else main_place(place),
        next((point for point in points if "/254/" in point), None),
        tuple(sorted(party for party in parties if party.startswith("417/"))),
    )


def _about(shape: Shape) -> AbstractSet[str]:
    """The things that were there: of a making what was made, of which the inputs are a part."""
    if shape.event.type is EventType.TRANSFORMATION:
        return shape.made or shape.taken.keys()
    return shape.handled if shape.parent is None else shape.handled | {shape.parent}


_PLACES = (Role.READ_POINT, Role.BIZ_LOCATION)
_PARTIES = (Role.SOURCE, Role.DESTINATION)
