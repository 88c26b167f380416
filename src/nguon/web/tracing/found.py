# SPDX-License-Identifier: Apache-2.0
"""The answer behind every view and every file of the desk: one trace, as its reader may see it."""

from collections.abc import Mapping

import msgspec

from nguon.base.audience import Audience, Disclosure
from nguon.registry import queries as registry
from nguon.registry.model import Place
from nguon.store import Store
from nguon.trace import lanes
from nguon.trace.answering import Answer, answer
from nguon.trace.asking.facts import Fact, main_place, ordered
from nguon.trace.asking.gathering import gather
from nguon.trace.asking.holdings import goods
from nguon.trace.asking.seeing import levels
from nguon.trace.known import seq_at
from nguon.trace.model import Direction, Limits, Lineage, Mode, Node
from nguon.trace.service import Question
from nguon.trace.starting import Starts, starts
from nguon.web.tracing.asked import Asked


class Found(msgspec.Struct, frozen=True):
    """What was asked and found; ``lineage`` has both directions together, where both were asked."""

    asked: Asked
    starts: Starts
    answers: tuple[Answer, ...]
    lineage: Lineage

    @property
    def things(self) -> list[Node]:
        """The things found, without processes."""
        return [node for node in self.lineage.nodes if node.mode is not Mode.PROCESS]

    @property
    def keys(self) -> list[str]:
        """Their keys."""
        return [node.key for node in self.things]


class Told(msgspec.Struct, frozen=True):
    """The records about things found that the reader sees in full, in the order of time; the
    registered places of these records, the lane of each thing and the lots of pieces.
    """

    facts: tuple[Fact, ...]
    places: Mapping[str, Place]
    lanes: Mapping[str, str]
    lot_of: Mapping[str, str]

    def about(self, key: str) -> list[Fact]:
        """The records that name a thing."""
        return [one for one in self.facts if key in one.shape.handled]


def find(store: Store, audience: Audience, asked: Asked) -> Found | None:
    """The trace of what was asked; None where a text names a subject that has no goods.

    Raises as `nguon.trace.starting.starts`.
    """
    begun = starts(store, audience, asked.item)
    if not begun.keys:
        return None
    moment = asked.moment
    upto = None if moment is None else seq_at(store, moment)
    answers = tuple(
        answer(
            store,
            audience,
            Question(begun.keys, direction, Limits(nodes=asked.most), upto, asked.following),
        )
        for direction in asked.direction.directions
    )
    return Found(asked, begun, answers, _together([one.lineage for one in answers]))


def tell(store: Store, audience: Audience, found: Found) -> Told:
    """The records about what was found, their places, and the lane of each thing."""
    gathered = gather(store, goods(found.keys), upto_seq=found.lineage.as_of)
    start = found.lineage.start
    seen = levels(store, audience, gathered.events, start, cut=gathered.cut)
    wanted = set(found.keys)
    facts = [
        one
        for one in ordered(gathered.facts)
        if seen[one.number] is Disclosure.FULL and not wanted.isdisjoint(one.shape.handled)
    ]
    named = {main_place(one.place) for one in facts if one.place is not None}
    places = registry.places(store, audience, sorted(named)) if named else {}
    return Told(tuple(facts), places, _lanes(facts, places, wanted), gathered.lot_of)


def _lanes(facts: list[Fact], places: Mapping[str, Place], wanted: set[str]) -> dict[str, str]:
    """The lane of the first record of each thing that has one."""
    found: dict[str, str] = {}
    for one in facts:
        new = (one.shape.made or one.shape.handled) & wanted - found.keys()
        if not new:
            continue
        place = places.get(main_place(one.place)) if one.place else None
        lane = lanes.lane_of(one.step, None if place is None else place.kind.value)
        if lane != lanes.UNKNOWN:
            found |= dict.fromkeys(new, lane)
    return found


def _together(lineages: list[Lineage]) -> Lineage:
    """Both directions as one lineage: each thing once, with the fewest steps."""
    if len(lineages) == 1:
        return lineages[0]
    nodes: dict[str, Node] = {}
    for node in sorted((one for each in lineages for one in each.nodes), key=lambda one: one.depth):
        nodes.setdefault(node.key, node)
    return msgspec.structs.replace(
        lineages[0],
        direction=Direction.FORWARD,
        as_of=min(one.as_of for one in lineages),
        nodes=tuple(nodes.values()),
        links=tuple(dict.fromkeys(link for one in lineages for link in one.links)),
        truncated=any(one.truncated for one in lineages),
        withheld=sum(one.withheld for one in lineages),
        erased=max(one.erased for one in lineages),
        unfollowed=sum(one.unfollowed for one in lineages),
        limit=next((one.limit for one in lineages if one.limit), None),
        limit_depth=next((one.limit_depth for one in lineages if one.limit), None),
    )
