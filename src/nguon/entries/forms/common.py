# SPDX-License-Identifier: Apache-2.0
"""What the forms of entries share: what they are read with, and the readings of common fields."""

from collections.abc import Callable, Sequence

import msgspec

from nguon.base.quantity import PIECE, Quantity
from nguon.entries.desk import Desk
from nguon.entries.errors import FieldFault
from nguon.entries.fields import Fields
from nguon.entries.forms.deliveries import keyed
from nguon.entries.hand import Hand
from nguon.entries.model import KILOGRAM, Entry, Line
from nguon.registry.model import Organisation, Place, Product

INVOICE = 60
"""Letters of an invoice's number."""
USE, PALLET = "use:", "pallet:"
"""Beginnings of the names of fields, before an item key: how much of a lot, which pallets."""


class Reading(msgspec.Struct, frozen=True):
    """The entries of a form, and which of its fields each line of them came from."""

    entries: tuple[Entry, ...] = ()
    fields: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()

    def field(self, fault: FieldFault) -> str:
        """The field that a fault of the entry belongs to."""
        if fault.field == "lot" and fault.line is not None and fault.line < len(self.lots):
            return self.lots[fault.line]
        if fault.field == "quantity" and fault.line is not None and fault.line < len(self.fields):
            return self.fields[fault.line]
        return {"outputs": "count-1", "grower": "land", "plot": "land"}.get(
            fault.field, fault.field
        )


class Counter(msgspec.Struct, frozen=True):
    """What a form is read with: the organisation's desk, its goods, whom it may name."""

    desk: Desk
    hand: Hand
    parties: Callable[[str], Sequence[Organisation]]
    """The organisations that a name or code may mean."""
    destination: Callable[[int], str | None]
    """The one place of an organisation where goods may go."""


def place_of(fields: Fields, places: Sequence[Place]) -> Place | None:
    """The own place chosen."""
    return fields.chosen("place", keyed(places), "entries.place-missing")


def product_of(fields: Fields, name: str, products: Sequence[Product]) -> Product | None:
    """The product chosen."""
    return fields.chosen(name, keyed(products), "entries.product-missing")


def unit_of(product: Product | None) -> str:
    """Loose goods are weighed, packed ones counted."""
    return PIECE if product is not None and product.net_content else KILOGRAM


def amount(fields: Fields, name: str, unit: str) -> Quantity | None:
    """An amount that must be there."""
    before = len(fields.faults)
    found = fields.quantity(name, unit)
    if found is None and len(fields.faults) == before:
        fields.fault(name, "entries.amount-missing")
    return found


def party(fields: Fields, name: str, counter: Counter) -> Organisation | None:
    """The other organisation, by name or code."""
    text = fields.text(name)
    chosen = fields.text(f"{name}-choice") if fields.text(f"{name}-asked") == text else ""
    if not (chosen or text):
        fields.fault(name, "entries.party-missing")
        return None
    found = counter.parties(chosen or text)
    if len(found) == 1:
        return found[0]
    if found:
        fields.fault(name, "entries.party-many", text=text, count=len(found))
    else:
        fields.fault(name, "entries.party-unknown", text=text)
    return None


def used(fields: Fields, counter: Counter) -> tuple[list[Line], list[str]]:
    """The lots in hand with an amount, the pallets chosen, and a code that was scanned."""
    lines: list[Line] = []
    names: list[str] = []
    for item in fields.names(USE):
        quantity = fields.quantity(USE + item, counter.hand.unit(item) or KILOGRAM)
        if quantity is not None:
            lines.append(Line(item, quantity))
            names.append(USE + item)
    for item in fields.names(PALLET):
        lines.append(Line(item))
        names.append(PALLET + item)
    if fields.text("code"):
        line = scanned_line(fields, counter)
        if line is not None:
            lines.append(line)
            names.append("count")
    return lines, names


def scanned_line(fields: Fields, counter: Counter) -> Line | None:
    """A code with an amount; pieces and pallets have none."""
    item = counter.hand.find(fields.text("code")) or fields.item("code")
    if item is None:
        return None
    if item.startswith("01/") and item.count("/") == 1:
        fields.fault("code", "entries.code-product")
        return None
    if "/10/" not in item:
        return Line(item)
    quantity = amount(fields, "count", counter.hand.unit(item) or PIECE)
    return None if quantity is None else Line(item, quantity)
