# SPDX-License-Identifier: Apache-2.0
"""Who has things now, and where: held, under way, sold, used up, destroyed or unknown."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec

from nguon.base.audience import Audience, Disclosure
from nguon.base.quantity import PIECE, Quantity
from nguon.base.time import from_microseconds
from nguon.store import Store
from nguon.trace.asking.facts import Fact, product_of
from nguon.trace.asking.gathering import Gathered, gather
from nguon.trace.asking.reckoning import Reckoning, reckoning
from nguon.trace.asking.seeing import public_names, public_place
from nguon.trace.asking.where import NOWHERE, HoldingState, Where
from nguon.trace.asking.world import World, reckoned
from nguon.trace.steps import is_product

__all__ = ["Holding", "HoldingState", "Holdings", "holdings_in", "holdings_of", "seen_holdings"]

Amounts = dict[tuple[str | None, str], Decimal]
"""By product and unit."""


class Holding(msgspec.Struct, frozen=True):
    """Things that are in one state with one party at one place.

    Of goods under way ``party`` and ``place`` are where they are bound for, ``sender`` and
    ``origin`` who shipped them from where. ``organisation`` is the register's number of the
    party, or of whoever has the place. ``quantities`` are by product (None for containers and
    things without one); ``since`` and ``event`` are of the last record that brought something
    here. ``hidden`` says that the reader may not see more.
    """

    party: str | None
    organisation: int | None
    place: str | None
    state: HoldingState
    keys: tuple[str, ...]
    quantities: tuple[tuple[str | None, Quantity], ...]
    since: datetime | None
    event: int | None
    sender: str | None = None
    origin: str | None = None
    hidden: bool = False


class Holdings(msgspec.Struct, frozen=True):
    """Where things are. ``truncated``: more records exist than were read; what these say is not
    in it, so that things may be missing or be elsewhere by now.
    """

    holdings: tuple[Holding, ...]
    truncated: bool = False


class Part(NamedTuple):
    """A thing, or so much of a lot, where it is; ``fact`` is the record that brought it there."""

    key: str
    where: Where
    quantity: Quantity
    fact: Fact | None


def holdings_of(
    store: Store, keys: Sequence[str], *, upto_seq: int | None = None, most: int | None = None
) -> Holdings:
    """Where all of these things are, and the pieces of the lots among them; not reduced to what
    a reader may see.

    A lot may be in several holdings, each with its part of the quantity; every other thing is
    in exactly one. Whole products are left out. With ``upto_seq`` the answer is the one of that
    log position. At most about ``most`` records are read (None: 400,000).
    """
    gathered = gather(store, goods(keys), upto_seq=upto_seq, most=most)
    world = reckoned(gathered.facts, gathered.things, gathered.lot_of, gathered.parties)
    return Holdings(_grouped(store, parts(gathered, world)), gathered.cut)


def seen_holdings(
    store: Store,
    audience: Audience,
    keys: Sequence[str],
    *,
    upto_seq: int | None = None,
    most: int | None = None,
) -> Holdings:
    """The same as one reader may see it.

    Where he sees the record that brought things to where they are, all of the holding; of the
    others their state, the lots and products that labels show, and the public place.
    """
    asked = keys[0] if keys else ""
    known = reckoning(store, audience, goods(keys), asked, upto_seq=upto_seq, most=most)
    return holdings_in(store, audience, known)


def holdings_in(store: Store, audience: Audience, known: Reckoning) -> Holdings:
    """The same of what was gathered for the reader."""
    open_parts, hidden = list[Part](), list[Part]()
    for part in parts(known.gathered, known.world):
        number = None if part.fact is None else part.fact.number
        level = Disclosure.FULL if number is None else known.disclosed[number]
        (open_parts if level is Disclosure.FULL else hidden).append(part)
    found = (*_grouped(store, open_parts), *_reduced(audience, hidden))
    return Holdings(found, known.gathered.cut)


def goods(keys: Iterable[str]) -> list[str]:
    """The keys without those of whole products, each once."""
    return [key for key in dict.fromkeys(keys) if not is_product(key)]


def parts(gathered: Gathered, world: World) -> list[Part]:
    """Where each of the things is, lots in their parts; pure."""
    measured = list(_lots(world, gathered.pieces))
    lots = {part.key for part in measured}
    numbered = set(gathered.lot_of.values())
    single = [
        Part(key, world.places.get(key, NOWHERE), Quantity(Decimal(1), PIECE), world.last.get(key))
        for key in sorted(gathered.pieces - lots)
        if key not in numbered or key in world.places
    ]
    return [*measured, *single]


def _lots(world: World, keys: frozenset[str]) -> Iterator[Part]:
    """The parts of lots; what a party owes of one is taken from what it has of it elsewhere."""
    for stock, slots in world.stocks.amounts.items():
        if stock.lot not in keys:
            continue
        owed: dict[str | None, Decimal] = defaultdict(Decimal)
        for slot, amount in slots.items():
            if amount < 0:
                owed[slot.where.party] -= amount
        for slot, amount in sorted(slots.items(), key=str):
            if amount <= 0:
                continue
            paid = Decimal(0)
            if slot.where.state is HoldingState.HELD:
                paid = min(owed[slot.where.party], amount)
                owed[slot.where.party] -= paid
            if amount > paid:
                left = Quantity(amount - paid, stock.unit)
                yield Part(stock.lot, slot.where, left, world.stocks.last.get((stock, slot)))


def _grouped(store: Store, found: Iterable[Part]) -> tuple[Holding, ...]:
    groups: dict[Where, list[Part]] = defaultdict(list)
    for part in found:
        groups[part.where].append(part)
    named = {key for where in groups for key in (where.party, where.place) if key is not None}
    organisations = store.named_organisations(named) if named else {}
    return tuple(
        _holding(where, groups[where], organisations) for where in sorted(groups, key=_order)
    )


def _holding(where: Where, found: Sequence[Part], organisations: Mapping[str, int]) -> Holding:
    latest = max((part.fact for part in found if part.fact), key=_time, default=None)
    party, place = where.party or "", where.place or ""
    return Holding(
        party=where.party,
        organisation=organisations.get(party, organisations.get(place)),
        place=where.place,
        state=where.state,
        keys=tuple(sorted({part.key for part in found})),
        quantities=_summed(found),
        since=None if latest is None else from_microseconds(latest.time),
        event=None if latest is None else latest.number,
        sender=where.sender,
        origin=where.origin,
    )


def _reduced(audience: Audience, hidden: Iterable[Part]) -> Iterator[Holding]:
    groups: dict[tuple[HoldingState, str | None], set[str]] = defaultdict(set)
    for part in hidden:
        under_way = part.where.state is HoldingState.MOVING
        place = None if under_way else public_place(audience, part.where.place)
        groups[part.where.state, place].add(part.key)
    for (state, place), keys in sorted(groups.items(), key=str):
        names = public_names(keys)
        yield Holding(None, None, place, state, names, (), None, None, hidden=True)


def _summed(found: Iterable[Part]) -> tuple[tuple[str | None, Quantity], ...]:
    sums: Amounts = defaultdict(Decimal)
    for part in found:
        sums[product_of(part.key), part.quantity.unit] += part.quantity.amount
    ordered = sorted(sums.items(), key=lambda entry: (entry[0][0] or "", entry[0][1]))
    return tuple((product, Quantity(amount, unit)) for (product, unit), amount in ordered)


def _time(one: Fact) -> tuple[int, int]:
    return one.time, one.number


def _order(where: Where) -> tuple[str, ...]:
    return (where.state.value, *(part or "" for part in where[1:]))
