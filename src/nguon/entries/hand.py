# SPDX-License-Identifier: Apache-2.0
"""The goods an organisation may choose from: lots and pallets at its places, with what is left."""

from collections.abc import Iterable

import msgspec

from nguon.base.quantity import Quantity
from nguon.entries.desk import Desk
from nguon.entries.model import Line, number_in
from nguon.entries.stock import contents, held, recent
from nguon.identity.model import Principal
from nguon.registry import queries
from nguon.registry.model import Product
from nguon.store import Store

_SHOWN = 60
"""Lots looked at, the newest first; older ones are named by their code."""


class Lot(msgspec.Struct, frozen=True):
    """Some of a lot in hand."""

    item: str
    lot: str
    product: Product | None
    left: Quantity


class Stack(msgspec.Struct, frozen=True):
    """A pallet in hand, and what is on it."""

    item: str
    contents: tuple[Lot, ...]

    @property
    def number(self) -> str:
        """The pallet's number."""
        return self.item.partition("/")[2]


class Hand(msgspec.Struct, frozen=True):
    """Lots with what is left of them off the pallets too, and pallets; newest first."""

    lots: tuple[Lot, ...] = ()
    stacks: tuple[Stack, ...] = ()

    def by_product(self) -> list[tuple[Product | None, list[Lot]]]:
        """The lots under their products."""
        found: dict[str, list[Lot]] = {}
        for lot in self.lots:
            found.setdefault(product_of(lot.item), []).append(lot)
        return [(lots[0].product, lots) for lots in found.values()]

    def find(self, text: str) -> str | None:
        """The item key of a lot number, where only one lot in hand has it."""
        found = {lot.item for lot in self.lots if lot.lot.casefold() == text.casefold()}
        return found.pop() if len(found) == 1 else None

    def unit(self, item: str) -> str | None:
        """The unit in which a lot is counted here."""
        return next((lot.left.unit for lot in self.lots if lot.item == item), None)


def in_hand(store: Store, principal: Principal, desk: Desk) -> Hand:
    """What there is to pack, ship or sell."""
    audience = principal.audience
    places = [place.key for place in desk.places]
    items = recent(store, audience, places)
    carriers = [item for item in items if item.startswith("00/")]
    lots = [item for item in items if not item.startswith("00/")][:_SHOWN]
    amounts = held(store, audience, principal.organisation, [*lots, *carriers])
    pallets = [item for item in carriers if amounts.of(item) > 0]
    inside = contents(store, pallets, principal.organisation)
    deep = [line.item for lines in inside.values() for line in lines if line.quantity]
    on_pallets = [item for item in dict.fromkeys(deep) if item not in lots]
    if room := on_pallets[: _SHOWN - len(lots)]:
        amounts |= held(store, audience, principal.organisation, room)
        lots += room
    products = queries.products(store, audience, {product_of(key) for key in (*lots, *deep)})
    return Hand(
        tuple(
            _lot(item, left, products)
            for item in lots
            if (left := amounts.quantity(item)) is not None
        ),
        tuple(Stack(item, tuple(_lines(inside.get(item, ()), products))) for item in pallets),
    )


def _lines(lines: Iterable[Line], products: dict[str, Product]) -> Iterable[Lot]:
    return (_lot(one.item, one.quantity, products) for one in lines if one.quantity is not None)


def _lot(item: str, left: Quantity, products: dict[str, Product]) -> Lot:
    return Lot(item, lot_of(item), products.get(product_of(item)), left)


def product_of(item: str) -> str:
    """The product's key in a lot's or piece's."""
    return "/".join(item.split("/")[:2])


def lot_of(item: str) -> str:
    """The lot or serial number in an item key."""
    return number_in(item)
