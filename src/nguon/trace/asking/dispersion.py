# SPDX-License-Identifier: Apache-2.0
"""How far lots are spread: batch dispersion, the size of a recall, how much is accounted for.

Batch dispersion after Dupuy, Botta-Genoulaz and Guinet (2005): downward, how many finished lots
a raw lot went into; upward, how many raw lots a finished lot holds; total, all pairs of the two.
The size of a recall after Dabbene and Gay (2011): what would have to come back if one raw lot
were bad, in the worst case and on average over the raw lots.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from nguon.base.audience import Audience
from nguon.base.quantity import Quantity
from nguon.store import Store
from nguon.trace.asking.facts import Deed, product_of
from nguon.trace.asking.gathering import Gathered, gather
from nguon.trace.asking.lineages import GOODS, Traced, origins, traced
from nguon.trace.asking.where import HoldingState, Trouble
from nguon.trace.asking.world import World, reckoned
from nguon.trace.model import Direction, Limits, Lineage, LinkKind
from nguon.trace.steps import is_product

_SHARE = Decimal("0.0001")
Quantities = tuple[tuple[str | None, Quantity], ...]
"""By product, each in one unit."""


class Reach(msgspec.Struct, frozen=True):
    """What would have to be recalled if one raw lot were bad."""

    source: str
    lots: int
    quantities: Quantities


class Dispersion(msgspec.Struct, frozen=True):
    """The figures of a lot or item, over what the reader may see.

    ``downward``: finished lots that it reaches; ``upward``: raw lots that it holds; ``total``:
    pairs of those raw lots and the finished lots that each of them reaches. ``worst`` and
    ``mean`` are over ``reaches``. Depths are steps to the furthest thing found. ``completeness``
    is the share of hand-overs recorded on both sides, ``accounted`` the share of what was made
    or brought in of the lot that is there or whose end is recorded (None for single things).
    """

    key: str
    downward: int
    upward: int
    total: int
    worst: Quantities
    mean: Quantities
    reaches: tuple[Reach, ...]
    depth_back: int
    depth_forward: int
    completeness: Decimal
    accounted: Decimal | None
    truncated: bool


def of(
    store: Store,
    audience: Audience,
    key: str,
    *,
    limits: Limits = Limits(),  # noqa: B008 (frozen value)
    upto_seq: int | None = None,
) -> Dispersion:
    """The figures of a lot or item."""
    back = traced(store, audience, [key], Direction.BACK, limits=limits, upto_seq=upto_seq)
    own = traced(store, audience, [key], Direction.FORWARD, limits=limits, upto_seq=upto_seq)
    raw = origins(back.lineages)
    ahead = traced(store, audience, raw, Direction.FORWARD, limits=limits, upto_seq=upto_seq)
    groups = _finished([*own.lineages, *ahead.lineages])
    finished = sorted(set(groups.values()))
    gathered = gather(store, [key, *groups], upto_seq=upto_seq)
    world = reckoned(gathered.facts, gathered.things, gathered.lot_of, gathered.parties)
    made = _made(world)
    lots = [set(_lots(lineage, groups)) for lineage in ahead.lineages]
    reaches = tuple(
        Reach(source, len(found), _summed(found, made))
        for source, found in zip(raw, lots, strict=True)
    )
    return Dispersion(
        key,
        downward=len(set(_lots(own.lineages[0], groups)) - {key}),
        upward=len(set(raw) - {key}),
        total=sum(one.lots for one in reaches),
        worst=_worst(reaches),
        mean=_mean(reaches),
        reaches=reaches,
        depth_back=_depth(back),
        depth_forward=_depth(own),
        completeness=_completeness(gathered, world),
        accounted=_accounted(key, world),
        truncated=back.truncated
        or own.truncated
        or ahead.truncated
        or gathered.cut
        or len(finished) > limits.nodes,
    )


def _finished(lineages: Sequence[Lineage]) -> dict[str, str]:
    """The goods that went into nothing else, each with the lot (else the product) it counts as."""
    used = {
        link.source
        for lineage in lineages
        for link in lineage.links
        if link.kind is LinkKind.TRANSFORMED
    }
    lot_of = {
        link.source: link.target
        for lineage in lineages
        for link in lineage.links
        if link.kind is LinkKind.MEMBER and not is_product(link.target)
    }
    goods = {n.key for lineage in lineages for n in lineage.nodes if n.mode in GOODS}
    pieces = {lot_of[key] for key in goods if key in lot_of}
    return {
        key: lot_of.get(key) or (key if "/21/" not in key else product_of(key) or key)
        for key in goods - used
        if key not in pieces or key not in used
    }


def _lots(lineage: Lineage, groups: Mapping[str, str]) -> Iterable[str]:
    return (groups[node.key] for node in lineage.nodes if node.key in groups)


def _made(world: World) -> dict[str, dict[str, Decimal]]:
    """By lot (or product) and unit what was made of it or brought in."""
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for move in world.moves:
        if move.source is None:
            found[move.lot][move.unit] += move.amount
    return found


def _summed(lots: Iterable[str], made: Mapping[str, Mapping[str, Decimal]]) -> Quantities:
    sums: dict[tuple[str | None, str], Decimal] = defaultdict(Decimal)
    for lot in lots:
        for unit, amount in made.get(lot, {}).items():
            sums[product_of(lot), unit] += amount
    return _ordered(sums)


def _ordered(sums: Mapping[tuple[str | None, str], Decimal]) -> Quantities:
    found = sorted(sums.items(), key=lambda entry: (entry[0][0] or "", entry[0][1]))
    return tuple((product, Quantity(amount, unit)) for (product, unit), amount in found)


def _worst(reaches: Sequence[Reach]) -> Quantities:
    most: dict[tuple[str | None, str], Decimal] = {}
    for reach in reaches:
        for product, one in reach.quantities:
            name = (product, one.unit)
            most[name] = max(most.get(name, Decimal(0)), one.amount)
    return _ordered(most)


def _mean(reaches: Sequence[Reach]) -> Quantities:
    sums: dict[tuple[str | None, str], Decimal] = defaultdict(Decimal)
    for reach in reaches:
        for product, one in reach.quantities:
            sums[product, one.unit] += one.amount
    return _ordered({name: (sums[name] / len(reaches)).quantize(_SHARE) for name in sums})


def _depth(found: Traced) -> int:
    return max((node.depth for node in found.lineages[0].nodes), default=0)


def _completeness(gathered: Gathered, world: World) -> Decimal:
    """Receipts whose sending is recorded, over them and all hand-overs with one side only."""
    receipts = sum(one.deed is Deed.RECEIVE for one in gathered.facts)
    findings = (*world.findings, *world.stocks.findings)
    unsent = {one.fact.number for one in findings if one.trouble is Trouble.NOT_SENT}
    lost = {one.fact.number for one in findings if one.trouble is Trouble.NOT_RECEIVED}
    lost |= {
        world.last[key].number
        for key, where in world.places.items()
        if where.state is HoldingState.MOVING
    }
    both = receipts - len(unsent)
    whole = both + len(unsent) + len(lost)
    return (Decimal(both) / whole).quantize(_SHARE) if whole else Decimal(1)


def _accounted(key: str, world: World) -> Decimal | None:
    came = sum(
        (move.amount for move in world.moves if move.lot == key and move.source is None), Decimal(0)
    )
    lost = sum(
        (
            move.amount
            for move in world.moves
            if move.lot == key
            and move.target is not None
            and move.target.state is HoldingState.UNKNOWN
        ),
        Decimal(0),
    )
    owed = sum(
        (
            -amount
            for stock, slots in world.stocks.amounts.items()
            if stock.lot == key
            for amount in slots.values()
            if amount < 0
        ),
        Decimal(0),
    )
    return ((came - lost + owed) / came).quantize(_SHARE) if came else None
