# SPDX-License-Identifier: Apache-2.0
"""The forms of harvest and receipt."""

from nguon.entries.desk import Desk
from nguon.entries.fields import Fields
from nguon.entries.forms.common import (
    INVOICE,
    Counter,
    Reading,
    amount,
    party,
    place_of,
    product_of,
    unit_of,
)
from nguon.entries.forms.deliveries import keyed
from nguon.entries.model import KILOGRAM, Harvest, Line, Receive, lot_key

LINES = 3


def harvest(fields: Fields, counter: Counter) -> Reading:
    """One household's harvest, or one from own land."""
    desk = counter.desk
    plots = [plot for household in desk.households for plot in household.plots]
    at = fields.moment()
    land = fields.chosen("land", keyed([*desk.areas, *plots]), "entries.land-missing")
    product = product_of(fields, "product", desk.products)
    lot, quantity = fields.lot("lot"), amount(fields, "amount", KILOGRAM)
    if not (at and land and product and lot and quantity):
        return Reading()
    own_code = land.national_code or not desk.areas or land.holder == desk.owner.id
    area = land if own_code else desk.areas[0]
    entry = Harvest(
        at=at, grower=land.holder, area=area.key, plot=None if area is land else land.key,
        product=product.key, lot=lot, quantity=quantity,
    )  # fmt: skip
    return Reading((entry,), (), ("lot",))


def receive(fields: Fields, counter: Counter) -> Reading:
    """Goods of some lots from one giver."""
    desk = counter.desk
    at, place = fields.moment(), place_of(fields, desk.houses or desk.places)
    giver = party(fields, "party", counter)
    lines: list[Line] = []
    names: list[str] = []
    for row in range(1, LINES + 1):
        if not (fields.text(f"lot-{row}") or fields.text(f"count-{row}")):
            continue
        product = product_of(fields, f"product-{row}", desk.products)
        lot = fields.lot(f"lot-{row}")
        quantity = amount(fields, f"count-{row}", unit_of(product))
        if product and lot and quantity:
            lines.append(Line(lot_key(product.key, lot), quantity))
            names.append(f"count-{row}")
    if not lines and not fields.faults:
        fields.fault("lot-1", "entries.no-goods")
    if not (at and place and giver and lines):
        return Reading()
    entry = Receive(
        at=at, place=place.key, giver=giver.id, lines=tuple(lines),
        origin=_origin(desk, giver.id), document=fields.text("document") or None,
        invoice=fields.text("invoice")[:INVOICE] or None,
    )  # fmt: skip
    return Reading((entry,), tuple(names))


def _origin(desk: Desk, giver: int) -> str | None:
    household = desk.household(giver)
    return household.plots[0].key if household and household.plots else None
