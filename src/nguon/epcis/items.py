# SPDX-License-Identifier: Apache-2.0
"""What an event is about: its items with their roles, by canonical key."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import msgspec

from nguon import gs1
from nguon.base.quantity import PIECE
from nguon.epcis import model


class Role(IntEnum):
    """How an item takes part in an event."""

    EPC = 1
    PARENT = 2
    CHILD = 3
    INPUT = 4
    OUTPUT = 5
    MEMBER = 6
    TRANSFORMATION_ID = 7
    READ_POINT = 8
    BIZ_LOCATION = 9
    SOURCE = 10
    DESTINATION = 11
    DOCUMENT = 12


class ItemRef(msgspec.Struct, frozen=True, array_like=True):
    """One item of an event.

    ``key`` is the canonical item key. ``quantity`` is an exact decimal as text
    with its UN/ECE ``unit``, for class-level items. A ``MEMBER`` item is the lot
    or product that the item at index ``of`` belongs to.
    """

    key: str
    role: Role
    quantity: str | None = None
    unit: str | None = None
    of: int | None = None


_LISTS: Mapping[str, Role] = MappingProxyType(
    {
        "epc_list": Role.EPC,
        "quantity_list": Role.EPC,
        "child_epcs": Role.CHILD,
        "child_quantity_list": Role.CHILD,
        "input_epc_list": Role.INPUT,
        "input_quantity_list": Role.INPUT,
        "output_epc_list": Role.OUTPUT,
        "output_quantity_list": Role.OUTPUT,
    }
)
_LISTS_OF: Mapping[type[model.Event], tuple[tuple[str, Role], ...]] = MappingProxyType(
    {
        kind: tuple((name, role) for name, role in _LISTS.items() if hasattr(kind, name))
        for kind in (
            model.ObjectEvent,
            model.AggregationEvent,
            model.AssociationEvent,
            model.TransactionEvent,
            model.TransformationEvent,
        )
    }
)
_DESCRIBED_BY_ILMD = frozenset({Role.EPC, Role.OUTPUT})
_IS_LOT_NAME = re.compile(
    r"(?:(?:cbvmda:|urn:epcglobal:cbv:mda[:#]?)lotNumber"
    r"|(?:gs1:|https?://(?:www\.|ref\.)?gs1\.org/voc/)hasBatchLotNumber)\Z"
).match
_PRODUCT = re.compile(r"01/\d{14}(?!/10/)").match


def items_of(event: model.Event) -> tuple[ItemRef, ...]:
    """The items of an event, in a fixed order: things, transformation, places, parties, documents.

    Equal references are named once, but quantities are never merged. ``MEMBER``
    references follow: the lot of every thing that names one (in its URI, or
    through the event's ILMD) with that thing's index in ``of``; its product or
    other class once an event, with ``of`` the first thing of it.
    """
    things = _distinct(_things(event))
    refs = [ref for _, ref in things]
    refs += dict.fromkeys(_circumstances(event))
    lots = _lots(getattr(event, "ilmd", None))
    classes: set[str] = set()
    for index, (uri, ref) in enumerate(things):
        members = _memberships(uri, ref.key)
        if lots and ref.role in _DESCRIBED_BY_ILMD:
            members = _with_lots(members, ref.key, lots)
        for key in members:
            if "/10/" in key:
                refs.append(ItemRef(key, Role.MEMBER, None, None, index))
            elif key not in classes:
                classes.add(key)
                refs.append(ItemRef(key, Role.MEMBER, None, None, index))
    return tuple(refs)


def _distinct(things: Iterable[tuple[str, ItemRef]]) -> list[tuple[str, ItemRef]]:
    """Each thing once; counted classes as often as they are named."""
    seen: set[tuple[str, Role]] = set()
    kept = []
    for thing in things:
        ref = thing[1]
        if ref.quantity is None:
            if (ref.key, ref.role) in seen:
                continue
            seen.add((ref.key, ref.role))
        kept.append(thing)
    return kept


def _things(event: model.Event) -> Iterator[tuple[str, ItemRef]]:
    """What the event moves, makes or observes: the identifier as sent, and its reference."""
    parent = getattr(event, "parent_id", None)
    if parent is not None:
        yield parent, ItemRef(gs1.item_key(parent), Role.PARENT)
    for name, role in _LISTS_OF.get(type(event), ()):
        for member in getattr(event, name):
            if type(member) is str:
                yield member, ItemRef(gs1.item_key(member), role)
            else:
                yield member.epc_class, _counted(member, role)


def _counted(element: model.QuantityElement, role: Role) -> ItemRef:
    key = gs1.item_key(element.epc_class)
    if element.quantity is None:
        return ItemRef(key, role)
    return ItemRef(key, role, quantity_text(element.quantity), element.uom or PIECE)


def quantity_text(amount: float) -> str:
    """A JSON number as an exact decimal without exponent: the shortest that denotes it."""
    if isinstance(amount, int):
        return str(amount)
    return f"{Decimal(repr(amount)).normalize():f}"


def _circumstances(event: model.Event) -> Iterator[ItemRef]:
    """Where, on whose behalf and by which documents it happened."""
    transformation = getattr(event, "transformation_id", None)
    if transformation is not None:
        yield ItemRef(gs1.item_key(transformation), Role.TRANSFORMATION_ID)
    if isinstance(event, model.ExtendedEvent):
        return
    described: Any = event
    if described.read_point is not None:
        yield ItemRef(gs1.item_key(described.read_point.id), Role.READ_POINT)
    if described.biz_location is not None:
        yield ItemRef(gs1.item_key(described.biz_location.id), Role.BIZ_LOCATION)
    for entry in described.source_list:
        yield ItemRef(gs1.item_key(entry.source), Role.SOURCE)
    for entry in described.destination_list:
        yield ItemRef(gs1.item_key(entry.destination), Role.DESTINATION)
    for entry in described.biz_transaction_list:
        yield ItemRef(gs1.item_key(entry.biz_transaction), Role.DOCUMENT)


@lru_cache(maxsize=65536)
def _memberships(uri: str, key: str) -> tuple[str, ...]:
    """The keys that a thing belongs to; a Digital Link may name the lot beside the serial."""
    if key.startswith("uri:"):
        return ()
    if uri.startswith("urn:"):
        return gs1.memberships(key)
    return gs1.parse(uri).memberships


def _lots(ilmd: model.Extensions | None) -> tuple[str, ...]:
    """The lot numbers that instance or lot master data gives (CBV 2.0 section 9.3.5)."""
    if not ilmd:
        return ()
    return tuple(lot for name, value in ilmd.items() if _IS_LOT_NAME(name) for lot in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value.strip()
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)
    elif isinstance(value, dict):
        yield from _texts(value.get("@value"))


def _with_lots(members: tuple[str, ...], key: str, lots: tuple[str, ...]) -> tuple[str, ...]:
    """Memberships with the lots that ILMD names, where the thing is of a product without lot."""
    product = _PRODUCT(key)
    if product is None:
        return members
    named = (lot_key(product.group(), lot) for lot in lots)
    return tuple(dict.fromkeys((*filter(None, named), *members)))


@lru_cache(maxsize=4096)
def lot_key(product: str, lot: str) -> str | None:
    """The key of a product's lot, or None for a text that no lot number can be."""
    key = gs1.item_key(f"https://id.gs1.org/{product}/10/{quote(lot, safe='')}")
    return None if key.startswith("uri:") else key
