# SPDX-License-Identifier: Apache-2.0
"""The forms of packing and shipping."""

from decimal import Decimal

from nguon.base.quantity import PIECE, Quantity
from nguon.entries import markets
from nguon.entries.desk import Desk
from nguon.entries.fields import Fields
from nguon.entries.forms.common import (
    INVOICE,
    USE,
    Counter,
    Reading,
    amount,
    party,
    place_of,
    product_of,
    unit_of,
    used,
)
from nguon.entries.model import KILOGRAM, Line, Output, Pack, Pallet, Ship
from nguon.tables.mass import kilograms

MOST_PALLETS = 100
OUTPUTS = 2


def pack(fields: Fields, counter: Counter) -> Reading:
    """Lots in hand become packed lots, perhaps on pallets."""
    desk = counter.desk
    at, place = fields.moment(), place_of(fields, desk.houses)
    inputs, names = used(fields, counter)
    if not inputs and not fields.faults:
        first = next((USE + lot.item for lot in counter.hand.lots), "code")
        fields.fault(first, "entries.no-inputs")
    outputs: list[Output] = []
    lots = []
    for row in range(1, OUTPUTS + 1):
        if row == 1 or fields.text(f"count-{row}"):
            output = _output(fields, row, desk)
            if output is not None:
                outputs.append(output)
                lots.append(f"out-{row}")
    pallets = fields.count("pallets", MOST_PALLETS) or 0
    if not (at and place and inputs and outputs):
        return Reading()
    stacked = _stacked(outputs[0], pallets)
    if pallets and not stacked:
        fields.fault("pallets", "entries.pallets-many", count=pallets)
    entry = Pack(
        at=at, place=place.key, inputs=tuple(inputs), outputs=tuple(outputs), pallets=stacked
    )
    return Reading((entry,), tuple(names), tuple(lots))


def _output(fields: Fields, row: int, desk: Desk) -> Output | None:
    product = product_of(fields, f"product-{row}", desk.products)
    lot = fields.lot(f"out-{row}")
    unit = unit_of(product)
    quantity = amount(fields, f"count-{row}", unit)
    best_before = fields.day(f"best-{row}", required=False)
    if not (product and lot and quantity):
        return None
    content = kilograms(product.net_content, product.net_unit) if unit == PIECE else None
    return Output(
        product.key,
        lot,
        quantity,
        Quantity(content, KILOGRAM) if content else None,
        best_before,
    )


def _stacked(output: Output, pallets: int) -> tuple[Pallet, ...]:
    """The boxes on so many pallets, as evenly as it goes."""
    total = output.quantity.amount
    if not pallets or (output.quantity.unit == PIECE and total < pallets):
        return ()
    share, rest = divmod(int(total), pallets)
    sizes = [Decimal(share + (position < rest)) for position in range(pallets)]
    unit = output.quantity.unit
    return tuple(Pallet((Line(output.item, Quantity(size, unit)),)) for size in sizes)


def ship(fields: Fields, counter: Counter) -> Reading:
    """Goods in hand to another organisation."""
    desk = counter.desk
    at, place = fields.moment(), place_of(fields, desk.houses or desk.places)
    receiver = party(fields, "party", counter)
    if receiver is not None and receiver.id == desk.owner.id:
        fields.fault("party", "entries.party-self")
    lines, names = used(fields, counter)
    if not lines and not fields.faults:
        fields.fault("code", "entries.no-goods")
    if fields.faults or not (at and place and receiver):
        return Reading()
    entry = Ship(
        at=at,
        place=place.key,
        receiver=receiver.id,
        lines=tuple(lines),
        destination=counter.destination(receiver.id),
        document=fields.text("document") or None,
        invoice=fields.text("invoice")[:INVOICE] or None,
        vehicle=fields.text("vehicle") or None,
        market=next((one for one in markets.MARKETS if one == fields.text("market")), None),
    )
    return Reading((entry,), tuple(names))
