# SPDX-License-Identifier: Apache-2.0
"""What a drill reads of the records, each kind its own; nothing is written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from time import monotonic

import msgspec

from nguon.base.audience import Audience, Disclosure
from nguon.identity.model import Principal
from nguon.identity.visibility import KeyKind
from nguon.recall import scoping
from nguon.recall.amounts import summed
from nguon.recall.drills import auditing, terms
from nguon.recall.drills.errors import DrillError, DrillForbiddenError
from nguon.recall.drills.model import Asked, Balance, Kind, Result, Way
from nguon.recall.scoping import Holder, Scope
from nguon.registry.workflow import mandate_of
from nguon.store import Store
from nguon.trace.asking.balance import Account, Total, ledger
from nguon.trace.asking.entries import COMING
from nguon.trace.asking.gaps import gaps_of
from nguon.trace.asking.holdings import Holding, HoldingState
from nguon.trace.closure import closure
from nguon.trace.model import Direction, Limits
from nguon.trace.named import StartKind, named
from nguon.trace.service import trace
from nguon.trace.starting import Starts, starts

LIMITS = Limits(nodes=200_000, depth=64, records=1_000_000)
"""Where the search for what is affected stops, and says that it stopped."""
MOST_SITES = 10_000
_LOOKED = Limits(nodes=5_000, records=50_000)
_SINGLE = frozenset({StartKind.ITEM, StartKind.LOT, StartKind.UNIT})


class Found(msgspec.Struct, frozen=True):
    """What the records gave: for a mock recall who holds goods, and where the organiser may know
    of them.
    """

    result: Result
    as_of: int
    holders: tuple[Holder, ...] = ()
    shown: frozenset[scoping.Where] = frozenset()


def tried(store: Store, by: Principal, asked: Asked) -> Found:
    """Try it out.

    Raises:
        StartUnknownError: what is typed names nothing here.
        DrillError: nothing that this kind can be tried on.
        DrillForbiddenError: no records of these goods are the organiser's to see.
        RecallForbiddenError: notices about goods that are not the organiser's.
    """
    found = starts(store, by.audience, asked.start)
    if not found.keys:
        raise DrillError("drills.nothing", start=asked.start[:100])
    known = store.events.by_items(by.audience, found.keys[:500], limit=100)
    if not any(entry.disclosure is Disclosure.FULL for entry in known):
        raise DrillForbiddenError("drills.not-yours")
    return _KINDS[asked.kind](store, by, asked, found)


def _recalled(store: Store, by: Principal, asked: Asked, found: Starts) -> Found:
    reached = closure(store, found.keys, Direction.FORWARD, limits=LIMITS)
    things = scoping.affected(store, reached)
    scope = Scope(things, reached.as_of, reached.truncated or found.truncated, reached.limit)
    located = scoping.located(store, scope)
    holdings = located.holdings
    holders = scoping.holders(store, holdings)
    if asked.notices:
        _check_notices(store, by, scope, holders, holdings)
    result = Result(
        things=len(things),
        lots=sum(scoping.kind_of(key) == scoping.LOT for key in things),
        sites=len(holders),
        shipped=summed(*(one.told for one in holders)),
        sold=scoping.by_state(holdings, HoldingState.SOLD),
        truncated=scope.truncated or located.truncated or len(holders) > MOST_SITES,
    )
    shown = frozenset(scoping.seen_places(store, by.audience, scope))
    return Found(result, scope.as_of, tuple(holders[:MOST_SITES]), shown)


def _check_notices(
    store: Store,
    by: Principal,
    scope: Scope,
    holders: Sequence[Holder],
    holdings: Sequence[Holding],
) -> None:
    """Only who could recall these goods tells their holders that it is a drill."""
    if by.kind is not KeyKind.INSPECTOR:
        scoping.check_own(store, by.organisation, scope.things, holdings)
        return
    mandate = mandate_of(by)
    beyond = sorted({one.province or "" for one in holders if not mandate.covers(one.province)})
    if beyond:
        raise DrillForbiddenError("drills.beyond", count=len(beyond), province=beyond[0])


def _traced(store: Store, by: Principal, _asked: Asked, found: Starts) -> Found:
    _single(found)
    ways = [_way(store, by.audience, found.key, way) for way in Direction]
    result = Result(
        things=sum(way.things for way, _ in ways),
        ways=tuple(way for way, _ in ways),
        withheld=sum(withheld for _, withheld in ways),
        truncated=any(way.truncated for way, _ in ways),
    )
    return Found(result, store.events.head()[0])


def _way(store: Store, audience: Audience, key: str, direction: Direction) -> tuple[Way, int]:
    begun = monotonic()
    lineage = trace(store, audience, key, direction, limits=_LOOKED)
    found = gaps_of(store, audience, lineage)
    gaps = found.gaps
    keys = {node.key for node in lineage.nodes}
    without = len(keys - {gap.key for gap in gaps})
    made = Way(
        direction=direction,
        things=len(keys),
        records=len({link.event for link in lineage.links}),
        depth=max((node.depth for node in lineage.nodes), default=0),
        gaps=len(gaps),
        complete=round(without / len(keys) * 100, 1) if keys else None,
        truncated=lineage.truncated or found.truncated,
        milliseconds=int((monotonic() - begun) * 1000),
    )
    return made, lineage.withheld


def _balanced(store: Store, by: Principal, asked: Asked, found: Starts) -> Found:
    if found.kind not in {StartKind.LOT, StartKind.PRODUCT}:
        raise DrillError("drills.balance-of", start=asked.start[:100])
    if not asked.account:
        raise DrillError("drills.no-account")
    whose = named(store, by.audience, asked.account)
    if whose.kind not in {StartKind.PARTY, StartKind.PLACE}:
        raise DrillError("drills.no-account")
    of = {"lot" if found.kind is StartKind.LOT else "product": found.key}
    at = {"party" if whose.kind is StartKind.PARTY else "place": whose.key}
    told = ledger(store, by.audience, Account(**of, **at))
    result = Result(
        lots=len({one.lot for one in told.totals}),
        balances=tuple(map(_balance, told.totals)),
        withheld=told.withheld,
        truncated=told.truncated,
    )
    return Found(result, store.events.head()[0])


def _balance(one: Total) -> Balance:
    low, high = terms.band(one.unit, datetime.now(UTC))
    return Balance(
        lot=one.lot,
        product=one.product,
        unit=one.unit,
        came=sum((one.sums.get(kind, 0 * one.stock) for kind in COMING), 0 * one.stock),
        accounted=None if one.accounted is None else round(float(one.accounted * 100), 2),
        low=low,
        high=high,
    )


def _audited(store: Store, by: Principal, _asked: Asked, found: Starts) -> Found:
    _single(found)
    checks = auditing.checked(store, by.audience, found.key)
    return Found(Result(things=1, checks=checks), store.events.head()[0])


def _single(found: Starts) -> None:
    if found.kind not in _SINGLE:
        raise DrillError("drills.one-thing", start=found.key[:100])


_Trying = Callable[[Store, Principal, Asked, Starts], Found]
_KINDS: Mapping[Kind, _Trying] = {
    Kind.MOCK_RECALL: _recalled,
    Kind.TRACE: _traced,
    Kind.MASS_BALANCE: _balanced,
    Kind.VERTICAL_AUDIT: _audited,
}
