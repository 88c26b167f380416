# SPDX-License-Identifier: Apache-2.0
"""The administrative units: 34 provinces and 3,321 communes, with names and centroids."""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from nguon.base.messages import Language, text
from nguon.vn.text import plain


class UnitKind(StrEnum):
    """Kinds of units; the value is their letter in the data file."""

    PROVINCE = "t"
    CITY = "c"
    COMMUNE = "x"
    WARD = "p"
    SPECIAL_ZONE = "d"


class Province(msgspec.Struct, frozen=True):
    """A province or a city under the central government."""

    code: str
    kind: UnitKind
    name: str
    name_en: str

    def label(self, language: Language) -> str:
        """The name with its kind, as in an address."""
        return _label(self.kind, self.name, self.name_en, language)


class Commune(msgspec.Struct, frozen=True):
    """A commune, ward or special zone; centroid in degrees (WGS 84), area in km²."""

    code: str
    kind: UnitKind
    name: str
    name_en: str
    province: Province
    latitude: float
    longitude: float
    area: float | None

    def label(self, language: Language) -> str:
        """The name with its kind and its province's, as in an address."""
        own = _label(self.kind, self.name, self.name_en, language)
        return f"{own}, {self.province.label(language)}"


def province(code: str) -> Province | None:
    """The province with this two-digit code."""
    return _provinces().get(code)


def commune(code: str) -> Commune | None:
    """The commune with this five-digit code."""
    return _communes().get(code)


def provinces() -> tuple[Province, ...]:
    """All provinces, by code."""
    return tuple(_provinces().values())


def communes() -> tuple[Commune, ...]:
    """All communes, by code within their province."""
    return tuple(_communes().values())


def _label(kind: UnitKind, name: str, name_en: str, language: Language) -> str:
    return text(
        f"vn.unit-{kind.name.lower()}", language, name=name if language == "vi" else name_en
    )


def _lines() -> Iterator[list[str]]:
    content = (files("nguon.vn") / "data" / "units.tsv").read_text("utf-8")
    return (line.split("\t") for line in content.splitlines() if not line.startswith("#"))


@cache
def _provinces() -> dict[str, Province]:
    found = {}
    for code, kind, name, *english in _lines():
        if len(code) == 2:
            name_en = english[0] if english else plain(name)
            found[code] = Province(code, UnitKind(kind), name, name_en)
    return found


@cache
def _communes() -> dict[str, Commune]:
    found: dict[str, Commune] = {}
    owners, owner = _provinces(), None
    for code, kind, name, *rest in _lines():
        if len(code) == 2:
            owner = owners[code]
            continue
        assert owner is not None
        latitude, longitude = float(rest[0]), float(rest[1])
        area = float(rest[2]) if len(rest) > 2 else None
        found[code] = Commune(
            code, UnitKind(kind), name, plain(name), owner, latitude, longitude, area
        )
    return found
