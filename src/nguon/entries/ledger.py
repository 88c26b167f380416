# SPDX-License-Identifier: Apache-2.0
"""How much of some goods an organisation has in hand, by the recorded events; pure.

Made at its places or arrived there, less what was packed, sold, destroyed or
sent on. Goods inside pallets and containers move with them. Where it matters
what was done (a sale or a mere look), the caller says which events took goods
away.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from nguon.base.quantity import PIECE
from nguon.entries.pieces import Pieces
from nguon.epcis.items import ItemRef, Role
from nguon.store.values import Action, EventType, LineageEvent
from nguon.trace.shapes import Shape

Amounts = dict[str, Decimal]
"""An amount for each unit."""
_DEEPEST = 6


class Known(NamedTuple):
    """What the reckoning stands on: events in the order of time, organisations by the keys of
    places and parties, the events that took goods away though they name no receiver.
    """

    shapes: Sequence[Shape]
    organisations: Mapping[str, int]
    taken: Collection[int]
    pieces: Pieces = Pieces()


class _Move(NamedTuple):
    """Goods that came (1) or went (-1); ``whole``: with what is inside."""

    item: ItemRef
    sign: int
    whole: bool = True
    new: bool = False
    """Its number was given here: the goods may have been counted as a lot before."""


def in_hand(owner: int, items: Collection[str], known: Known) -> dict[str, Amounts]:
    """What the organisation has of each item; pieces and pallets count one."""
    found: dict[str, Amounts] = {item: defaultdict(Decimal) for item in items}
    contents, singles = _Contents(), _Singles(known.pieces)
    for shape in known.shapes:
        moved: list[tuple[ItemRef, _Move]] = []
        for move in _moves(owner, shape, known, contents):
            inside = contents.of(move.item.key) if move.whole else ()
            moved += [(item, move) for item in (move.item, *inside)]
        for item, move in moved:
            if item.key in found:
                amount = item.amount
                unit = PIECE if amount is None else amount.unit
                size = Decimal(1) if amount is None else amount.amount
                found[item.key][unit] += move.sign * size
        singles.note(moved)
        contents.note(shape)
    singles.count(found)
    return found


class _Singles:
    """Pieces that came and went by their own numbers, for the lots that they are of."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._moved: dict[str, int] = defaultdict(int)
        self._new: dict[str, int] = defaultdict(int)

    def note(self, moved: Sequence[tuple[ItemRef, _Move]]) -> None:
        """Take in what one event moved; where it counts the lot itself, its pieces are in that."""
        counted = {item.key for item, _ in moved}
        for item, move in moved:
            lot = self._pieces.lots.get(item.key)
            if lot is not None and lot not in counted:
                (self._new if move.new else self._moved)[lot] += move.sign

    def count(self, found: Mapping[str, Amounts]) -> None:
        """Add them to their lots; pieces numbered here only to lots that nobody counted."""
        for lot in self._moved.keys() | self._new.keys():
            if lot not in found:
                continue
            there = found[lot]
            number = self._moved[lot] + (0 if there else self._new[lot])
            share = self._pieces.share(lot, there)
            if number and share is not None:
                there[share.unit] += number * share.amount


def _moves(owner: int, shape: Shape, known: Known, contents: "_Contents") -> Iterator[_Move]:
    """What an event brought to the organisation or took from it."""
    event = shape.event
    at = _holder(event, known.organisations)
    if at != owner:
        return
    if event.type is EventType.TRANSFORMATION:
        yield from (_Move(item, 1, new=True) for item in shape.outputs)
        yield from (_Move(item, -1) for item in shape.inputs)
    elif event.type is EventType.OBJECT:
        sign = _sign(owner, event, known)
        things = (item for item in event.items if item.role is Role.EPC)
        new = event.action is Action.ADD
        yield from (_Move(item, sign, new=new) for item in things if sign)
    elif event.type is EventType.AGGREGATION and event.action is Action.ADD:
        # A pallet is there from its first packing on: its contents were there before.
        parent = shape.parent
        if parent is not None and not contents.known(parent):
            yield _Move(ItemRef(parent, Role.PARENT), 1, whole=False)


def _sign(owner: int, event: LineageEvent, known: Known) -> int:
    if event.action is Action.ADD:
        located = any(item.role is Role.BIZ_LOCATION for item in event.items)
        return 1 if located else 0
    if event.action is Action.DELETE or event.id in known.taken:
        return -1
    gave, got = (_parties(event, role, known) for role in (Role.SOURCE, Role.DESTINATION))
    return (owner in got and owner not in gave) - (owner in gave and owner not in got)


def _parties(event: LineageEvent, role: Role, known: Known) -> set[int]:
    keys = (item.key for item in event.items if item.role is role)
    return {known.organisations[key] for key in keys if key in known.organisations}


def _holder(event: LineageEvent, organisations: Mapping[str, int]) -> int | None:
    places = {item.role: item.key for item in event.items}
    key = places.get(Role.BIZ_LOCATION) or places.get(Role.READ_POINT)
    return organisations.get(key or "")


class _Contents:
    """What is inside pallets and containers, as the events go by."""

    def __init__(self) -> None:
        self._inside: dict[str, dict[tuple[str, str | None], ItemRef]] = {}

    def known(self, parent: str) -> bool:
        """Whether something was ever put into it."""
        return parent in self._inside

    def of(self, parent: str, depth: int = 0) -> list[ItemRef]:
        """Everything inside, at any depth."""
        own = list(self._inside.get(parent, {}).values())
        if depth == _DEEPEST:
            return own
        return own + [deep for item in own for deep in self.of(item.key, depth + 1)]

    def note(self, shape: Shape) -> None:
        """Take in what an event put in or took out."""
        event, parent = shape.event, shape.parent
        if parent is None or event.type is not EventType.AGGREGATION:
            return
        inside = self._inside.setdefault(parent, {})
        if shape.empties:
            inside.clear()
            return
        if event.action is Action.OBSERVE:
            return
        for item in event.items:
            if item.role is Role.CHILD:
                self._put(inside, item, -1 if event.action is Action.DELETE else 1)

    def _put(self, inside: dict[tuple[str, str | None], ItemRef], item: ItemRef, sign: int) -> None:
        key = (item.key, item.unit)
        before = inside.get(key)
        if item.quantity is None:
            if sign > 0:
                inside[key] = item
            else:
                inside.pop(key, None)
            return
        left = sign * Decimal(item.quantity)
        if before is not None and before.quantity is not None:
            left += Decimal(before.quantity)
        if left > 0:
            inside[key] = ItemRef(item.key, Role.CHILD, f"{left:f}", item.unit)
        else:
            inside.pop(key, None)
