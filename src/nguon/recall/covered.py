# SPDX-License-Identifier: Apache-2.0
"""The things of a scope one by one, settled or only thought of, and where each of them is now."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from nguon.identity.model import Principal
from nguon.recall import rules, scoping, settling, showing, sides
from nguon.recall.errors import RecallError, UnknownRecallError
from nguon.recall.inputs import ScopeChoice
from nguon.recall.listings import MOST
from nguon.recall.model import Quantities, Recall, Side, Step
from nguon.recall.parts import Part
from nguon.recall.reading import site_id
from nguon.recall.sides import Opened
from nguon.store import Store
from nguon.store import recall_sites as site_rows
from nguon.store import recalls as rows
from nguon.store.custody import product_of
from nguon.trace.asking.holdings import HoldingState, holdings_of, seen_holdings

_RECORDS = 400_000
"""How many records are read to say where the things of a part of usual length are."""


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where a thing is: with whom, at which place, and how much of it where that is measured.

    ``hidden``: the reader may not know more than the state.
    """

    state: HoldingState
    organisation: int | None
    party: str | None
    place: str | None
    quantities: Quantities
    hidden: bool


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """An affected thing; ``sites`` were told of it. Without ``spots`` the reader may not know
    where it is, or it is a lot whose pieces are recorded one by one.
    """

    key: str
    released: bool
    sites: tuple[str, ...]
    spots: tuple[Spot, ...]


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the things of a scope, of ``whole`` in all.

    ``truncated``: more is affected than was searched for, or more records exist than were read.
    """

    recall: Recall
    things: Part[Covered]
    whole: int
    truncated: bool


class _Slice(NamedTuple):
    """Keys from a place on, one more than ``limit`` where there are more; of ``whole``."""

    keys: Sequence[str]
    limit: int
    whole: int
    released: frozenset[str] = frozenset()
    cut: bool = False


def settled(
    store: Store, by: Principal, number: str, *, after: str = "", limit: int = MOST
) -> Coverage:
    """The things of the settled scope by key, those after one; for who leads the case.

    Raises:
        UnknownRecallError: no case that this reader leads.
        RecallError: no scope is settled.
    """
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
        if not showing.inside(case, by):
            raise UnknownRecallError("recall.unknown")
        if not case.recall.scope:
            raise RecallError("recall.no-scope")
        found = rows.things(connection, number, after=after, limit=limit + 1)
    released = {row["key"] for row in found if row["released"] is not None}
    keys = [row["key"] for row in found]
    whole = case.recall.things
    return _covered(store, by, case, _Slice(keys, limit, whole, frozenset(released)))


def proposed(
    store: Store,
    by: Principal,
    number: str,
    choice: ScopeChoice,
    *,
    after: str = "",
    limit: int = MOST,
) -> Coverage:
    """The things that a choice would settle, likewise; nothing is kept and nobody is told.

    Raises:
        UnknownRecallError, RecallForbiddenError, RecallError, RecallFaultsError: as
            `settling.preview`.
    """
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
    side = rules.check(case.recall, Step.SCOPE, case.acting)
    scope = scoping.scope_of(store, case.recall, settling.chosen(store, choice))
    if side is Side.MAKER and case.recall.maker is not None:
        holdings = scoping.located(store, scope).holdings
        scoping.check_own(store, case.recall.maker, scope.things, holdings)
    start = bisect_right(scope.things, after)
    keys = scope.things[start : start + limit + 1]
    return _covered(store, by, case, _Slice(keys, limit, len(scope.things), cut=scope.truncated))


def _covered(store: Store, by: Principal, case: Opened, part: _Slice) -> Coverage:
    shown = part.keys[: part.limit]
    spots, short = _spots(store, by, case, shown)
    told = defaultdict[str, list[str]](list)
    with store.reading() as connection:
        for site, placed in sorted(site_rows.placed_of(connection, case.recall.id, shown).items()):
            for key in placed:
                told[key].append(site_id(case.recall.id, site))
    made = (
        Covered(
            key=key,
            released=key in part.released,
            sites=tuple(told.get(key, ())),
            spots=tuple(spots.get(key, ())),
        )
        for key in shown
    )
    things = Part(made, shown[-1] if len(part.keys) > part.limit else None)
    recall = showing.shown(case, by)
    return Coverage(recall=recall, things=things, whole=part.whole, truncated=part.cut or short)


def _spots(
    store: Store, by: Principal, case: Opened, keys: Sequence[str]
) -> tuple[dict[str, list[Spot]], bool]:
    most = _RECORDS if len(keys) <= MOST else scoping.LIMITS.records
    if sides.leads(case.sides, by):
        located = holdings_of(store, keys, most=most)
    else:
        located = seen_holdings(store, by.audience, keys, most=most)
    wanted, found = frozenset(keys), defaultdict[str, list[Spot]](list)
    for one in located.holdings:
        alike = Counter(map(product_of, one.keys))
        for key in wanted.intersection(one.keys):
            product = product_of(key)
            measured = one.quantities if alike[product] == 1 else ()
            spot = Spot(
                state=one.state,
                organisation=one.organisation,
                party=one.party,
                place=one.place,
                quantities=tuple(pair for pair in measured if pair[0] == product),
                hidden=one.hidden,
            )
            found[key].append(spot)
    return found, located.truncated
