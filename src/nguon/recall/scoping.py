# SPDX-License-Identifier: Apache-2.0
"""What is affected, from the lineage: the things, where they are, and who is to be told.

Carriers (pallets, crates, containers) are followed and not recalled: what is in them is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from hashlib import sha256

import msgspec

from nguon.base.audience import Audience
from nguon.base.base64url import url_text
from nguon.parties import owning
from nguon.recall.amounts import summed
from nguon.recall.errors import RecallError, RecallForbiddenError
from nguon.recall.inputs import ScopeChoice
from nguon.recall.model import Quantities, Recall
from nguon.registry import queries as registry
from nguon.registry.cases import province_of
from nguon.store import Store
from nguon.store import registry as registers
from nguon.store import registry_tables as tables
from nguon.store.custody import product_of
from nguon.trace import naming
from nguon.trace.asking.holdings import (
    Holding,
    Holdings,
    HoldingState,
    holdings_of,
    seen_holdings,
)
from nguon.trace.closure import Closure, closure
from nguon.trace.model import Direction, Limits, Mode
from nguon.trace.shapes import Shape, in_force

LIMITS = Limits(nodes=1_000_000, depth=64, records=5_000_000)
"""Where the search for what is affected stops, and says that it stopped."""
_GOODS = frozenset({Mode.WHOLE, Mode.PART})
PIECE, LOT, PRODUCT = 0, 1, 2
_TOLD = frozenset({HoldingState.HELD, HoldingState.MOVING, HoldingState.SOLD})

Where = tuple[int | None, str | None, str | None]
"""Organisation, party and place of a site."""


class Scope(msgspec.Struct, frozen=True):
    """The affected things, ascending, and how far they were searched for."""

    things: tuple[str, ...]
    as_of: int
    truncated: bool
    limit: str | None

    @property
    def digest(self) -> str:
        """SHA-256 of the keys, one a line, base64url."""
        return url_text(sha256("\n".join(self.things).encode()).digest())


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with affected things: ``placed`` says which, and whether held, moving or sold."""

    where: Where
    province: str | None
    placed: Mapping[str, HoldingState]
    told: Quantities
    sold: Quantities
    moving: bool


def scope_of(
    store: Store, recall: Recall, choice: ScopeChoice, *, known: Collection[str] = ()
) -> Scope:
    """Everything affected, from the things chosen and ``known``, without what is left out.

    Raises:
        RecallError: nothing is affected.
    """
    starts = list(dict.fromkeys([*(choice.keys or recall.keys), *known]))
    found = closure(
        store,
        starts,
        Direction.FORWARD,
        following=choice.following,
        limits=LIMITS,
        without={one.key for one in choice.leave_out},
    )
    things = affected(store, found)
    if not things:
        raise RecallError("recall.nothing-affected")
    return Scope(things, found.as_of, found.truncated, found.limit)


def affected(store: Store, found: Closure) -> tuple[str, ...]:
    """The affected goods of a closure, ascending, and the lots that consist of them alone."""
    goods = {key for key, mode in zip(found.keys, found.modes, strict=True) if mode in _GOODS}
    return tuple(sorted(goods | _whole_lots(store, found, goods)))


def kind_of(key: str) -> int:
    """A piece, a lot or a product."""
    if naming.is_lot(key):
        return LOT
    return PRODUCT if naming.is_product(key) else PIECE


def holders(store: Store, holdings: Sequence[Holding]) -> list[Holder]:
    """Who is to be told: everybody who holds, awaits or sold something, by place, in order."""
    sites: dict[Where, list[Holding]] = {}
    for one in holdings:
        where = _where(one)
        if one.state in _TOLD and any(part is not None for part in where):
            sites.setdefault(where, []).append(one)
    provinces = _provinces(store, sites)
    made = [_holder(where, some, provinces[where]) for where, some in sites.items()]
    return sorted(made, key=lambda one: tuple("" if x is None else str(x) for x in one.where))


