# SPDX-License-Identifier: Apache-2.0
"""Quantities of lots, where they are and how records move them; pure, in double entry.

Every quantity that comes somewhere leaves somewhere else; what is made or brought in comes from
outside. Where more leaves a place than was there, its stock is negative until what is missing
is recorded. Amounts are in kilograms, litres or pieces, of other units as recorded.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal

from nguon.base.quantity import PIECE, Quantity, in_base_unit
from nguon.trace.asking.facts import Deed, Fact
from nguon.trace.asking.targets import arrived, held, target, under_way
from nguon.trace.asking.turns import (
    Choice,
    Slot,
    Stock,
    at_hand,
    bound,
    elsewhere,
    exactly,
    in_words,
    inside,
    of_giver,
    sent_from,
    sold_at,
)
from nguon.trace.asking.where import (
    Finding,
    HoldingState,
    Move,
    Trouble,
    Where,
    party_here,
    place_here,
)

ZERO = Decimal(0)
_PRE_RECEIPTS = frozenset({"arriving", "unloading"})


class Stocks:
    """The quantities of all lots; ``numbered`` are lots whose pieces are followed singly."""

    def __init__(self, parties: dict[str, str], numbered: frozenset[str]) -> None:
        self.amounts: dict[Stock, dict[Slot, Decimal]] = defaultdict(dict)
        self.last: dict[tuple[Stock, Slot], Fact] = {}
        self.moves: list[Move] = []
        self.findings: list[Finding] = []
        self.singles: Counter[tuple[str, Where]] = Counter()
        """Pieces followed singly, by lot and where they are."""
        self._parties = parties
        self._numbered = numbered
        self._inside: dict[str, set[Stock]] = defaultdict(set)
        self._awaited: dict[tuple[Stock, str | None], Decimal] = defaultdict(Decimal)
        self._early: dict[tuple[Stock, str | None], tuple[Decimal, Fact]] = {}
        self._units: dict[str, set[str]] = defaultdict(set)
        self._seen: set[str] = set()

    def do(self, lot: str, amount: Quantity | None, deed: Deed, one: Fact) -> None:
        """One record about so much of a lot (None: all there is at its place)."""
        if amount is None:
            for stock in [known for known in self.amounts if known.lot == lot]:
                self._do(stock, None, deed, one)
            return
        based = in_base_unit(amount) or amount
        stock = Stock(lot, based.unit)
        self._check_unit(stock, deed, one)
        self._do(stock, based.amount, deed, one)

    def pack(self, lot: str, amount: Quantity | None, into: Slot, one: Fact) -> None:
        """Put so much of a lot into a container."""
        for stock, left in self._asked(lot, amount, one):
            self._transfer(stock, left, into, at_hand(one, self._parties), one)

    def unpack(self, lot: str | None, amount: Quantity | None, out: str, one: Fact) -> None:
        """Take so much (or all) of a lot (or of all lots) out of a container."""
        slot = Slot(arrived(one, self._parties))
        for stock in sorted(self._inside.get(out, ())):
            if lot is not None and stock.lot != lot:
                continue
            based = None if amount is None else in_base_unit(amount) or amount
            if based is not None and based.unit != stock.unit:
                continue
            left = None if based is None else based.amount
            moved = self._transfer(stock, left, slot, inside(out), one)
            if one.step in _PRE_RECEIPTS:
                self._awaited[stock, slot.where.place] += moved

    def carry(self, container: str, to: Where, one: Fact) -> None:
        """All that is inside a container goes where it goes."""
        if container not in self._inside:
            return
        for stock in sorted(self._inside.get(container, ())):
            self._transfer(
                stock, None, Slot(to, container),
                inside(container), one,
            )  # fmt: skip

    def leave(self, container: str, one: Fact) -> None:
        """What is inside a container stays where it is, without it."""
        for stock in sorted(self._inside.get(container, ())):
            for slot in [slot for slot in self.amounts[stock] if slot.inside == container]:
                self._shift(stock, slot, Slot(slot.where), self.amounts[stock][slot], one)

    def number(self, lot: str, pieces: int, at: Where) -> int:
        """How many of a lot that was counted there get numbers of their own: its stock is less
        by so many, which are followed singly from now on.
        """
        stock, slot = Stock(lot, PIECE), Slot(at)
        there = self.amounts[stock].get(slot, ZERO) if stock in self.amounts else ZERO
        taken = min(Decimal(pieces), max(there, ZERO))
        if taken:
            self.amounts[stock][slot] = there - taken
        return int(taken)

    def _asked(
        self, lot: str, amount: Quantity | None, one: Fact
    ) -> Iterator[tuple[Stock, Decimal | None]]:
        if amount is None:
            yield from ((known, None) for known in [*self.amounts] if known.lot == lot)
            return
        based = in_base_unit(amount) or amount
        stock = Stock(lot, based.unit)
        self._check_unit(stock, one.deed, one)
        yield stock, based.amount

    def _check_unit(self, stock: Stock, deed: Deed, one: Fact) -> None:
        known = self._units[stock.lot]
        if known and stock.unit not in known and deed is not Deed.MAKE:
            self.findings.append(Finding(Trouble.UNITS, stock.lot, one, None, stock.unit))
        known.add(stock.unit)

    def _do(self, stock: Stock, amount: Decimal | None, deed: Deed, one: Fact) -> None:
        here = Slot(held(one, self._parties))
        if deed is Deed.MAKE:
            self._bring(stock, amount or ZERO, here, one)
        elif deed is Deed.SHIP:
            self._ship(stock, amount, one)
        elif deed is Deed.RECEIVE:
            self._receive(stock, amount, one)
        elif deed is Deed.COUNT:
            self._count(stock, amount, here, one)
        elif deed is Deed.VOID:
            back = here.where.place
            self._transfer(stock, amount, here, sent_from(back), one, owing=False)
        elif deed in (Deed.HOLD, Deed.LOOK):
            self._hold(stock, amount, deed, here, one)
        else:
            gone = Slot(target(one, deed, None, self._parties))
            self._transfer(stock, amount, gone, at_hand(one, self._parties), one)

    def _ship(self, stock: Stock, amount: Decimal | None, one: Fact) -> None:
        moving = Slot(under_way(one, None, self._parties))
        receiver = moving.where.party or moving.where.place
        early = self._early.pop((stock, receiver), None)
        if early is not None and amount is not None:
            covered, before = early
            self.findings = [
                known
                for known in self.findings
                if not (known.fact is before and known.key == stock.lot)
            ]
            self.findings.append(
                Finding(Trouble.TOO_EARLY, stock.lot, before, covered, stock.unit, one)
            )
            amount = max(amount - covered, ZERO)
            if not amount:
                return
        self._transfer(stock, amount, moving, at_hand(one, self._parties), one)

    def _receive(self, stock: Stock, amount: Decimal | None, one: Fact) -> None:
        here = Slot(arrived(one, self._parties))
        came = self._transfer(stock, amount, here, bound(here.where, one), one, owing=False)
        if amount is None:
            return
        left = amount - came
        awaited = self._awaited[stock, here.where.place]
        if one.step in _PRE_RECEIPTS:
            self._awaited[stock, here.where.place] = awaited + amount
        else:
            covered = min(left, awaited)
            self._awaited[stock, here.where.place] = awaited - covered
            left -= covered
        if left and (one.gave.party is None or one.disposition == "returned"):
            left -= self._transfer(stock, left, here, sold_at(here.where), one, owing=False)
        if left:
            self._not_sent(stock, left, here, one)

    def _not_sent(self, stock: Stock, amount: Decimal, here: Slot, one: Fact) -> None:
        """Received though nobody recorded sending it: from the giver's stock, else from outside.

        Who records for both sides, as a cooperative does for its households, need not record
        the sending too.
        """
        choice = of_giver(one)
        slots = [slot for slot in self.amounts.get(stock, ()) if choice(slot) is not None]
        by_one = any(
            self.last[stock, slot].shape.event.submitter == one.shape.event.submitter
            for slot in slots
        )
        if one.gave.party is not None and not by_one:
            self.findings.append(Finding(Trouble.NOT_SENT, stock.lot, one, amount, stock.unit))
            self._early[stock, here.where.party or here.where.place] = amount, one
        left = amount - self._transfer(stock, amount, here, choice, one, owing=False)
        if left:
            self._bring(stock, left, here, one)

    def _hold(
        self, stock: Stock, amount: Decimal | None, deed: Deed, here: Slot, one: Fact
    ) -> None:
        """Seen there: what is more than the stock came unrecorded, or is the first of it."""
        if amount is None or here.where.state is not HoldingState.HELD:
            return
        first = stock.lot not in self._seen
        if deed is Deed.HOLD and not first:
            there = self._there(stock, here.where, lambda where: where.place == here.where.place)
            if amount > there:
                came = self._transfer(
                    stock, amount - there, here, bound(here.where, one), one, owing=False
                )
                if came:
                    self.findings.append(
                        Finding(Trouble.NOT_RECEIVED, stock.lot, one, came, stock.unit)
                    )
                left = amount - there - came
                self._transfer(stock, left, here, elsewhere(here.where), one, owing=False)
        elif first and stock.lot not in self._numbered:
            self._bring(stock, amount, here, one)

    def _count(self, stock: Stock, amount: Decimal | None, here: Slot, one: Fact) -> None:
        """Stock-taking: what is more is found, what is less is lost."""
        if amount is None:
            return
        there = self._there(stock, here.where, lambda where: where == here.where)
        if amount > there:
            self._bring(stock, amount - there, here, one)
        elif amount < there:
            lost = Slot(here.where._replace(state=HoldingState.UNKNOWN))
            self._transfer(stock, there - amount, lost, exactly(here.where), one)

    def _there(self, stock: Stock, here: Where, same: Callable[[Where], bool]) -> Decimal:
        """What of a lot is in hand, counted and singly."""
        slots = self.amounts[stock].items()
        counted = sum(
            (
                held
                for slot, held in slots
                if slot.where.state is HoldingState.HELD and same(slot.where)
            ),
            ZERO,
        )
        return counted + (self.singles[stock.lot, here] if stock.unit == PIECE else 0)

    def _bring(self, stock: Stock, amount: Decimal, to: Slot, one: Fact) -> None:
        self._add(stock, to, amount, one)
        self.moves.append(Move(one, stock.lot, amount, stock.unit, None, to.where))

    def _transfer(
        self,
        stock: Stock,
        amount: Decimal | None,
        to: Slot,
        choice: Choice,
        one: Fact,
        *,
        owing: bool = True,
    ) -> Decimal:
        """Take from the slots in their turns; what they lack is owed by the place of the record.

        Gives what was taken. Lots whose pieces are followed singly owe nothing.
        """
        slots = self.amounts.get(stock, {})
        found = [(turn, slot) for slot in slots if (turn := choice(slot)) is not None]
        turns = sorted(found, key=lambda entry: (entry[0], in_words(entry[1])))
        left = amount
        moved = ZERO
        for turn, slot in turns:
            there = slots[slot]
            if there <= 0 or slot == to or (amount is None and turn > turns[0][0]):
                continue
            taken = there if left is None else min(there, left)
            if taken <= 0:
                break
            self._shift(stock, slot, to, taken, one)
            moved += taken
            left = None if left is None else left - taken
        if left and owing and stock.lot not in self._numbered:
            self._owe(stock, left, to, one)
        return moved

    def _owe(self, stock: Stock, amount: Decimal, to: Slot, one: Fact) -> None:
        party, here = party_here(one, self._parties), place_here(one)
        owing = Slot(Where(HoldingState.HELD, party or one.gave.party, here))
        self.findings.append(Finding(Trouble.NOT_THERE, stock.lot, one, amount, stock.unit))
        self._shift(stock, owing, to, amount, one)

    def _shift(self, stock: Stock, source: Slot, to: Slot, amount: Decimal, one: Fact) -> None:
        self._add(stock, source, -amount, one)
        self._add(stock, to, amount, one)
        if source.where != to.where:
            self.moves.append(Move(one, stock.lot, amount, stock.unit, source.where, to.where))

    def _add(self, stock: Stock, slot: Slot, amount: Decimal, one: Fact) -> None:
        self._seen.add(stock.lot)
        slots = self.amounts[stock]
        slots[slot] = slots.get(slot, ZERO) + amount
        if amount >= 0 or (stock, slot) not in self.last:
            self.last[stock, slot] = one
        if not slots[slot]:
            del slots[slot]
        if slot.inside is not None:
            (self._inside[slot.inside].add if slot in slots else self._inside[slot.inside].discard)(
                stock
            )
