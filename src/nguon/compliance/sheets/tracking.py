# SPDX-License-Identifier: Apache-2.0
"""The electronic sortable sheet of 21 CFR 1.1455(c)(3)(ii): one row for each critical tracking
event and traceability lot code, with its key data elements (21 CFR 1.1325 to 1.1350) as columns.

Column names are in English, as the authority reads them. A lot is the traceability lot code;
pieces count for their lot, containers for what is inside them then.
"""

from collections.abc import Iterator

from nguon.compliance.sheets.contents import GOODS, Amounts, Contents
from nguon.compliance.sheets.model import Material, at, lot_and_product
from nguon.epcis.items import Role
from nguon.registry.model import PlaceKind
from nguon.store.values import EventType
from nguon.tables.writing import Value
from nguon.trace import stages
from nguon.trace.asking.facts import Deed, Fact

COLUMNS = (
    "Critical Tracking Event",
    "TLC - GTIN",
    "TLC - Batch",
    "TLC Source Location",
    "Product Description",
    "Quantity",
    "UOM",
    "Event Date",
    "Event Location",
    "Ship-From / Immediate Previous Source Location",
    "Ship-To / Immediate Subsequent Recipient Location",
    "Harvest Location",
    "Harvest Date",
    "FTL Food Used (TLC, Quantity, UOM)",
    "Reference Document Type and Number",
    "EPCIS Event ID",
)
_DEEDS = {Deed.SHIP: "Shipping", Deed.RECEIVE: "Receiving"}
_STEPS = {
    "harvesting": "Harvesting",
    "fishing": "Harvesting",
    "cooling": "Cooling",
    "landing": "First Land-Based Receiving",
}
_PACKERS = frozenset({PlaceKind.PACKING_HOUSE})


def rows(material: Material) -> Iterator[list[Value]]:
    """The rows in the order of time."""
    contents, made = Contents(material.lot_of), dict[str, Fact]()
    for one in material.facts:
        contents.note(one)
        event = tracking_event(one, material)
        lots = _lots(one, contents)
        if one.deed is Deed.MAKE:
            for lot, _ in lots:
                made.setdefault(lot, one)
        if event:
            for (lot, unit), amount in sorted(lots.items()):
                yield _row(event, one, material, made.get(lot), (lot, unit, amount or None))


def tracking_event(one: Fact, material: Material) -> str:
    """Which critical tracking event a record is; empty for none of them."""
    if one.shape.event.type is EventType.TRANSFORMATION:
        place = material.spot(one.place)
        packed = stages.is_packing(one.step) or (place is not None and place.kind in _PACKERS)
        return "Initial Packing" if packed else "Transformation"
    if one.step in _STEPS:
        return _STEPS[one.step]
    if one.deed is Deed.MAKE and stages.is_harvest(material.lot_data(one)):
        return "Harvesting"
    return _DEEDS.get(one.deed, "")


def _lots(one: Fact, contents: Contents) -> Amounts:
    wanted = {Role.OUTPUT} if one.shape.event.type is EventType.TRANSFORMATION else GOODS
    return contents.of(item for item in one.shape.event.items if item.role in wanted)


def _row(
    event: str,
    one: Fact,
    material: Material,
    source: Fact | None,
    goods: tuple[str, str, Value],
) -> list[Value]:
    lot, unit, amount = goods
    gtin, number = lot_and_product(lot)
    harvested = event == "Harvesting"
    return [
        event,
        gtin,
        number,
        "" if source is None else material.location(source.place),
        material.names.product(lot) or "",
        amount,
        unit,
        at(one),
        material.location(one.place),
        _side(one.gave.place, one.gave.party, material),
        _side(one.got.place, one.got.party, material),
        material.location(one.place) if harvested else "",
        at(one).date() if harvested else None,
        _used(one),
        material.papers(one),
        one.shape.event.event_id or "",
    ]


def _side(place: str | None, party: str | None, material: Material) -> str:
    return material.location(place) if place else material.names.party(party)


def _used(one: Fact) -> str:
    """What went into a transformation, lot by lot."""
    told = []
    for item in one.shape.inputs:
        gtin, number = lot_and_product(item.key)
        amount = item.amount
        much = "" if amount is None else f" {amount.text} {amount.unit}"
        told.append(f"{gtin} {number}{much}".strip())
    return "; ".join(told)
