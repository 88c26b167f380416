# SPDX-License-Identifier: Apache-2.0
"""What is missing in a lineage, and whom to ask for it."""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from nguon.base.audience import Audience, Disclosure
from nguon.base.time import from_microseconds
from nguon.store import Store, registry
from nguon.trace.asking.facts import Fact, main_place
from nguon.trace.asking.gap import Gap, GapKind
from nguon.trace.asking.gap_rules import Known, found
from nguon.trace.asking.holdings import goods
from nguon.trace.asking.reckoning import Reckoning, reckoning
from nguon.trace.model import Direction, Lineage, Mode

__all__ = ["Gap", "GapKind", "Gaps", "gaps_in", "gaps_of", "judged"]

_NOT_GOODS = (Mode.PROCESS, Mode.ATTACHED)


class Gaps(msgspec.Struct, frozen=True):
    """Gaps in the order of time. ``truncated``: more records exist than were read; gaps may be
    missing, or be closed by what was not read.
    """

    gaps: tuple[Gap, ...]
    truncated: bool = False


def gaps_of(
    store: Store,
    audience: Audience,
    lineage: Lineage,
    *,
    now: datetime | None = None,
    most: int | None = None,
) -> Gaps:
    """The gaps of all things of a lineage, in the order of time.

    Reckoned over all records, and told where the reader may see the record that shows the gap.
    Goods under way are missed when their allowance has passed at ``now`` (the time of the last
    record known). Forward, stages are judged from the first one that the records show. At most
    about ``most`` records are read (None: 400,000).
    """
    asked = lineage.start
    known = reckoning(store, audience, judged(lineage), asked, upto_seq=lineage.as_of, most=most)
    return gaps_in(store, known, lineage, now=now)


def judged(lineage: Lineage) -> list[str]:
    """The goods of a lineage, whose gaps are looked for: no processes, nothing attached."""
    return goods(node.key for node in lineage.nodes if node.mode not in _NOT_GOODS)


def gaps_in(
    store: Store, reckoned: Reckoning, lineage: Lineage, *, now: datetime | None = None
) -> Gaps:
    """The same of what was gathered for the reader."""
    gathered, disclosed, world = reckoned
    known = Known(
        gathered.facts,
        world,
        gathered.organisations,
        gathered.parties,
        _known_places(store, gathered.organisations, gathered.facts),
        _at_home(store, gathered.organisations),
        now or _last(store, lineage.as_of),
        gathered.weights,
        lineage.start,
        lineage.direction is Direction.BACK,
    )
    seen = [
        gap
        for gap in found(known)
        if gap.event is None or disclosed.get(gap.event) is Disclosure.FULL
    ]
    return Gaps(tuple(sorted(seen, key=_order)), gathered.cut)


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
