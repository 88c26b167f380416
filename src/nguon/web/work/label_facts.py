# SPDX-License-Identifier: Apache-2.0
"""Labels of what is recorded: lots, cartons of a lot, pallets; from records and registers."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from nguon import gs1
from nguon.base.messages import Language, catalogue, text
from nguon.base.quantity import PIECE, Quantity
from nguon.entries.hand import lot_of, product_of
from nguon.entries.model import Line
from nguon.entries.stock import contents
from nguon.identity.model import Principal
from nguon.labels import weights
from nguon.labels.errors import LabelError
from nguon.labels.model import Label
from nguon.registry import queries
from nguon.registry.model import Organisation, Product
from nguon.store import Store
from nguon.trace.telling import ilmd_of
from nguon.web.errors import NotFoundError
from nguon.web.work.entries_words import amount

_NEAREST = 20
_DATES = {
    "harvest": ("harvestEndDate", "harvestDate"),
    "produced": ("productionDate",),
    "best-before": ("bestBeforeDate",),
}


class Thing(msgspec.Struct, frozen=True):
    """What is known of a lot, piece or pallet."""

    item: str
    product: Product | None
    maker: Organisation | None
    quantity: Quantity | None
    dates: Mapping[str, date]
    inside: tuple[Line, ...] = ()

    @property
    def code(self) -> str:
        """The lot number, serial or SSCC."""
        return self.item.partition("/")[2] if self.pallet else lot_of(self.item)

    @property
    def pallet(self) -> bool:
        """Whether it is a logistic unit."""
        return self.item.startswith("00/")


def things(store: Store, principal: Principal, items: Sequence[str]) -> list[Thing]:
    """What is known of items, in their order.

    Raises:
        NotFoundError: nothing is recorded of one of them that this reader may see.
    """
    audience = principal.audience
    found = store.events.by_items(audience, items, limit=_NEAREST * len(items)) if items else []
    by_item: dict[str, list[Any]] = {item: [] for item in items}
    for one in found:
        for key in {ref.key for ref in one.items}:
            if key in by_item:
                by_item[key].append(one)
    if not items or not all(by_item.values()):
        raise NotFoundError("entries.unknown-label")
    pallets = [item for item in items if item.startswith("00/")]
    inside = contents(store, pallets, principal.organisation) if pallets else {}
    keys = {product_of(item) for item in items}
    keys |= {product_of(line.item) for lines in inside.values() for line in lines}
    products = queries.products(store, audience, keys)
    makers = queries.organisations(store, audience, {one.maker for one in products.values()})
    return [_thing(item, by_item[item], products, makers, inside.get(item, ())) for item in items]


def _thing(
    item: str,
    events: Sequence[Any],
    products: Mapping[str, Product],
    makers: Mapping[int, Organisation],
    inside: tuple[Line, ...],
) -> Thing:
    product = products.get(product_of(item))
    held = {product_of(line.item) for line in inside}
    if product is None and len(held) == 1:
        product = products.get(held.pop())
    amounts = [
        ref.amount
        for one in reversed(events)
        for ref in one.items
        if ref.key == item and ref.amount
    ]
    return Thing(
        item,
        product,
        makers.get(product.maker) if product else None,
        amounts[0] if amounts else None,
        dict(_dates([ilmd_of(one.event) for one in events])),
        inside,
    )


def _dates(said: list[Any]) -> list[tuple[str, date]]:
    found = []
    for kind, names in _DATES.items():
        for name in names:
            value = next((one[key] for one in said for key in one if key.endswith(name)), None)
            day = _day(value)
            if day is not None:
                found.append((kind, day))
                break
    return found


def _day(value: Any) -> date | None:
    """The day that a record says; anything may stand there."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def label(
    one: Thing,
    purpose: str,
    base_url: str,
    language: Language,
    *,
    weight: Decimal | None = None,
) -> Label:
    """The label of a thing for a purpose: lot, carton or pallet; ``weight`` is of one carton, kg.

    Raises:
        LabelError: cartons of a product of variable measure without a weight, or with one
            that no symbol holds.
    """
    facts: dict[str, str | date] = {**common(one.product, one.maker, language), **one.dates}
    if one.pallet:
        elements = _pallet(one)
        named = dict(elements)
        facts |= {"sscc": one.code, "content": named.get("02", ""), "count": named.get("37", "")}
        facts["lot"] = named.get("10", "")
    else:
        elements = tuple(gs1.parse(one.item).parts)
        facts["lot"] = one.code
        if "produced" in facts and purpose != "lot":
            facts["packed"] = facts.pop("produced")
        best = one.dates.get("best-before")
        elements += (("15", f"{best:%y%m%d}"),) if best else ()
        if purpose == "carton":
            elements += _weighed(one, weight)
            if weight is not None:
                facts["quantity"] = amount(Quantity(weight, "KGM"), language)
    if purpose == "lot" or one.pallet:
        facts["quantity"] = amount(one.quantity, language) if one.quantity else ""
    return Label(
        name=one.code,
        link=gs1.digital_link(one.item, base_url),
        elements=elements,
        facts=facts,
    )


def _weighed(one: Thing, weight: Decimal | None) -> tuple[tuple[str, str], ...]:
    """Fixed measures are in words alone: their weight is the GTIN's."""
    if not weights.variable(one.item.split("/")[1]):
        return ()
    if weight is None:
        raise LabelError("labels.weight-missing", label=one.code)
    return (weights.net_weight(weight, label=one.code),)


def common(
    product: Product | None, maker: Organisation | None, language: Language
) -> dict[str, str | date]:
    """What the registers say of a product and its maker."""
    facts: dict[str, str | date] = {}
    if product is not None:
        facts["product"] = product.name.in_language(language)
        facts["variety"] = product.variety or ""
        facts["origin"] = _country(product.origin, language)
        facts["storage"] = product.storage.in_language(language) if product.storage else ""
        facts["quantity"] = " ".join(filter(None, (product.net_content, product.net_unit)))
    if maker is not None:
        facts["maker"] = maker.name.in_language(language)
        facts["address"] = maker.address or ""
    return facts


def _country(code: str | None, language: Language) -> str:
    known = f"labels.country-{code}"
    return text(known, language) if known in catalogue(language) else code or ""


def _pallet(one: Thing) -> tuple[tuple[str, str], ...]:
    """The SSCC, and what is inside where that is whole pieces of one product."""
    elements = [("00", one.code)]
    gtins = {line.item.split("/")[1] for line in one.inside if line.item.startswith("01/")}
    amounts = [line.quantity for line in one.inside if line.quantity is not None]
    whole = all(had.unit == PIECE and had.amount == int(had.amount) for had in amounts)
    if len(gtins) == 1 and len(amounts) == len(one.inside) and whole:
        count = int(sum(had.amount for had in amounts))
        elements += [("02", gtins.pop()), ("37", str(count))]
        lots = {lot_of(line.item) for line in one.inside if "/10/" in line.item}
        if len(lots) == 1:
            elements.append(("10", lots.pop()))
    return tuple(elements)
