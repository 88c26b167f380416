# SPDX-License-Identifier: Apache-2.0
"""The numbers of a scope, counted before anything is kept or sent."""

from collections.abc import Collection

import msgspec

from nguon.base.audience import Audience
from nguon.recall import scoping
from nguon.recall.inputs import ScopeChoice
from nguon.recall.model import Recall
from nguon.recall.preview import Preview, PreviewSite
from nguon.recall.scoping import Holder, Scope, Where
from nguon.store import Store
from nguon.trace.asking.gaps import Gap, Gaps, gaps_of
from nguon.trace.asking.holdings import Holding, HoldingState
from nguon.trace.model import Direction, Limits
from nguon.trace.service import trace

_MOST_STARTS = 20
_GAP_LIMITS = Limits(nodes=5_000, records=50_000)
"""Gaps are looked for near the start: `Preview.gaps_truncated` says where that was not all."""
_MOST_GAPS = 200


class Reckoned(msgspec.Struct, frozen=True):
    """A scope with where its things are."""

    scope: Scope
    holdings: tuple[Holding, ...]
    holders: list[Holder]


def reckon(
    store: Store, recall: Recall, choice: ScopeChoice, *, known: Collection[str] = ()
) -> Reckoned:
    """A scope and where its things are, read from the records; raises `RecallError`.

    Where not all records of its things could be read, there are more sites than these: the
    scope is truncated by ``records``.
    """
    scope = scoping.scope_of(store, recall, choice, known=known)
    located = scoping.located(store, scope)
    if located.truncated:
        scope = msgspec.structs.replace(scope, truncated=True, limit=scope.limit or "records")
    holdings = located.holdings
    return Reckoned(scope, holdings, scoping.holders(store, holdings))


def told(
    found: Reckoned,
    choice: ScopeChoice,
    *,
    gaps: Gaps = Gaps(()),  # noqa: B008 (frozen value)
    known: Collection[Where] = (),
    shown: Collection[Where] | None = None,
) -> Preview:
    """The numbers; ``shown``: of which sites the reader may know where they are (None: all)."""
    amounts = {state.value: scoping.by_state(found.holdings, state) for state in HoldingState}
    parties = {one.where[:2] for one in found.holders}
    return Preview(
        things=len(found.scope.things),
        lots=tuple(key for key in found.scope.things if scoping.kind_of(key) == scoping.LOT),
        sites=tuple(_site(one, known, shown) for one in found.holders),
        site_count=len(found.holders),
        parties=len(parties),
        by_hand=len({party for party in parties if party[0] is None}),
        **amounts,
        gaps=gaps.gaps[:_MOST_GAPS],
        gaps_truncated=gaps.truncated or len(gaps.gaps) > _MOST_GAPS,
        left_out=choice.leave_out,
        truncated=found.scope.truncated,
        limit=found.scope.limit,
        as_of=found.scope.as_of,
    )


def gaps_in(store: Store, audience: Audience, recall: Recall, choice: ScopeChoice) -> Gaps:
    """What is missing on the way of the goods, as far as the reader may see the records.

    Truncated where a way was not followed to its end, not all records of its goods were read,
    or there are more goods to begin from than these twenty.
    """
    found: list[Gap] = []
    starts = choice.keys or recall.keys
    cut = len(starts) > _MOST_STARTS
    for key in starts[:_MOST_STARTS]:
        lineage = trace(
            store,
            audience,
            key,
            Direction.FORWARD,
            limits=_GAP_LIMITS,
            following=choice.following,
        )
        missing = gaps_of(store, audience, lineage)
        cut = cut or lineage.truncated or missing.truncated
        found += (one for one in missing.gaps if one not in found)
    return Gaps(tuple(found), cut)


def _site(one: Holder, known: Collection[Where], shown: Collection[Where] | None) -> PreviewSite:
    open_to = shown is None or one.where in shown
    organisation, party, place = one.where if open_to else (None, None, None)
    return PreviewSite(
        organisation=organisation,
        party=party,
        place=place,
        province=one.province,
        things=len(one.placed),
        told=one.told,
        sold=one.sold,
        moving=one.moving,
        known=one.where in known,
    )
