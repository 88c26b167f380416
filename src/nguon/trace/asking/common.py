# SPDX-License-Identifier: Apache-2.0
"""What several complaints have in common: ancestors, places and parties, ranked.

Ranked first by how many of the complaints a cause reaches; among equals by the score

    score = (complaints reached / complaints) / (goods reached / goods)

where goods are the things of the complaints' products that anything on their way reaches: a
cause that reaches all complaints and little else stands out (a lift of an association rule; 1
is no better than chance). Ties go to the cause nearest to the complaints, then by key.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

import msgspec

from nguon.base.audience import Audience
from nguon.base.time import from_microseconds
from nguon.store import Store
from nguon.trace.asking.errors import TooFewError, TooManyError
from nguon.trace.asking.facts import product_of
from nguon.trace.asking.lineages import GOODS, Traced, origins, successors, traced, visits
from nguon.trace.asking.reach import reached
from nguon.trace.model import Direction, Limits, Mode
from nguon.trace.steps import is_lot, is_piece

MOST_COMPLAINTS = 50
_PLACES = Decimal("0.0001")


class CauseKind(StrEnum):
    """What complaints can share."""

    LOT = "lot"
    ITEM = "item"
    UNIT = "unit"
    """Something that carried them: a pallet, a crate, a lorry."""
    PLACE = "place"
    EQUIPMENT = "equipment"
    """A part of a place: a line, a vessel, a dock."""
    PARTY = "party"


class Cause(msgspec.Struct, frozen=True):
    """A possible common cause.

    ``explains`` are the complaints that it reaches, ``touches`` how many of the ``goods`` it
    reaches. ``distance`` is the mean number of steps to the complaints (None for places and
    parties); ``since`` and ``until`` when the complaints' ways were there, and ``together``
    whether there is a time at which all of them had come and none was gone.
    """

    kind: CauseKind
    key: str
    explains: tuple[str, ...]
    touches: int
    goods: int
    score: Decimal
    distance: Decimal | None = None
    since: datetime | None = None
    until: datetime | None = None
    together: bool | None = None
    organisation: int | None = None


class Causes(msgspec.Struct, frozen=True):
    """The causes, the likeliest first; ``truncated`` says that a limit was met; ``withheld``
    counts things on the ways that are not this reader's to see.
    """

    complaints: tuple[str, ...]
    causes: tuple[Cause, ...]
    truncated: bool
    withheld: int = 0


class _Case(NamedTuple):
    """The complaints, their ways back, and what the goods hang on."""

    complaints: tuple[str, ...]
    back: Traced
    goods: int
    bits: Mapping[str, int]


def common_causes(
    store: Store,
    audience: Audience,
    keys: Sequence[str],
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen value)
    upto_seq: int | None = None,
) -> Causes:
    """What two or more of these complaints (items or lots) have in common, ranked.

    Only what the reader would be shown in the complaints' traces is told and counted.

    Raises:
        TooFewError: fewer than two different things.
        TooManyError: more than fifty.
    """
    complaints = tuple(dict.fromkeys(keys))
    if len(complaints) < 2:
        raise TooFewError("trace.common-of-one")
    if len(complaints) > MOST_COMPLAINTS:
        raise TooManyError("trace.too-many-keys", most=MOST_COMPLAINTS)
    back = traced(store, audience, complaints, Direction.BACK, limits=limits, upto_seq=upto_seq)
    ahead = traced(
        store, audience, origins(back.lineages), Direction.FORWARD,
        limits=limits, upto_seq=upto_seq,
    )  # fmt: skip
    goods = _goods(complaints, ahead)
    graph = successors([*back.lineages, *ahead.lineages])
    case = _Case(complaints, back, len(goods), reached(graph, goods))
    causes = [*_things(case), *_spots(case, ahead)]
    organisations = store.named_organisations(
        {one.key for one in causes if one.kind in (CauseKind.PLACE, CauseKind.PARTY)}
    )
    named = (
        msgspec.structs.replace(one, organisation=organisations.get(one.key)) for one in causes
    )
    return Causes(
        complaints,
        tuple(sorted(named, key=_rank)),
        truncated=back.truncated or ahead.truncated,
        withheld=sum(one.withheld for one in back.lineages),
    )


def _rank(one: Cause) -> tuple[int, Decimal, Decimal, str, str]:
    far = Decimal(1 << 30) if one.distance is None else one.distance
    return -len(one.explains), -one.score, far, one.kind.value, one.key


def _goods(complaints: Sequence[str], ahead: Traced) -> list[str]:
    """The things comparable with the complaints that anything on their way reaches."""
    sorts = {(product_of(key), is_piece(key)) for key in complaints}
    found = {
        node.key
        for lineage in ahead.lineages
        for node in lineage.nodes
        if node.mode in GOODS and (product_of(node.key), is_piece(node.key)) in sorts
    }
    return sorted(found | set(complaints))


def _things(case: _Case) -> Iterable[Cause]:
    steps: dict[str, dict[str, int]] = defaultdict(dict)
    units: set[str] = set()
    for complaint, lineage in zip(case.complaints, case.back.lineages, strict=True):
        for node in lineage.nodes:
            if node.key == complaint or node.mode in (Mode.PROCESS, Mode.ATTACHED):
                continue
            steps[node.key][complaint] = node.depth
            if node.mode is Mode.CARRIER:
                units.add(node.key)
    for key, told in steps.items():
        if len(told) < 2:
            continue
        kind = CauseKind.UNIT if key in units else _kind(key)
        yield msgspec.structs.replace(
            _cause(kind, key, tuple(told), case.bits.get(key, 0), case),
            distance=(Decimal(sum(told.values())) / len(told)).quantize(_PLACES),
        )


def _kind(key: str) -> CauseKind:
    return CauseKind.LOT if is_lot(key) else CauseKind.ITEM


def _cause(kind: CauseKind, key: str, explains: tuple[str, ...], bits: int, case: _Case) -> Cause:
    touches = max(bits.bit_count(), len(explains))
    share = Decimal(len(explains)) / len(case.complaints)
    score = share / (Decimal(touches) / case.goods)
    return Cause(kind, key, explains, touches, case.goods, score.quantize(_PLACES))


class _Spot(NamedTuple):
    """A place, a part of one or a party; times of each complaint's way there."""

    bits: list[int]
    times: dict[str, list[int]]


