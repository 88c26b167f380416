# SPDX-License-Identifier: Apache-2.0
"""Where every thing is after all records, containers with what is inside; pure.

Records are taken in the order of time. Single things and containers have one place; what is
inside a container goes where it goes, until it is taken out, packed elsewhere, or recorded by
itself at another place, sold, used up or destroyed. Lots are reckoned in `Stocks`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal, localcontext

from nguon.base.quantity import PIECE
from nguon.epcis.items import ItemRef, Role
from nguon.store.values import Action, EventType
from nguon.trace.asking.facts import Deed, Fact, ordered
from nguon.trace.asking.stocks import Stocks
from nguon.trace.asking.targets import target
from nguon.trace.asking.turns import Slot
from nguon.trace.asking.where import (
    ENDED,
    NOWHERE,
    Finding,
    HoldingState,
    Move,
    Trouble,
    Where,
)
from nguon.trace.steps import is_piece

EXACT = 64
"""Digits of a reckoning: amounts of any size and unit are added up without rounding."""
_GONE = ENDED | {HoldingState.SOLD}


def reckoned(
    facts: Iterable[Fact],
    things: AbstractSet[str],
    lot_of: Mapping[str, str],
    parties: dict[str, str],
) -> "World":
    """The world after these records, as far as ``things`` go; ``parties`` by place."""
    world = World(things, lot_of, parties)
    with localcontext(prec=EXACT):
        for one in ordered(facts):
            world.note(one)
    return world


class World:
    """Single things by key, and the `Stocks` of lots; ``moves`` in the order of records."""

    def __init__(
        self, things: AbstractSet[str], lot_of: Mapping[str, str], parties: dict[str, str]
    ) -> None:
        self.parties = parties
        self.places: dict[str, Where] = {}
        self.last: dict[str, Fact] = {}
        self.parent: dict[str, str] = {}
        self.stocks = Stocks(parties, frozenset(lot_of.values()))
        self.findings: list[Finding] = []
        self._things = things
        self._lot_of = lot_of
        self._inside: dict[str, set[str]] = defaultdict(set)
        self._moved: Counter[tuple[str, Where | None, Where]] = Counter()
        self._early: dict[tuple[str, str | None], Fact] = {}

    @property
    def moves(self) -> list[Move]:
        return self.stocks.moves

    def note(self, one: Fact) -> None:
        """Take in one record."""
        kind = one.shape.event.type
        if kind is EventType.TRANSFORMATION:
            self._each(one, Role.INPUT, Deed.USE)
            self._each(one, Role.OUTPUT, Deed.MAKE)
        elif one.shape.parent is not None:
            self._contain(one, one.shape.parent)
        else:
            self._each(one, Role.EPC, one.deed)
        self._flush(one)

    def _each(self, one: Fact, role: Role, deed: Deed) -> None:
        numbered: Counter[str] = Counter()
        for item in one.shape.event.items:
            if item.role is not role or item.key not in self._things:
                continue
            if item.quantity is not None or not is_piece(item.key):
                self.stocks.do(item.key, item.amount, deed, one)
                continue
            new = item.key not in self.places
            self._piece(item.key, deed, one)
            if new and deed is Deed.MAKE and item.key in self._lot_of:
                numbered[self._lot_of[item.key]] += 1
        if role is Role.EPC:
            self._number(numbered, one)

    def _number(self, numbered: Counter[str], one: Fact) -> None:
        """Pieces that get numbers were counted as their lot before: they are not made twice."""
        for lot, count in numbered.items():
            to = target(one, Deed.MAKE, None, self.parties)
            taken = self.stocks.number(lot, count, to)
            self._moved[lot, None, to] -= taken

    def _piece(self, key: str, deed: Deed, one: Fact) -> None:
        before = self.places.get(key)
        to = target(one, deed, before, self.parties)
        if self._judge(key, deed, before, to, one):
            return
        outer = self.places.get(self.parent.get(key, ""))
        if outer is not None and _leaves(to, outer):
            self._take_out(key)
        elif outer is not None:
            to = outer
        if one.step == "decommissioning" and self._inside.get(key):
            self._release(key, one)
        self._put(key, to, one)

    def _judge(self, key: str, deed: Deed, before: Where | None, to: Where, one: Fact) -> bool:
        """Notes what is impossible or missing; whether the record changes nothing."""
        if before is not None and before.state in ENDED:
            if deed is not Deed.LOOK:
                self._find(Trouble.AFTER_END, key, one)
            return True
        if to == NOWHERE:
            self._find(Trouble.NO_PLACE, key, one)
        if deed is Deed.SHIP:
            early = self._early.pop((key, to.party or to.place), None)
            if early is not None:
                self._find(Trouble.TOO_EARLY, key, early, one)
            return early is not None
        if deed is Deed.RECEIVE:
            self._judge_receipt(key, before, to, one)
        elif before is not None and _turned_up(before, to):
            self._find(Trouble.NOT_RECEIVED, key, one, self.last.get(key))
        return False

    def _judge_receipt(self, key: str, before: Where | None, to: Where, one: Fact) -> None:
        """Who records for both sides, as a cooperative does for its households, need not record
        the sending too.
        """
        here = before is not None and before.party == to.party
        under_way = before is not None and before.state is not HoldingState.HELD
        last = self.last.get(key)
        by_one = last is not None and last.shape.event.submitter == one.shape.event.submitter
        if one.gave.party is not None and not (here or under_way or by_one):
            self._find(Trouble.NOT_SENT, key, one)
            self._early[key, to.party or to.place] = one

    def _find(self, trouble: Trouble, key: str, one: Fact, other: Fact | None = None) -> None:
        if trouble is Trouble.TOO_EARLY:
            self.findings = [
                known for known in self.findings if not (known.fact is one and known.key == key)
            ]
        self.findings.append(Finding(trouble, key, one, other=other))

    def _put(self, key: str, to: Where, one: Fact) -> None:
        """Set where a thing is, and with it everything inside."""
        waiting, seen = [key], {key}
        while waiting:
            current = waiting.pop()
            before = self.places.get(current)
            if before == to or (before is not None and before.state in ENDED):
                continue
            self.places[current], self.last[current] = to, one
            group = self._group(current)
            if group is not None:
                self._moved[group, before, to] += 1
                self.stocks.singles[group, to] += 1
                if before is not None:
                    self.stocks.singles[group, before] -= 1
            inside = self._inside.get(current)
            if inside:
                deeper = inside - seen
                seen |= deeper
                waiting += sorted(deeper)
            self.stocks.carry(current, to, one)

    def _group(self, key: str) -> str | None:
        """The lot of a piece, else its product; None for containers."""
        lot = self._lot_of.get(key)
        if lot is not None:
            return lot
        if key.startswith("01/"):
            return "/".join(key.split("/", 2)[:2])
        return None if key.startswith(_CONTAINERS) or key in self._inside else key

    def _flush(self, one: Fact) -> None:
        for (group, before, to), count in sorted(self._moved.items(), key=str):
            if count:
                move = Move(one, group, Decimal(count), PIECE, before, to)
                self.stocks.moves.append(move)
        self._moved.clear()

    def _contain(self, one: Fact, parent: str) -> None:
        event = one.shape.event
        if parent not in self._things:
            return
        attached = event.type is EventType.ASSOCIATION
        if event.action is Action.DELETE:
            for key in self._leaving(one, parent):
                self._take_out(key)
                self._piece(key, one.deed, one)
            self._unpack_lots(one, parent)
            self._piece(parent, one.deed, one)
            return
        self._piece(parent, one.deed, one)
        at = self.places[parent]
        if at.state in ENDED:
            at = target(one, Deed.HOLD, None, self.parties)
        for item in self._children(one):
            if item.quantity is not None or not is_piece(item.key):
                if event.action is Action.ADD:
                    self.stocks.pack(item.key, item.amount, Slot(at, parent), one)
            elif not (attached and item.key in self.parent) and item.key != parent:
                self._enter(item.key, parent, at, one)

    def _enter(self, key: str, parent: str, at: Where, one: Fact) -> None:
        self._take_out(key)
        before = self.places.get(key)
        if not self._judge(key, one.deed, before, at, one):
            self.parent[key] = parent
            self._inside[parent].add(key)
            self._put(key, at, one)

    def _children(self, one: Fact) -> Iterator[ItemRef]:
        for item in one.shape.event.items:
            if item.role is Role.CHILD and item.key in self._things:
                yield item

    def _leaving(self, one: Fact, parent: str) -> list[str]:
        if one.shape.empties:
            return sorted(self._inside.get(parent, ()))
        return [
            item.key
            for item in self._children(one)
            if item.quantity is None and self.parent.get(item.key, parent) == parent
            and is_piece(item.key)
        ]  # fmt: skip

    def _unpack_lots(self, one: Fact, parent: str) -> None:
        if one.shape.empties:
            self.stocks.unpack(None, None, parent, one)
            return
        for item in self._children(one):
            if item.quantity is not None or not is_piece(item.key):
                self.stocks.unpack(item.key, item.amount, parent, one)

    def _take_out(self, key: str) -> None:
        outer = self.parent.pop(key, None)
        if outer is not None:
            self._inside[outer].discard(key)

    def _release(self, container: str, one: Fact) -> None:
        """A container's number ends; what is inside does not."""
        for key in sorted(self._inside[container]):
            self._take_out(key)
        self.stocks.leave(container, one)


_HANDS = frozenset({HoldingState.HELD, HoldingState.SOLD, HoldingState.USED})
_CONTAINERS = ("00/", "8003/", "8004/")


def _turned_up(before: Where, to: Where) -> bool:
    """Whether goods under way are in somebody else's hands, and nothing says that they came."""
    return before.state is HoldingState.MOVING and to.state in _HANDS and to.party != before.sender


def _leaves(to: Where, outer: Where) -> bool:
    """Whether a thing recorded by itself is no longer in its container."""
    if to.state in _GONE or to.state is not outer.state:
        return True
    return to.place is not None and to.place != outer.place
