# SPDX-License-Identifier: Apache-2.0
"""Pieces with serial numbers of their own and the lots that they are of, by the recorded events."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from nguon.base.audience import Audience
from nguon.base.quantity import PIECE, Quantity
from nguon.entries.model import KILOGRAM
from nguon.registry import queries
from nguon.store import Store
from nguon.store.values import LineageEvent
from nguon.tables.mass import kilograms
from nguon.trace.shapes import Shape

_MOST_EVENTS = 5_000
_MOST_PIECES = 20_000
"""Of lots with more numbered pieces the sale of one does not lower the lot."""


class Pieces(msgspec.Struct, frozen=True):
    """``lots`` by piece; ``weights``: the kilograms of one piece, by lot, where they are known."""

    lots: Mapping[str, str] = {}
    weights: Mapping[str, Decimal] = {}

    def share(self, lot: str, units: Iterable[str]) -> Quantity | None:
        """What one piece is of a lot counted in these units; None where that is not known."""
        if KILOGRAM not in units or PIECE in units:
            return Quantity(Decimal(1), PIECE)
        weight = self.weights.get(lot)
        return None if weight is None else Quantity(weight, KILOGRAM)


def pieces_of(store: Store, audience: Audience, items: Iterable[str]) -> Pieces:
    """The lots of the pieces among these items, and the pieces of those and of the other lots."""
    asked = set(items)
    single = sorted(key for key in asked if is_piece(key))
    lots = {key for key in asked if is_lot(key)}
    found = _members(store, single, lots) if single else {}
    lots |= set(found.values())
    found |= _members(store, sorted(lots), lots)
    if len(found) > _MOST_PIECES:
        found = {piece: lot for piece, lot in found.items() if piece in asked}
    makes = {lot: "/".join(lot.split("/")[:2]) for lot in found.values()}
    products = queries.products(store, audience, set(makes.values())) if makes else {}
    weights = {
        lot: weight
        for lot, key in makes.items()
        if (one := products.get(key))
        and (weight := kilograms(one.net_content, one.net_unit)) is not None
    }
    return Pieces(found, weights)


def is_piece(key: str) -> bool:
    """Whether a key is that of one thing with a serial number."""
    return key.startswith("01/") and "/21/" in key


def is_lot(key: str) -> bool:
    """Whether a key is that of a lot."""
    return key.startswith("01/") and "/10/" in key


def _members(store: Store, keys: list[str], lots: set[str]) -> dict[str, str]:
    """By piece its lot, as events of these keys say it."""
    events: dict[int, LineageEvent] = {}
    for some in store.lineage.events_of(keys, most=_MOST_EVENTS).values():
        events |= {event.id: event for event in some}
    wanted = set(keys)
    return {
        piece: whole
        for event in events.values()
        for piece, wholes in Shape(event).wholes.items()
        if is_piece(piece)
        for whole in wholes
        if is_lot(whole) and (whole in lots or piece in wanted)
    }
