# SPDX-License-Identifier: Apache-2.0
"""Ledger entries out of the moves of a reckoning; pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from nguon.base.quantity import Quantity
from nguon.base.time import from_microseconds
from nguon.trace.asking.facts import Deed, main_place, product_of
from nguon.trace.asking.where import HoldingState, Move, Where


class EntryKind(StrEnum):
    """Why a stock changes."""

    IN = "in"
    OUT = "out"
    MADE = "made"
    USED = "used"
    SOLD = "sold"
    LOST = "lost"
    """Less was counted than the ledger says, or it was stolen."""
    DESTROYED = "destroyed"
    FOUND = "found"
    """More was counted than the ledger says."""


COMING = frozenset({EntryKind.IN, EntryKind.MADE, EntryKind.FOUND})


class Flag(StrEnum):
    """What an entry shows to be wrong."""

    NEGATIVE = "negative"
    """More left than there was."""
    TOO_MUCH_OUT = "too-much-out"
    """More was made than what went in allows."""
    TOO_LITTLE_OUT = "too-little-out"
    """Less was made than the losses of the process explain."""
    UNITS = "units"
    """In another unit than the rest of the lot, so that the two cannot be reckoned together."""


class Account(msgspec.Struct, frozen=True):
    """Whose stock: a party's at all its places, or that of one place; of a lot, of the lots of a
    product, or of everything.
    """

    party: str | None = None
    place: str | None = None
    product: str | None = None
    lot: str | None = None

    def holds(self, where: Where | None) -> bool:
        """Whether goods there are in this stock."""
        if where is None or where.state is not HoldingState.HELD:
            return False
        mine = self.party is None or where.party == self.party
        return mine and (self.place is None or where.place == main_place(self.place))

    def concerns(self, lot: str) -> bool:
        """Whether it is about this lot."""
        if self.lot is not None:
            return lot == self.lot
        return self.product is None or product_of(lot) == self.product


class Entry(msgspec.Struct, frozen=True):
    """One change: ``change`` is signed, ``stock`` what there is of the lot in that unit after it
    (None where the reader may not see all that made it up).

    ``lot`` is the product where pieces of no known lot are meant. Amounts are in kilograms,
    litres or pieces, in other units as recorded.
    """

    at: datetime
    event: int
    kind: EntryKind
    place: str | None
    product: str | None
    lot: str
    change: Quantity
    stock: Quantity | None
    counterparty: str | None = None
    flags: tuple[Flag, ...] = ()


class Total(msgspec.Struct, frozen=True):
    """What a lot comes to in one unit.

    ``accounted`` is (there + out + sold + used + destroyed) over (in + made + found), as a share;
    None where nothing came.
    """

    lot: str
    product: str | None
    unit: str
    sums: dict[EntryKind, Decimal]
    stock: Decimal
    accounted: Decimal | None


_LEAVING = {
    HoldingState.MOVING: EntryKind.OUT,
    HoldingState.HELD: EntryKind.OUT,
    HoldingState.SOLD: EntryKind.SOLD,
    HoldingState.USED: EntryKind.USED,
    HoldingState.DESTROYED: EntryKind.DESTROYED,
    HoldingState.UNKNOWN: EntryKind.LOST,
}


def entries(
    account: Account, moves: Iterable[Move], flags: Mapping[tuple[int, str], Collection[Flag]]
) -> Iterator[Entry]:
    """The entries of an account, in the order of the moves; ``flags`` by record and lot."""
    stocks: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for move in _merged(moves):
        if not account.concerns(move.lot):
            continue
        came, left = account.holds(move.target), account.holds(move.source)
        if came is left:
            continue
        change = move.amount if came else -move.amount
        stock = stocks[move.lot, move.unit] = stocks[move.lot, move.unit] + change
        found = set(flags.get((move.fact.number, move.lot), ()))
        if stock < 0 and left:
            found.add(Flag.NEGATIVE)
        there = move.target if came else move.source
        yield Entry(
            at=from_microseconds(move.fact.time),
            event=move.fact.number,
            kind=_coming(move) if came else _leaving(move),
            place=None if there is None else there.place,
            product=product_of(move.lot),
            lot=move.lot,
            change=Quantity(change, move.unit),
            stock=Quantity(stock, move.unit),
            counterparty=_other(move, came=came),
            flags=tuple(sorted(found)),
        )


def _merged(moves: Iterable[Move]) -> Iterator[Move]:
    """What one record moves of a lot from one place to another as one move."""
    sums: dict[tuple[int, str, str, Where | None, Where | None], Move] = {}
    for move in moves:
        name = (move.fact.number, move.lot, move.unit, move.source, move.target)
        before = sums.get(name)
        amount = move.amount if before is None else before.amount + move.amount
        sums[name] = move._replace(amount=amount)
    yield from sums.values()


def totals(found: Iterable[Entry]) -> Iterator[Total]:
    """What the entries come to, by lot and unit."""
    sums: dict[tuple[str, str], dict[EntryKind, Decimal]] = {}
    for entry in found:
        by_kind = sums.setdefault((entry.lot, entry.change.unit), {})
        by_kind[entry.kind] = by_kind.get(entry.kind, Decimal(0)) + abs(entry.change.amount)
    for (lot, unit), by_kind in sorted(sums.items()):
        came = sum((by_kind.get(kind, Decimal(0)) for kind in COMING), Decimal(0))
        lost = by_kind.get(EntryKind.LOST, Decimal(0))
        left = sum(by_kind.values(), Decimal(0)) - came
        stock = came - left
        share = (max(stock, Decimal(0)) + left - lost) / came if came else None
        yield Total(lot, product_of(lot), unit, by_kind, stock, share)


def _coming(move: Move) -> EntryKind:
    if move.source is not None:
        return EntryKind.IN
    if move.fact.deed is Deed.MAKE:
        return EntryKind.MADE
    return EntryKind.FOUND if move.fact.deed is Deed.COUNT else EntryKind.IN


def _leaving(move: Move) -> EntryKind:
    return EntryKind.OUT if move.target is None else _LEAVING[move.target.state]


def _other(move: Move, *, came: bool) -> str | None:
    """From whom it came, or to whom it went."""
    other = move.source if came else move.target
    if other is None:
        return move.fact.gave.party if came else None
    if came and other.state is HoldingState.MOVING:
        return other.sender
    return other.party if other.state in (HoldingState.MOVING, HoldingState.HELD) else None
