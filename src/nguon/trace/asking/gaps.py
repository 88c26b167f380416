# SPDX-License-Identifier: Apache-2.0
"""What is missing in a lineage, and whom to ask for it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from nguon.base.audience import Audience, Disclosure
from nguon.base.time import from_microseconds
from nguon.store import Store, registry
from nguon.trace.asking.facts import Fact, main_place
from nguon.trace.asking.gap import Gap, GapKind
from nguon.trace.asking.gap_rules import Known, found
from nguon.trace.asking.gathering import gather
from nguon.trace.asking.holdings import goods
from nguon.trace.asking.seeing import levels
from nguon.trace.asking.world import reckoned
from nguon.trace.model import Direction, Lineage, Mode

__all__ = ["Gap", "GapKind", "gaps_of"]

_NOT_GOODS = (Mode.PROCESS, Mode.ATTACHED)


def gaps_of(
    store: Store, audience: Audience, lineage: Lineage, *, now: datetime | None = None
) -> tuple[Gap, ...]:
    """The gaps of all things of a lineage, in the order of time.

    Reckoned over all records, and told where the reader may see the record that shows the gap.
    Goods under way are missed when their allowance has passed at ``now`` (the time of the last
    record known). Stages are judged where the lineage goes back to the origins.
    """
    keys = goods(node.key for node in lineage.nodes if node.mode not in _NOT_GOODS)
    gathered = gather(store, keys, upto_seq=lineage.as_of)
    disclosed = levels(store, audience, gathered.events, lineage.start, cut=gathered.cut)
    world = reckoned(gathered.facts, gathered.things, gathered.lot_of, gathered.parties)
    known = Known(
        gathered.facts,
        world,
        gathered.organisations,
        gathered.parties,
        _known_places(store, gathered.organisations, gathered.facts),
        _at_home(store, gathered.organisations),
        now or _last(store, lineage.as_of),
        gathered.weights,
        lineage.start if lineage.direction is Direction.BACK else None,
    )
    seen = [
        gap
        for gap in found(known)
        if gap.event is None or disclosed.get(gap.event) is Disclosure.FULL
    ]
    return tuple(sorted(seen, key=_order))


def _last(store: Store, as_of: int) -> datetime:
    entries = store.log.at([as_of])
    return from_microseconds(entries[0].record_time) if entries else datetime.now(UTC)


def _known_places(store: Store, organisations: Mapping[str, int], facts: list[Fact]) -> set[str]:
    """The places among those named that a register knows."""
    named = {
        main_place(place)
        for one in facts
        for place in (one.place, one.gave.place, one.got.place)
        if place is not None
    }
    asked = sorted(named - organisations.keys())
    with store.reading() as connection:
        known = registry.known_places(connection, asked) if asked else frozenset[str]()
    return (named & organisations.keys()) | known


def _at_home(store: Store, organisations: Mapping[str, int]) -> frozenset[str]:
    """The places and parties that lie in a province."""
    at, seats = store.hooks.located(organisations.keys(), set(organisations.values()))
    return frozenset(key for key, number in organisations.items() if key in at or number in seats)


def _order(gap: Gap) -> tuple[datetime, str, str]:
    return gap.at or datetime.min.replace(tzinfo=UTC), gap.kind.value, gap.key
