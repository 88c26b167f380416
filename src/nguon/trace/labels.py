# SPDX-License-Identifier: Apache-2.0
"""Short names for the things of a trace: their kind, and the part of a key that people say."""

from enum import StrEnum

import msgspec

from nguon.trace.steps import is_lot, is_product


class ThingKind(StrEnum):
    """Kinds of things as people tell them apart; the words are in the catalogues."""

    PRODUCT = "product"
    LOT = "lot"
    PIECE = "piece"
    UNIT = "unit"
    ASSET = "asset"
    PLACE = "place"
    AREA = "area"
    OTHER = "other"


class Label(msgspec.Struct, frozen=True):
    """``short`` is the lot, serial or number; ``product`` the key of its product, if it has one."""

    kind: ThingKind
    short: str
    product: str | None = None


_BY_PREFIX = {
    "00": ThingKind.UNIT,
    "8003": ThingKind.ASSET,
    "8004": ThingKind.ASSET,
    "414": ThingKind.PLACE,
}


def label(key: str) -> Label:
    """The label of an item key."""
    if key.startswith("uri:"):
        return Label(
            ThingKind.OTHER, key.removeprefix("uri:").rsplit(":", 1)[-1].rsplit("/", 1)[-1]
        )
    if key.startswith(("vn-area:", "vn-pack:")):
        return Label(ThingKind.AREA, key.partition(":")[2])
    parts = key.split("/")
    if parts[0] == "01" and len(parts) > 1:
        product = f"01/{parts[1]}"
        if is_product(key):
            return Label(ThingKind.PRODUCT, parts[1], product)
        kind = ThingKind.LOT if is_lot(key) else ThingKind.PIECE
        return Label(kind, parts[-1], product)
    return Label(_BY_PREFIX.get(parts[0], ThingKind.OTHER), parts[-1])
