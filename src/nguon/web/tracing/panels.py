# SPDX-License-Identifier: Apache-2.0
"""The panels of the desk: gaps with whom to ask, who has what, records in time, places, and the
thing that was chosen.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from markupsafe import Markup

from nguon.base.messages import Language, text
from nguon.base.quantity import Quantity
from nguon.evidence.receipts import receipt_number
from nguon.registry.model import Place
from nguon.tlog.service import Tlog
from nguon.trace.asking.facts import Fact, main_place
from nguon.trace.asking.gaps import Gap, gaps_in
from nguon.trace.asking.holdings import Holding, HoldingState, holdings_in
from nguon.trace.model import Direction
from nguon.trace.steps import is_lot
from nguon.vn.spots_map import spots_map
from nguon.web.tracing.found import Found
from nguon.web.tracing.grounds import Grounds
from nguon.web.tracing.told import Told
from nguon.web.tracing.words import Words, moment


class GapLine(msgspec.Struct, frozen=True):
    """A gap in words; ``ask`` is the party's name, ``code`` its code in the register."""

    kind: str
    said: str
    amount: str
    key: str
    thing: str
    at: datetime | None
    ask: str
    code: str


class HeldLine(msgspec.Struct, frozen=True):
    """A holding in words; ``count`` of things behind it, ``code`` the party's in the register."""

    state: HoldingState
    party: str
    place: str
    amounts: str
    count: int
    since: datetime | None
    hidden: bool
    sender: str
    code: str


class RecordLine(msgspec.Struct, frozen=True):
    """A record in words; ``receipt`` its number where the log proves it."""

    at: datetime
    step: str
    place: str
    giver: str
    taker: str
    things: tuple[str, ...]
    count: int
    receipt: str | None
    event: str | None


class Spot(msgspec.Struct, frozen=True):
    """A place on the map's twin, with how many records happened there."""

    key: str
    name: str
    where: str
    records: int
    first: datetime
    last: datetime


_NAMED = 6


def gaps(grounds: Grounds, words: Words) -> list[GapLine]:
    """What is missing, in the order of time."""
    ways = [one.lineage for one in grounds.found.answers]
    lineage = next((one for one in ways if one.direction is Direction.BACK), ways[0])
    some = gaps_in(grounds.store, grounds.of_goods, lineage).gaps
    words.learn([gap.key for gap in some], parties=[gap.party_to_ask for gap in some])
    return [_gap(gap, words) for gap in some]


def _gap(gap: Gap, words: Words) -> GapLine:
    amount, unit = gap.params.get("amount"), gap.params.get("unit")
    much = [(None, Quantity(Decimal(amount), unit))] if amount and unit is not None else []
    return GapLine(
        kind=gap.kind.value,
        said=text(f"trace-desk.gap-{gap.kind}", words.language),
        amount=words.amounts(much),
        key=gap.key,
        thing=words.name(gap.key),
        at=gap.at,
        ask=words.party(gap.party_to_ask),
        code=words.code(gap.party_to_ask),
    )


def held(grounds: Grounds, words: Words) -> list[HeldLine]:
    """Who has the goods now, what is still there first."""
    some = holdings_in(grounds.store, grounds.audience, grounds.of_goods).holdings
    products = [product for one in some for product, _ in one.quantities if product]
    words.learn(
        products,
        [one.place for one in some],
        [key for one in some for key in (one.party, one.sender)],
    )
    return [_held(one, words) for one in sorted(some, key=_state)]


_STATES = tuple(HoldingState)


def _state(one: Holding) -> int:
    return _STATES.index(one.state)


def _held(one: Holding, words: Words) -> HeldLine:
    return HeldLine(
        one.state,
        words.party(one.party),
        words.place(one.place),
        words.held(one.keys, one.quantities),
        len(one.keys),
        one.since,
        one.hidden,
        words.party(one.sender),
        words.code(one.party),
    )


def left(some: Sequence[HeldLine]) -> Counter[HoldingState]:
    """How many things there are in each state."""
    found: Counter[HoldingState] = Counter()
    for one in some:
        found[one.state] += one.count
    return found


def records(facts: Sequence[Fact], found: Found, tlog: Tlog, words: Words) -> list[RecordLine]:
    """Records in words, in the order of time."""
    parties = [side.party for one in facts for side in (one.gave, one.got)]
    words.learn(places=[one.place for one in facts], parties=parties)
    wanted, receipts = set(found.keys), receipts_of({one.shape.event.seq for one in facts}, tlog)
    return [_record(one, wanted, receipts, words) for one in facts]


def receipts_of(entries: Collection[int], tlog: Tlog) -> dict[int, str]:
    """The receipt numbers of records by their entry; none before the log was begun."""
    shards = sorted(tlog.shards(), key=lambda shard: shard.first) if entries else []
    firsts = [shard.first for shard in shards]
    found = {}
    for seq in entries:
        at = bisect_right(firsts, seq) - 1
        if at >= 0:
            found[seq] = receipt_number(shards[at].name, seq - shards[at].first)
    return found


def _record(one: Fact, wanted: set[str], receipts: dict[int, str], words: Words) -> RecordLine:
    event = one.shape.event
    about = sorted(wanted & one.shape.handled, key=lambda key: (not is_lot(key), key))
    return RecordLine(
        at=moment(event.time),
        step=words.step(one.step),
        place=words.place(one.place),
        giver=words.party(one.gave.party),
        taker=words.party(one.got.party),
        things=tuple(words.name(key) for key in about[:_NAMED]),
        count=len(about),
        receipt=receipts.get(event.seq),
        event=event.event_id,
    )


def spots(told: Told, language: Language) -> tuple[Markup | None, list[Spot]]:
    """The places of the records: a map of where they lie, with marks by how much happened there,
    and the same as a list. Marks stand at communes' middles.
    """
    times: dict[str, list[int]] = {}
    for one in told.facts:
        if one.place is not None and main_place(one.place) in told.places:
            times.setdefault(main_place(one.place), []).append(one.time)
    rows = [_spot(told.places[key], some, language) for key, some in times.items()]
    marks = [
        (*point, min(1.4 + len(some) ** 0.5 / 3, 4.0))
        for key, some in times.items()
        if (point := told.places[key].map_point) is not None
    ]
    rows.sort(key=lambda one: one.first)
    if not marks:
        return None, rows
    title = text("trace-desk.map-title", language, n=len(marks))
    return Markup(spots_map(marks, title)), rows  # noqa: S704 - drawn by us


def _spot(place: Place, times: Sequence[int], language: Language) -> Spot:
    unit = place.unit
    return Spot(
        place.key,
        place.name.in_language(language),
        "" if unit is None else unit.label(language),
        len(times),
        moment(min(times)),
        moment(max(times)),
    )
