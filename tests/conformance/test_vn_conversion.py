# SPDX-License-Identifier: Apache-2.0
"""Every row of the open map from the former to today's communes converts as the map says."""

import csv
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from nguon.vn import conversion, former
from nguon.vn.conversion import How
from nguon.vn.text import plain

_MAP = "vietnam/admin_units/convert_legacy_2025_simple.vietnamadminunits.csv"
_RENUMBERED = {"06970": "06978"}
_TWICE_WITHOUT_ACCENTS = 44
"""Wards that differ from another of their district by diacritics only."""

Names = tuple[str, str, str]


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[dict[str, str]]:
    with (shared_data / _MAP).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def became(rows: list[dict[str, str]]) -> dict[Names, set[str]]:
    found: dict[Names, set[str]] = defaultdict(set)
    for row in rows:
        code = row["newWardCode"].zfill(5)
        names = row["ward"], row["district"], row["province"]
        found[names].add(_RENUMBERED.get(code, code))
    return found


def test_the_map_is_whole(rows: list[dict[str, str]], became: dict[Names, set[str]]) -> None:
    assert (len(rows), len(became)) == (10_602, 10_040)
    pairs = [(ward.code, code) for ward in former.wards() for code in ward.became]
    islands = [one for one in former.districts() if one.became]
    assert (len(former.provinces()), len(former.districts())) == (63, 696)
    assert (len(former.wards()), len(islands), len(pairs)) == (10_035, 5, 10_597)


def _converted(names: Names, writing: Callable[[str], str]) -> conversion.Conversion:
    return conversion.convert(writing(", ".join(name for name in names if name)))


@pytest.mark.parametrize(("step", "writing"), [(1, str), (7, lambda text: text.replace(",", ""))])
def test_every_address_converts_as_the_map_says(
    became: dict[Names, set[str]], step: int, writing: Callable[[str], str]
) -> None:
    for names, codes in list(became.items())[::step]:
        found = _converted(names, writing)
        assert {one.commune.code for one in found.candidates} == codes, names
        assert found.how is (How.DIVIDED if len(codes) > 1 else How.WHOLE), names
        assert (found.unknown, found.detail) == ((), ""), names


def test_without_diacritics_the_right_one_is_always_offered(
    became: dict[Names, set[str]],
) -> None:
    unsure = []
    for names, codes in became.items():
        found = _converted(names, plain)
        offered = {one.commune.code for one in found.candidates}
        assert codes <= offered, names
        if offered != codes or found.how is How.SEVERAL:
            assert found.how is How.SEVERAL, names
            unsure.append(names)
    assert len(unsure) == _TWICE_WITHOUT_ACCENTS


def test_every_code_converts_as_the_map_says(rows: list[dict[str, str]]) -> None:
    codes: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["wardCode"]:
            new = row["newWardCode"].zfill(5)
            codes[row["wardCode"].partition(".")[0].zfill(5)].add(_RENUMBERED.get(new, new))
    assert len(codes) == 10_035
    for code, communes in codes.items():
        ward = former.ward(code)
        assert ward is not None
        found = conversion.of_ward(ward)
        assert {one.commune.code for one in found.candidates} == communes
