# SPDX-License-Identifier: Apache-2.0
"""What an organisation does, told from what it has; and which tasks its start page offers first."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from nguon.registry.model import LAND, PlaceKind


class Calling(StrEnum):
    """Where an organisation stands in the chain."""

    COOPERATIVE = "cooperative"
    GROWER = "grower"
    PACKER = "packer"
    SHOP = "shop"
    LABORATORY = "laboratory"
    TRADER = "trader"


_FIRST: Mapping[Calling, tuple[str, ...]] = {
    Calling.COOPERATIVE: ("deliveries", "pack", "ship", "handovers"),
    Calling.GROWER: ("harvest", "ship", "pack", "handovers"),
    Calling.PACKER: ("receive", "pack", "ship", "consignments"),
    Calling.SHOP: ("receive", "sell", "withdraw", "handovers"),
    Calling.LABORATORY: ("samples", "receive", "trace", "receipts"),
    Calling.TRADER: ("consignments", "receive", "ship", "handovers"),
}
_ALL = (
    *("deliveries", "harvest", "receive", "pack", "ship", "handovers", "sell", "withdraw"),
    *("scan", "print", "issuing", "consignments", "samples", "trace", "receipts"),
)
ICONS: Mapping[str, str] = {
    "deliveries": "people",
    "harvest": "sprout",
    "receive": "receive",
    "pack": "box",
    "ship": "truck",
    "handovers": "done",
    "sell": "shop",
    "withdraw": "remove",
    "scan": "scan",
    "print": "printer",
    "issuing": "tag",
    "consignments": "paper",
    "samples": "flask",
    "trace": "search",
    "receipts": "recorded",
}
_MAKING = {PlaceKind.PACKING_HOUSE, PlaceKind.FACTORY}


def calling(kinds: Collection[str], *, members: bool) -> Calling:
    """What an organisation with places of these kinds, and with members or without, does."""
    if members:
        return Calling.COOPERATIVE
    found = {PlaceKind(kind) for kind in kinds}
    if PlaceKind.LABORATORY in found:
        return Calling.LABORATORY
    if found & _MAKING:
        return Calling.PACKER
    if found & LAND:
        return Calling.GROWER
    if found & {PlaceKind.SHOP, PlaceKind.MARKET}:
        return Calling.SHOP
    return Calling.TRADER


def tasks(what: Calling, offered: Collection[str]) -> tuple[list[str], list[str]]:
    """The tasks of a calling, most of the day's work; then the others. Only those offered.

    Who has no members brings no sheet of deliveries.
    """
    first = [task for task in _FIRST[what] if task in offered]
    without = {*first, *(() if what is Calling.COOPERATIVE else ("deliveries",))}
    return first, [task for task in _ALL if task in offered and task not in without]
