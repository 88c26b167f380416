# SPDX-License-Identifier: Apache-2.0
"""What containers hold while records are read in the order of time: lots and amounts; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from nguon.base.quantity import PIECE
from nguon.epcis.items import ItemRef, Role
from nguon.store.values import Action, EventType
from nguon.trace.asking.facts import Fact
from nguon.trace.steps import is_lot, is_piece

Amounts = dict[tuple[str, str], Decimal]
"""By lot (a piece without one by its own key) and unit."""
GOODS = frozenset({Role.EPC, Role.CHILD, Role.PARENT, Role.INPUT, Role.OUTPUT})
_DEEPEST = 6


class Contents:
    """What is inside of what; `note` each record before the next is asked about."""

    def __init__(self, lot_of: Mapping[str, str]) -> None:
        self._lot_of = lot_of
        self._inside: dict[str, dict[str, ItemRef]] = defaultdict(dict)
        self._parent: dict[str, str] = {}

    def note(self, one: Fact) -> None:
        """Take in one record."""
        event, parent = one.shape.event, one.shape.parent
        if event.type is not EventType.AGGREGATION or parent is None:
            return
        children = [item for item in event.items if item.role is Role.CHILD]
        if event.action is Action.DELETE:
            if one.shape.empties:
                self._inside.pop(parent, None)
            for item in children:
                self._inside[parent].pop(item.key, None)
            return
        for item in children:
            if is_piece(item.key):
                before = self._parent.get(item.key, parent)
                self._inside[before].pop(item.key, None)
                self._parent[item.key] = parent
            self._inside[parent][item.key] = item

    def of(self, items: Iterable[ItemRef]) -> Amounts:
        """The lots among these things and inside of them, with how much of each."""
        found: Amounts = defaultdict(Decimal)
        for item in items:
            self._add(item, found, _DEEPEST)
        return dict(found)

    def _add(self, item: ItemRef, found: Amounts, depth: int) -> None:
        inside = self._inside.get(item.key)
        if inside and depth:
            for one in inside.values():
                self._add(one, found, depth - 1)
        elif item.amount is not None:
            found[item.key, item.amount.unit] += item.amount.amount
        elif item.key.startswith("01/") or is_lot(item.key):
            if is_piece(item.key):
                found[self._lot_of.get(item.key, item.key), PIECE] += 1
            else:
                found.setdefault((item.key, ""), Decimal(0))