def by_state(holdings: Iterable[Holding], state: HoldingState) -> Quantities:
    """How much is in a state."""
    return summed(*(one.quantities for one in holdings if one.state is state))


def makers(store: Store, things: Iterable[str]) -> frozenset[int]:
    """The registered makers of the products of things."""
    products = {product for key in things if (product := product_of(key)) is not None}
    return frozenset(registry.named_organisations(store, sorted(products)).values())


def check_own(store: Store, maker: int, things: Sequence[str], holdings: Sequence[Holding]) -> None:
    """Raise `RecallForbiddenError` where a maker would recall what he neither makes nor has."""
    products = {key: "/".join(key.split("/")[:2]) for key in things}
    owned = owning.owned(store, sorted(set(products.values())))
    makes = {product for product, one in owned.items() if maker in one.owners}
    others = {key for key, product in products.items() if product not in makes}
    has: dict[str, set[int | None]] = {}
    for one in holdings if others else ():
        for key in others.intersection(one.keys):
            has.setdefault(key, set()).add(one.organisation)
    foreign = sorted(key for key in others if has.get(key) != {maker})
    if foreign:
        raise RecallForbiddenError("recall.others-goods", count=len(foreign), key=foreign[0])


def located(store: Store, scope: Scope) -> Holdings:
    """Where all affected things are."""
    return holdings_of(store, scope.things, most=LIMITS.records)


def seen_places(store: Store, audience: Audience, scope: Scope) -> set[Where]:
    """Where affected things are, as far as a reader's own records show it."""
    seen = seen_holdings(store, audience, scope.things, most=LIMITS.records)
    return {_where(one) for one in seen.holdings}


def _whole_lots(store: Store, found: Closure, goods: AbstractSet[str]) -> set[str]:
    """The lots of affected pieces of which every recorded piece is affected: what a buyer reads
    on the pack. A lot of which one piece is not stays out.
    """
    lots = [key for key, mode in zip(found.keys, found.modes, strict=True) if mode is Mode.LOT]
    recorded = store.lineage.events_of(lots, upto_seq=found.as_of)
    whole = set[str]()
    for lot, events in recorded.items():
        pieces = set[str]().union(*(Shape(one).pieces.get(lot, ()) for one in in_force(events)))
        if pieces and pieces <= goods:
            whole.add(lot)
    return whole


def _where(one: Holding) -> Where:
    if one.organisation is not None:
        return one.organisation, one.party, one.place
    if one.party is None and one.state is HoldingState.MOVING and one.sender is not None:
        return None, one.sender, one.origin
    return None, one.party, one.place


def _holder(where: Where, some: Sequence[Holding], province: str | None) -> Holder:
    placed: dict[str, HoldingState] = {}
    for one in sorted(some, key=lambda each: each.state is not HoldingState.SOLD):
        placed.update(dict.fromkeys(one.keys, one.state))
    here = [one.quantities for one in some if one.state is not HoldingState.SOLD]
    return Holder(
        where=where,
        province=province,
        placed=placed,
        told=summed(*here),
        sold=by_state(some, HoldingState.SOLD),
        moving=any(one.state is HoldingState.MOVING for one in some),
    )


def _provinces(store: Store, sites: Iterable[Where]) -> dict[Where, str | None]:
    """Where sites are: by the commune of the place, else by the seat of its organisation."""
    wanted = list(sites)
    numbers = sorted({where[0] for where in wanted if where[0] is not None})
    keys = sorted({where[2] for where in wanted if where[2] is not None})
    with store.reading() as connection:
        seats = registers.rows(connection, tables.organisation, "id", numbers)
        places = registers.rows(connection, tables.place, "key", keys)
    homes = {row["id"]: row["commune"] for row in seats}
    there = {row["key"]: row["commune"] for row in places}
    return {
        where: province_of(there.get(where[2] or "") or homes.get(where[0] or 0))
        for where in wanted
    }
