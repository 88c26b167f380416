# SPDX-License-Identifier: Apache-2.0
"""Addresses in the three levels before July 2025 become communes of today, without a network.

One answer where the ward went whole; where it was divided, every commune that
took a part, with the former wards that it was made of: who lives there knows
beside which of them the hamlet lies.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec

from nguon.base.messages import Language, hint, text
from nguon.vn import former, units
from nguon.vn.former import FormerDistrict, FormerWard
from nguon.vn.levels import current_levels, former_levels
from nguon.vn.readings import Reading, Word, readings, words_of
from nguon.vn.text import fold
from nguon.vn.units import Commune


class How(StrEnum):
    """What the candidates rest on."""

    CURRENT = "current"
    """The address names a commune of today already."""
    WHOLE = "whole"
    """The former ward went whole into one commune."""
    DIVIDED = "divided"
    """The former ward was divided: the hamlet decides."""
    SEVERAL = "several"
    """Several wards or communes are called so: the missing district or province decides."""
    DISTRICT = "district"
    """A district alone: the communes made of it."""
    UNKNOWN = "unknown"
    """No unit is named."""


class Candidate(msgspec.Struct, frozen=True):
    """A commune of today, and the former wards it was made of."""

    commune: Commune
    made_of: tuple[FormerWard, ...] = ()

    def reason(self, language: Language) -> str:
        """What decides for it, in words."""
        names = ", ".join(one.short(language) for one in self.made_of)
        return text("vn.conversion-made-of", language, names=names) if names else ""


class Conversion(msgspec.Struct, frozen=True):
    """What an address means today.

    ``detail`` is what stands before the units (house, street, hamlet) and stays
    in the address; ``unknown`` the parts that name no unit; ``others`` what the
    address would mean if it were an old one (with ``CURRENT`` only).
    """

    asked: str
    how: How
    candidates: tuple[Candidate, ...] = ()
    former: tuple[FormerWard | FormerDistrict, ...] = ()
    unknown: tuple[str, ...] = ()
    detail: str = ""
    others: tuple[Candidate, ...] = ()

    @property
    def answer(self) -> Commune | None:
        """The commune, where there is one only."""
        return self.candidates[0].commune if len(self.candidates) == 1 else None

    def told(self, language: Language) -> str:
        """What was found, in words."""
        old = "; ".join(one.label(language) for one in self.former[:3])
        return text(f"vn.conversion-{self.how}", language, old=old, count=len(self.candidates))

    def next(self, language: Language) -> str | None:
        """What to do."""
        return hint(f"vn.conversion-{self.how}", language, old="", count=len(self.candidates))


@lru_cache(maxsize=2048)
def convert(asked: str) -> Conversion:
    """What an address, or the code of a unit, means in the communes of today."""
    digits = asked.strip()
    if digits.isascii() and digits.isdigit():
        return _by_code(asked, digits)
    words = words_of(asked)
    today = next(iter(readings(words, current_levels())), None)
    before = _below_province(readings(words, former_levels()))
    least = before[0].score if before else 0
    if today is not None and today.units[1] and today.score >= least:
        return _current(asked, words, today, before)
    if before is None:
        return _unknown(asked, words, today)
    return _former(asked, words, before)


def of_ward(ward: FormerWard) -> Conversion:
    """What a former ward became."""
    how = How.DIVIDED if len(ward.became) > 1 else How.WHOLE
    return Conversion(ward.code, how, _candidates([ward]), (ward,))


def _by_code(asked: str, digits: str) -> Conversion:
    today, before = units.commune(digits), former.ward(digits)
    if today is not None:
        others = _candidates([before]) if before is not None else ()
        own = (Candidate(today, former.absorbed(today.code)),)
        return Conversion(asked, How.CURRENT, own, others=() if others == own else others)
    if before is not None:
        return msgspec.structs.replace(of_ward(before), asked=asked)
    district = former.district(digits)
    if district is not None:
        return Conversion(asked, How.DISTRICT, _of_district(district), (district,))
    return Conversion(asked, How.UNKNOWN, unknown=(digits,))


def _below_province(found: Sequence[Reading]) -> list[Reading] | None:
    """The best readings, all of one score, where they name a district or a ward."""
    best = [one for one in found if one.score == found[0].score]
    return [one for one in best if one.units[1] or one.units[2]] or None


def _current(
    asked: str, words: list[Word], today: Reading, before: list[Reading] | None
) -> Conversion:
    found = tuple(Candidate(one, former.absorbed(one.code)) for one in _communes(today.units[1]))
    how = How.CURRENT if len(found) == 1 else How.SEVERAL
    wards = [ward for one in before or () for ward in one.units[2] if not one.units[1]]
    others = tuple(one for one in _candidates(_wards(wards)) if one not in found)
    unknown = _unknown_parts(asked, words, today)
    return Conversion(asked, how, found, (), unknown, _detail(asked, words, today), others)


def _former(asked: str, words: list[Word], before: list[Reading]) -> Conversion:
    first = before[0]
    wards = list({w.code: w for one in before for w in _wards(one.units[2])}.values())
    unknown, detail = _unknown_parts(asked, words, first), _detail(asked, words, first)
    if not wards:
        districts = [one for one in first.units[1] if isinstance(one, FormerDistrict)]
        found = tuple(one for district in districts for one in _of_district(district))
        island = len(districts) == 1 and bool(districts[0].became)
        how = How.WHOLE if island else How.DISTRICT
        named = (*unknown, detail) if detail and not island else unknown
        return Conversion(asked, how, found, tuple(districts), named, detail if island else "")
    found = _candidates(wards)
    how = How.SEVERAL
    if len(wards) == 1:
        how = How.DIVIDED if len(found) > 1 else How.WHOLE
    return Conversion(asked, how, found, tuple(wards), unknown, detail)


def _unknown(asked: str, words: list[Word], today: Reading | None) -> Conversion:
    begin = today.begin if today is not None else len(words)
    rest = _said(asked, words, 0, begin)
    return Conversion(asked, How.UNKNOWN, unknown=(rest,) if rest else ())


def _candidates(wards: Sequence[FormerWard]) -> tuple[Candidate, ...]:
    """Each commune once; those that kept the ward's name stand first."""
    names = {fold(ward.name) for ward in wards}
    codes = dict.fromkeys(code for ward in wards for code in ward.became)
    found = _communes([units.commune(code) for code in codes])
    ordered = sorted(found, key=lambda one: (fold(one.name) not in names, one.code))
    return tuple(Candidate(one, former.absorbed(one.code)) for one in ordered)


def _of_district(district: FormerDistrict) -> tuple[Candidate, ...]:
    if district.became:
        island = _communes([units.commune(code) for code in district.became])
        return tuple(Candidate(one, former.absorbed(one.code)) for one in island)
    return _candidates([ward for ward in former.wards() if ward.district is district])


def _communes(found: Sequence[Any]) -> list[Commune]:
    return [one for one in found if isinstance(one, Commune)]


def _wards(found: Sequence[Any]) -> list[FormerWard]:
    return [one for one in found if isinstance(one, FormerWard)]


def _unknown_parts(asked: str, words: list[Word], reading: Reading) -> tuple[str, ...]:
    return tuple(_said(asked, words, begin, end) for begin, end in reading.unknown)


def _detail(asked: str, words: list[Word], reading: Reading) -> str:
    return _said(asked, words, 0, reading.begin)


def _said(asked: str, words: list[Word], begin: int, end: int) -> str:
    return asked[words[begin].begin : words[end - 1].end].strip() if end > begin else ""
