# SPDX-License-Identifier: Apache-2.0
"""What an event is about: its items with their roles, by canonical key."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import msgspec

from nguon.base.quantity import PIECE, Quantity
from nguon.epcis import model
from nguon.gs1 import Facts, facts, item_key


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


class ItemRef(msgspec.Struct, frozen=True, array_like=True, gc=False):
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

    @property
    def amount(self) -> Quantity | None:
        """How much, where the event says so."""
        if self.quantity is None:
            return None
        return Quantity(Decimal(self.quantity), self.unit or PIECE)


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
_NAMED = (
    ("source_list", "source", Role.SOURCE),
    ("destination_list", "destination", Role.DESTINATION),
    ("biz_transaction_list", "biz_transaction", Role.DOCUMENT),
)
_DESCRIBED_BY_ILMD = frozenset({Role.EPC, Role.OUTPUT})
_IS_LOT_NAME = re.compile(
    r"(?:(?:cbvmda:|urn:epcglobal:cbv:mda[:#]?)lotNumber"
    r"|(?:gs1:|https?://(?:www\.|ref\.)?gs1\.org/voc/)hasBatchLotNumber)\Z"
).match
_IS_PLAIN_LOT = re.compile(r"[0-9A-Za-z._-]{1,20}").fullmatch
_PRODUCT = re.compile(r"01/\d{14}").match


def items_of(event: model.Event) -> tuple[ItemRef, ...]:
    """The items of an event, in a fixed order: things, transformation, places, parties, documents.

    An identifier is named once a list, but quantities are never merged.
    ``MEMBER`` references follow: the lot of every thing that names one (in its
    URI, or through the event's ILMD) with that thing's index in ``of``; its
    product or other class once an event, with ``of`` the first thing of it.
    """
    refs: list[ItemRef] = []
    things = _things(event, refs)
    if not isinstance(event, model.ExtendedEvent):
        _add_circumstances(event, refs)
    ilmd = getattr(event, "ilmd", None)
    lots = _lots(ilmd) if ilmd else ()
    classes: set[str] = set()
    for index, thing in enumerate(things):
        members = thing.memberships
        if lots and refs[index].role in _DESCRIBED_BY_ILMD:
            members = _with_lots(members, thing.key, lots)
        for key in members:
            if "/10/" not in key:
                if key in classes:
                    continue
                classes.add(key)
            refs.append(ItemRef(key, Role.MEMBER, None, None, index))
    return tuple(refs)


def _things(event: model.Event, refs: list[ItemRef]) -> list[Facts]:
    """Adds what the event moves, makes or observes; gives the facts of each."""
    found: list[Facts] = []
    parent = getattr(event, "parent_id", None)
    if parent is not None:
        found.append(facts(parent))
        refs.append(ItemRef(found[0].key, Role.PARENT))
    for name, role in _LISTS_OF.get(type(event), ()):
        members = getattr(event, name)
        if not members:
            continue
        if type(members[0]) is str:
            distinct = {thing.key: thing for thing in map(facts, reversed(members))}
            found += reversed(distinct.values())
            refs += [ItemRef(key, role) for key in reversed(distinct)]
        else:
            things = [facts(element.epc_class) for element in members]
            found += things
            refs += [
                _counted(thing.key, element, role)
                for thing, element in zip(things, members, strict=True)
            ]
    return found


def _counted(key: str, element: model.QuantityElement, role: Role) -> ItemRef:
    if element.quantity is None:
        return ItemRef(key, role)
    return ItemRef(key, role, quantity_text(element.quantity), element.uom or PIECE)


def quantity_text(amount: float) -> str:
    """A JSON number as an exact decimal without exponent: the shortest that denotes it."""
    if isinstance(amount, int):
        return str(amount)
    text = repr(amount)
    if "e" in text or text.endswith(".0"):
        return f"{Decimal(text).normalize():f}"
    return text


def _add_circumstances(event: Any, refs: list[ItemRef]) -> None:
    """Where, on whose behalf and by which documents it happened, each once."""
    found: list[tuple[str, Role]] = []
    transformation = getattr(event, "transformation_id", None)
    if transformation is not None:
        found.append((facts(transformation).key, Role.TRANSFORMATION_ID))
    if event.read_point is not None:
        found.append((facts(event.read_point.id).key, Role.READ_POINT))
    if event.biz_location is not None:
        found.append((facts(event.biz_location.id).key, Role.BIZ_LOCATION))
    for name, member, role in _NAMED:
        entries = getattr(event, name)
        if entries:
            found += [(facts(getattr(entry, member)).key, role) for entry in entries]
    refs += [ItemRef(key, role) for key, role in dict.fromkeys(found)]


def _lots(ilmd: model.Extensions) -> tuple[str, ...]:
    """The lot numbers that instance or lot master data gives (CBV 2.0 section 9.3.5)."""
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
    if product is None or "/10/" in key:
        return members
    return _with_lots_of(product.group(), lots, members)


@lru_cache(maxsize=4096)
def _with_lots_of(product: str, lots: tuple[str, ...], members: tuple[str, ...]) -> tuple[str, ...]:
    """Memberships with the lots of a product, without texts that no lot number can be."""
    keys = [_lot_key(product, lot) for lot in lots]
    named = [key for key in keys if not key.startswith("uri:")]
    return tuple(dict.fromkeys([*named, *members]))


def _lot_key(product: str, lot: str) -> str:
    if _IS_PLAIN_LOT(lot):
        return f"{product}/10/{lot}"
    return item_key(f"https://id.gs1.org/{product}/10/{quote(lot, safe='')}")
