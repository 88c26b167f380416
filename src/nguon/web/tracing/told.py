# SPDX-License-Identifier: Apache-2.0
"""The records about what was found, with their places and lanes, as their reader may see them."""

from collections.abc import Mapping

import msgspec

from nguon.base.audience import Disclosure
from nguon.registry import queries as registry
from nguon.registry.model import Place
from nguon.trace import lanes
from nguon.trace.asking.facts import Fact, main_place, ordered
from nguon.web.tracing.grounds import Grounds


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


def tell(grounds: Grounds) -> Told:
    """The records about what was found, their places, and the lane of each thing."""
    gathered, seen, _ = grounds.of_things
    wanted = set(grounds.found.keys)
    facts = [
        one
        for one in ordered(gathered.facts)
        if seen[one.number] is Disclosure.FULL and not wanted.isdisjoint(one.shape.handled)
    ]
    named = {main_place(one.place) for one in facts if one.place is not None}
    places = registry.places(grounds.store, grounds.audience, sorted(named)) if named else {}
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
