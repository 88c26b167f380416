# SPDX-License-Identifier: Apache-2.0
"""What may be asked for in print, and the labels that it means."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from nguon import gs1
from nguon.base.messages import Language
from nguon.codes import queries as issued
from nguon.entries import service as entries
from nguon.entries.model import lot_key
from nguon.gs1.characters import key_encoded
from nguon.identity.model import Principal
from nguon.labels import templates
from nguon.labels.errors import LabelError
from nguon.labels.model import Label
from nguon.labels.service import MOST
from nguon.registry import queries
from nguon.stoplist import queries as queries_of_stops
from nguon.store import Store
from nguon.web.errors import NotFoundError
from nguon.web.formats import element_string
from nguon.web.work import label_china, label_facts

PURPOSES = ("lot", "carton", "pallet", "piece", "china")


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Labels of items, or of pieces ``first`` (from 1) to ``first + quantity`` of a block."""

    items: Sequence[str] = ()
    block: str = ""
    first: int = 1
    quantity: int = 0
    purpose: str = "lot"
    copies: int = 1
    weight: Decimal | None = None
    """Net weight of each carton, in kilograms."""


def purposes(items: Sequence[str], block: str) -> tuple[str, ...]:
    """What may be printed for these items."""
    if block:
        return ("piece",)
    if items and all(item.startswith("00/") for item in items):
        return ("pallet",)
    if any(item.startswith("00/") for item in items):
        return ("lot",)
    return ("lot", "carton", "china")


def fitting(order: Order) -> tuple[templates.Template, ...]:
    """The templates of an order's purpose; mixed items need those that suit both."""
    found = templates.for_purpose(order.purpose)
    if order.purpose == "lot" and any(item.startswith("00/") for item in order.items):
        return tuple(one for one in found if "pallet" in one.purposes)
    return found


def labels(
    store: Store, principal: Principal, order: Order, base_url: str, language: Language
) -> list[Label]:
    """The labels of an order, each as often as asked.

    Raises:
        NotFoundError: something that this reader may not see, or that is not there.
        LabelError: too many; a box mark whose codes do not hold.
    """
    count = order.quantity if order.block else len(order.items)
    if count * order.copies > MOST:
        raise LabelError("labels.too-many", most=MOST)
    if order.block:
        made = _pieces(store, principal, order, base_url, language)
    else:
        _require_free(store, order.items)
        some = label_facts.things(store, principal, order.items)
        if order.purpose == "china":
            made = label_china.labels(store, principal, some, base_url)
        else:
            made = [
                label_facts.label(one, order.purpose, base_url, language, weight=order.weight)
                for one in some
            ]
    return [one for one in made for _ in range(order.copies)]


def _require_free(store: Store, items: Sequence[str]) -> None:
    """Raises `LabelError` where one of these lots and pallets is stopped, or holds such goods."""
    found = [*queries_of_stops.stopped(store, items), *queries_of_stops.holding(store, items)]
    if found:
        raise LabelError("labels.stopped", item=element_string(found[0]))


def of_receipt(store: Store, principal: Principal, number: int) -> list[str]:
    """What a receipt made: lots, then pallets; raises NotFoundError for another's."""
    done = entries.receipt(store, principal.organisation, number)
    items = [] if done is None else [*done.lots, *done.pallets]
    if not items:
        raise NotFoundError("entries.unknown-label")
    return items


def item_of(code: str) -> str:
    """The item that a code names, in any form; raises NotFoundError for none of ours."""
    try:
        return gs1.parse(code.strip().strip("/")).key
    except gs1.IdentifierError:
        raise NotFoundError("entries.unknown-label") from None


def _pieces(
    store: Store, principal: Principal, order: Order, base_url: str, language: Language
) -> list[Label]:
    found = issued.pieces(
        store,
        principal,
        order.block,
        offset=order.first - 1,
        limit=order.quantity,
        stem=base_url,
    )
    if not found:
        return []
    values = dict(found[0].elements)
    key = f"01/{values['01']}"
    lots = [lot_key(key, values["10"])] if "10" in values else []
    _require_free(store, [*lots, *(f"{key}/21/{key_encoded(one.serial)}" for one in found)])
    product = queries.products(store, principal.audience, [key]).get(key)
    makers = queries.organisations(store, principal.audience, [product.maker]) if product else {}
    maker = makers.get(product.maker) if product else None
    facts = label_facts.common(product, maker, language)
    facts["lot"] = values.get("10", "")
    return [
        Label(
            name=piece.serial,
            link=piece.link,
            elements=piece.elements,
            facts={**facts, "serial": piece.serial},
        )
        for piece in found
    ]