def _spots(case: _Case, ahead: Traced) -> Iterable[Cause]:
    spots: dict[tuple[CauseKind, str], _Spot] = defaultdict(lambda: _Spot([0], {}))
    for each in (*case.back.found, *ahead.found):
        for visit in visits(each, {**ahead.disclosed, **case.back.disclosed}):
            for name in _names(visit.place, visit.equipment, visit.parties):
                spots[name].bits[0] |= case.bits.get(visit.key, 0)
    for complaint, each in zip(case.complaints, case.back.found, strict=True):
        for visit in visits(each, case.back.disclosed):
            for name in _names(visit.place, visit.equipment, visit.parties):
                spots[name].times.setdefault(complaint, []).append(visit.time)
    for (kind, key), spot in spots.items():
        if len(spot.times) >= 2:
            first = [min(times) for times in spot.times.values()]
            last = [max(times) for times in spot.times.values()]
            yield msgspec.structs.replace(
                _cause(kind, key, tuple(spot.times), spot.bits[0], case),
                since=from_microseconds(min(first)),
                until=from_microseconds(max(last)),
                together=max(first) <= min(last),
            )


def _names(
    place: str | None, equipment: str | None, parties: Sequence[str]
) -> Iterable[tuple[CauseKind, str]]:
    if place is not None:
        yield CauseKind.PLACE, place
    if equipment is not None:
        yield CauseKind.EQUIPMENT, equipment
    for party in parties:
        yield CauseKind.PARTY, party
