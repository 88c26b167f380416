# SPDX-License-Identifier: Apache-2.0
"""The units before 1 July 2025, in three levels, and which communes of today took them over."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from nguon.base.messages import Language, text
from nguon.vn.text import plain
from nguon.vn.units import UnitKind

ENDED = date(2025, 6, 30)
"""The last day of the three levels; the units of today begin the day after."""


class FormerKind(StrEnum):
    """Kinds of former units; the value is their letter in the data file."""

    PROVINCE = "t"
    CITY = "c"
    URBAN_DISTRICT = "q"
    RURAL_DISTRICT = "h"
    TOWN = "s"
    WARD = "p"
    COMMUNE = "x"
    TOWNSHIP = "m"


class FormerProvince(msgspec.Struct, frozen=True):
    """One of the 63."""

    code: str
    kind: FormerKind
    name: str

    def label(self, language: Language) -> str:
        """The name with its kind."""
        return _label(self.kind, self.name, language)


class FormerDistrict(msgspec.Struct, frozen=True):
    """A district; ``became`` names the commune of one that had no wards (islands)."""

    code: str
    kind: FormerKind
    name: str
    province: FormerProvince
    became: tuple[str, ...] = ()

    def label(self, language: Language) -> str:
        """The name as in an address."""
        own = _label(self.kind, self.name, language)
        return f"{own}, {self.province.label(language)}"


class FormerWard(msgspec.Struct, frozen=True):
    """A ward; ``became`` are the codes of today's communes, several where it was divided."""

    code: str
    kind: FormerKind
    name: str
    district: FormerDistrict
    became: tuple[str, ...]

    def label(self, language: Language) -> str:
        """The name as in an address."""
        return f"{self.short(language)}, {self.district.label(language)}"

    def short(self, language: Language) -> str:
        """The name with its kind alone."""
        return _label(self.kind, self.name, language)


class Change(msgspec.Struct, frozen=True):
    """A unit of today that was of another kind until the day before ``since``."""

    code: str
    kind: UnitKind
    since: date


def ward(code: str) -> FormerWard | None:
    """The former ward with this five-digit code."""
    return _data()[2].get(code)


def district(code: str) -> FormerDistrict | None:
    """The former district with this three-digit code."""
    return _data()[1].get(code)


def provinces() -> tuple[FormerProvince, ...]:
    """The 63 provinces, by code."""
    return tuple(_data()[0].values())


def districts() -> tuple[FormerDistrict, ...]:
    """The 696 districts, by province and code."""
    return tuple(_data()[1].values())


def wards() -> tuple[FormerWard, ...]:
    """The 10,035 wards, by district and code."""
    return tuple(_data()[2].values())


def absorbed(commune: str) -> tuple[FormerWard, ...]:
    """The former wards that are, whole or in part, in a commune of today: its former names."""
    return _absorbed().get(commune, ())


def changed(code: str) -> Change | None:
    """How a commune or province of today was called first, where its kind has changed since."""
    return _changes().get(code)


def _label(kind: FormerKind, name: str, language: Language) -> str:
    own = name if language == "vi" else plain(name)
    return text(f"vn.former-{kind.name.lower()}", language, name=own)


def _lines() -> Iterator[list[str]]:
    content = (files("nguon.vn") / "data" / "former_units.tsv").read_text("utf-8")
    return (line.split("\t") for line in content.splitlines() if not line.startswith("#"))


@cache
def _changes() -> Mapping[str, Change]:
    rows = (row for row in _lines() if row[1] == "=")
    return {
        code: Change(code, UnitKind(kind), date.fromisoformat(since))
        for code, _, kind, since in rows
    }


_Data = tuple[dict[str, FormerProvince], dict[str, FormerDistrict], dict[str, FormerWard]]


@cache
def _data() -> _Data:
    found: _Data = {}, {}, {}
    kinds = {kind.value: kind for kind in FormerKind}
    for code, kind, name, *rest in _lines():
        if kind == "=":
            continue
        if len(code) == 2:
            owner = found[0][code] = FormerProvince(code, kinds[kind], name)
        elif len(code) == 3:
            part = FormerDistrict(code, kinds[kind], name, owner, tuple(rest))
            found[1][code] = part
        else:
            became = tuple(rest[0].split(","))
            found[2][code] = FormerWard(code, kinds[kind], name, part, became)
    return found


@cache
def _absorbed() -> Mapping[str, tuple[FormerWard, ...]]:
    found: dict[str, tuple[FormerWard, ...]] = {}
    for one in wards():
        for code in one.became:
            found[code] = (*found.get(code, ()), one)
    return found
