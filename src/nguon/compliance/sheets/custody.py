# SPDX-License-Identifier: Apache-2.0
"""The chain-of-custody sheet of seafood (50 CFR 300.324): each data element with what the records
say of it, and every step from hand to hand. English, as the authority reads it.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files

import msgspec

from nguon.compliance.sheets.contents import GOODS, Amounts, Contents
from nguon.compliance.sheets.model import Material, at, lot_and_product, values
from nguon.compliance.sheets.tracking import tracking_event
from nguon.registry.model import LAND
from nguon.tables.writing import Value
from nguon.trace.asking.facts import Deed, Fact

ELEMENTS = ("Element", "Data element", "Value", "State", "Source clause")
STEPS = (
    "Date",
    "Activity",
    "Custodian",
    "Location",
    "From",
    "To",
    "Product",
    "Lot",
    "Quantity",
    "UOM",
    "Documents",
    "EPCIS Event ID",
)
_CLAUSE = "50 CFR 300.324"


class _Element(msgspec.Struct, frozen=True):
    id: str
    words: str
    names: frozenset[str] = frozenset()
    fact: str = ""
    catch: bool = False


def elements(material: Material) -> Iterator[list[Value]]:
    """Each data element: ``recorded``, ``missing``, or ``not applicable (farmed)``."""
    harvests = [one for one in material.facts if tracking_event(one, material) == "Harvesting"]
    farms = [one for one in harvests if _farmed(one, material)]
    for element in _elements():
        said = [
            told for one in material.facts for told in values(material.lot_data(one), element.names)
        ]
        if element.fact:
            said += _TOLD[element.fact](harvests, material)
        told = "; ".join(dict.fromkeys(part for part in said if part))
        if told:
            state = "recorded"
        else:
            caught = element.catch or element.fact == "landing"
            state = "not applicable (farmed)" if caught and farms else "missing"
        yield [element.id, element.words, told, state, _CLAUSE]


def steps(material: Material) -> Iterator[list[Value]]:
    """Every record in the order of time: who had what, where, and to whom it went."""
    contents = Contents(material.lot_of)
    for one in material.facts:
        contents.note(one)
        for (lot, unit), amount in sorted(_lots(one, contents).items()):
            yield [
                at(one),
                one.step,
                material.names.party(_custodian(one)),
                material.location(one.place),
                material.names.party(one.gave.party),
                material.names.party(one.got.party),
                material.names.product(lot) or "",
                lot_and_product(lot)[1],
                amount or None,
                unit,
                material.papers(one),
                one.shape.event.event_id or "",
            ]


def _custodian(one: Fact) -> str | None:
    return one.gave.party if one.deed is Deed.SHIP else one.got.party or one.gave.party


def _lots(one: Fact, contents: Contents) -> Amounts:
    return contents.of(item for item in one.shape.event.items if item.role in GOODS)


def _farmed(one: Fact, material: Material) -> bool:
    place = material.spot(one.place)
    return place is not None and place.kind in LAND


def _farm(harvests: list[Fact], material: Material) -> list[str]:
    return [material.names.place(one.place) for one in harvests if _farmed(one, material)]


def _date(harvests: list[Fact], _: Material) -> list[str]:
    return [f"{at(one):%Y-%m-%d}" for one in harvests]


def _landing(_: list[Fact], material: Material) -> list[str]:
    return [material.location(one.place) for one in material.facts if one.step == "landing"]


def _product(harvests: list[Fact], material: Material) -> list[str]:
    return [
        material.names.product(item.key) or ""
        for one in harvests
        for item in one.shape.event.items
        if item.role in GOODS
    ]


def _quantity(harvests: list[Fact], _: Material) -> list[str]:
    return [
        f"{lot_and_product(item.key)[1]}: {item.amount.text} {item.amount.unit}"
        for one in harvests
        for item in one.shape.event.items
        if item.role in GOODS and item.amount is not None
    ]


def _area(harvests: list[Fact], material: Material) -> list[str]:
    places = (material.spot(one.place) for one in harvests)
    return [place.unit.label("en") for place in places if place is not None and place.unit]


def _delivered(harvests: list[Fact], material: Material) -> list[str]:
    """Who the harvest went to first."""
    lots = {key for one in harvests for key in one.shape.handled}
    for one in material.facts:
        if one.got.party is not None and not lots.isdisjoint(one.shape.handled):
            return [material.names.party(one.got.party)]
    return []


def _custodians(_: list[Fact], material: Material) -> list[str]:
    return [
        material.names.party(side.party)
        for one in material.facts
        for side in (one.gave, one.got)
        if side.party is not None
    ]


_TOLD: Mapping[str, Callable[[list[Fact], Material], list[str]]] = {
    "farm": _farm,
    "date": _date,
    "landing": _landing,
    "product": _product,
    "quantity": _quantity,
    "area": _area,
    "delivered": _delivered,
    "custodians": _custodians,
}


@cache
def _elements() -> tuple[_Element, ...]:
    text = files("nguon.compliance.sheets").joinpath("simp.toml").read_text("utf-8")
    return tuple(msgspec.convert(tomllib.loads(text)["element"], list[_Element]))
