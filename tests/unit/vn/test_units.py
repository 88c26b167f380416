# SPDX-License-Identifier: Apache-2.0
"""The administrative units are all there, named in both languages, and found however typed."""

from collections import Counter

import pytest

from nguon.vn import search, units
from nguon.vn.text import fold, plain
from nguon.vn.units import UnitKind


def test_every_unit_is_there() -> None:
    assert len(units.provinces()) == 34
    assert len(units.communes()) == 3321
    assert Counter(unit.kind for unit in units.provinces()) == {
        UnitKind.PROVINCE: 27,
        UnitKind.CITY: 7,
    }
    assert Counter(unit.kind for unit in units.communes()) == {
        UnitKind.COMMUNE: 2611,
        UnitKind.WARD: 697,
        UnitKind.SPECIAL_ZONE: 13,
    }


def test_labels() -> None:
    commune = units.commune("11977")
    assert commune is not None
    assert commune.label("vi") == "xã Tân Hưng, tỉnh Hưng Yên"
    assert commune.label("en") == "Tan Hung Commune, Hung Yen Province"
    capital = units.province("01")
    assert capital is not None
    assert (capital.label("vi"), capital.label("en")) == ("thành phố Hà Nội", "Hanoi City")


def test_unknown_codes() -> None:
    assert units.commune("99999") is None
    assert units.province("99") is None


@pytest.mark.parametrize(
    ("code", "name", "owner"),
    [("20333", "Hoàng Sa", "Đà Nẵng"), ("22736", "Trường Sa", "Khánh Hoà")],
)
def test_the_archipelagos_belong(code: str, name: str, owner: str) -> None:
    unit = units.commune(code)
    assert unit is not None
    assert (unit.name, unit.kind, unit.province.name) == (name, UnitKind.SPECIAL_ZONE, owner)


def test_every_centroid_lies_in_the_country() -> None:
    for unit in units.communes():
        assert 7.5 < unit.latitude < 23.5, unit
        assert 102.0 < unit.longitude < 116.0, unit


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đắk Lắk", "dak lak"),
        ("hoà", "hòa"),
        ("Thuỷ", "THỦY"),
        ("Thủy", "Thu\u0309y"),
        ("TP. Hồ Chí Minh", "tp ho chi minh"),
        ("vĩ_độ", "Vĩ độ"),
    ],
)
def test_folding_makes_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_folding_keeps_words_apart() -> None:
    assert fold("Hà Nội") == "ha noi" != fold("Hanoi")
    assert plain("M'Đrắk") == "M'Drak"


def test_search_ranks_the_name_itself_first() -> None:
    found = search.search("dak lak")
    assert found[0] == units.province("66")
    assert search.search("  ") == []
    assert search.search("khongco") == []
    assert len(search.search("xa", limit=7)) == 7


@pytest.mark.parametrize("text", ["tan hung hung yen", "Xã Tân Hưng, Hưng Yên", "TÂN HƯNG hung ye"])
def test_search_by_commune_and_province(text: str) -> None:
    assert search.search(text)[0] == units.commune("11977")


@pytest.mark.parametrize(
    "text",
    ["24490", " 24490 ", "Krông Pắc, Đắk Lắk", "xã Krong Pac, tỉnh Dak Lak", "krong pac, 66"],
)
def test_a_table_entry_names_one_commune(text: str) -> None:
    assert [unit.code for unit in search.named(text)] == ["24490"]


def test_a_table_entry_that_names_none_or_several() -> None:
    assert search.named("Krông Pắc") == []
    assert search.named("Krông Pắc, Hà Nội") == []
    twice = [
        names
        for names, count in Counter(
            (fold(unit.name), unit.province.name) for unit in units.communes()
        ).items()
        if count == 2
    ]
    name, owner = twice[0]
    assert len(search.named(f"{name}, {owner}")) == 2
