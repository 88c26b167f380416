# SPDX-License-Identifier: Apache-2.0
"""National codes of places: their shapes by kind of place (``codes.toml``), how they compare."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from nguon.registry.errors import RegistryError
from nguon.registry.model import LAND, PlaceKind
from nguon.vn.codes import CodeKind, item_key


class CodeShape(msgspec.Struct, frozen=True):
    """A code's form: a regular expression, what does not count in comparison, an example."""

    pattern: str
    ignore: str
    example: str
    source: str
    crops: tuple[str, ...] = ()


def comparable(kind: PlaceKind, issued: str) -> str:
    """The form in which codes are compared: ``vn-area:VN-DLOR-0017``, ``pond:12010001001``.

    Raises `NationalCodeError` or `RegistryError` for what cannot be such a code.
    """
    shape = _shapes().get(kind)
    if shape is not None:
        code = issued.upper().strip()
        if re.fullmatch(shape.pattern, code) is None:
            raise RegistryError("registry.place-code", text=issued, example=shape.example)
        return f"{kind}:{code.translate(str.maketrans('', '', shape.ignore))}"
    if kind is PlaceKind.PACKING_HOUSE:
        return item_key(CodeKind.PACK, issued)
    if kind in LAND:
        return item_key(CodeKind.AREA, issued)
    return f"{kind}:{' '.join(issued.upper().split())}"


def own_key(national_key: str | None) -> str | None:
    """The key of a place that has no other name than its code: of areas and packing houses."""
    scheme = (national_key or "").partition(":")[0]
    return national_key if scheme in set(CodeKind) else None


@cache
def _shapes() -> Mapping[str, CodeShape]:
    content = tomllib.loads((files("nguon.registry") / "codes.toml").read_text("utf-8"))
    return {kind: msgspec.convert(entry, CodeShape) for kind, entry in content.items()}
