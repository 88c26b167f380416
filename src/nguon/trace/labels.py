# SPDX-License-Identifier: Apache-2.0
"""Short names for the things of a trace: their kind, and the part of a key that people say."""

from enum import StrEnum
from unicodedata import normalize
from urllib.parse import unquote

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
        uri = key.removeprefix("uri:")
        return Label(ThingKind.OTHER, uri.rsplit(":", 1)[-1].rsplit("/", 1)[-1] or uri)
    if key.startswith(("vn-area:", "vn-pack:")):
        return Label(ThingKind.AREA, key.partition(":")[2])
    parts = key.split("/")
    if parts[0] == "01" and len(parts) > 1:
        product = f"01/{parts[1]}"
        if is_product(key):
            return Label(ThingKind.PRODUCT, parts[1], product)
        kind = ThingKind.LOT if is_lot(key) else ThingKind.PIECE
        return Label(kind, _said(parts[-1]), product)
    return Label(_BY_PREFIX.get(parts[0], ThingKind.OTHER), _said(parts[-1]))


def _said(value: str) -> str:
    """A value as issued: keys write a slash in it as ``%2F``."""
    return unquote(value)


_NARROW = frozenset("fijlrtI.,:;'|!()[]-/ ")
_WIDE = frozenset("mwMWOQ%@…×")


def cut(text: str, width: float, *, middle: bool = False) -> str:
    """A text that fits into ``width`` em of a bold sans-serif type, by estimate.

    The end is left out, or the middle of a number that differs at its end.
    """
    if sum(map(_advance, text)) <= width:
        return text
    left = width - _advance("…")
    tail = _fitting(text[::-1], left / 2)[::-1] if middle else ""
    return f"{_fitting(text, left - sum(map(_advance, tail))).rstrip()}…{tail.lstrip()}"


def _fitting(text: str, width: float) -> str:
    used = 0.0
    for index, character in enumerate(text):
        used += _advance(character)
        if used > width:
            return text[:index]
    return text


def _advance(character: str) -> float:
    base = normalize("NFD", character)[0]
    if base in _NARROW:
        return 0.36
    if base in _WIDE or ord(base) > 0x2E7F:
        return 1.0
    return 0.68 if base.isupper() else 0.58
