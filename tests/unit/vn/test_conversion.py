# SPDX-License-Identifier: Apache-2.0
"""Addresses as people write them lead to the communes of today, or say what is missing."""

import subprocess
import sys
import time
from statistics import median

import pytest

from nguon.vn import conversion, former, units
from nguon.vn.conversion import How
from nguon.vn.units import UnitKind


@pytest.mark.parametrize(
    ("address", "code", "detail"),
    [
        ("xã Ea Yông, huyện Krông Pắc, Đắk Lắk", "24490", ""),
        ("xa ea yong huyen krong pac dak lak", "24490", ""),
        ("Thôn 5, X. Ea Yông, H. Krông Pắc, T. Đắk Lắk", "24490", "Thôn 5"),
        ("Ea Yong commune, Krong Pac district, Dak Lak province, Vietnam", "24490", ""),
        ("XÃ EA YÔNG; HUYỆN KRÔNG PẮC; TỈNH ĐẮC LẮC", "24490", ""),
        ("Phường Ninh Khánh, TP Ninh Bình", "14329", ""),
        ("Vĩnh Thạnh, Phước Long, Bạc Liêu", "31882", ""),
        ("12 Lê Lợi, P. Bến Nghé, Q1, TPHCM, Việt Nam", "26740", "12 Lê Lợi"),
        ("12 Lê Lợi, p.bến nghé, q.01, TP.HCM", "26740", "12 Lê Lợi"),
        ("huyện Côn Đảo, Bà Rịa - Vũng Tàu", "26732", ""),
        ("TT. Phước An, huyện Krông Pắc, Daklak", "24490", ""),
        ("Phường 01, TP Bạc Liêu, Bạc Liêu", "31825", ""),
        ("Xã Hòa Ninh, Huyện Di Linh, Lâm Đồng", "25036", ""),
        ("Xã Hoà Ninh, Huyện Di Linh, Lâm Đồng", "25036", ""),
    ],
)
def test_a_whole_ward_has_one_answer(address: str, code: str, detail: str) -> None:
    found = conversion.convert(address)
    assert found.how is How.WHOLE
    assert found.answer == units.commune(code)
    assert (found.detail, found.unknown) == (detail, ())


def test_a_divided_ward_has_all_and_what_each_was_made_of() -> None:
    found = conversion.convert("Phường Ngọc Khánh, quận Ba Đình, Hà Nội")
    assert (found.how, found.answer) == (How.DIVIDED, None)
    assert [one.commune.code for one in found.candidates] == ["00008", "00025", "00199"]
    assert found.candidates[1].reason("vi") == (
        "gồm toàn bộ hoặc một phần phường Cống Vị, phường Ngọc Khánh, phường Kim Mã, "
        "phường Giảng Võ, phường Thành Công, phường Cát Linh, phường Láng Hạ cũ"
    )
    assert found.told("en") == (
        "Ngoc Khanh Ward, Ba Dinh District, Ha Noi City was divided among 3 units."
    )
    assert found.next("vi") is not None


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("Xã Tân Hưng, Hưng Yên", "11977"),
        ("xã Krông Pắc, tỉnh Đắk Lắk", "24490"),
        ("Thôn 3, Krông Pắc, Đắk Lắk", "24490"),
        ("24490", "24490"),
        ("phường Trảng Bom, thành phố Đồng Nai", "26248"),
        ("xã Trảng Bom, tỉnh Đồng Nai", "26248"),
        ("đặc khu Hoàng Sa, Đà Nẵng", "20333"),
    ],
)
def test_an_address_of_today_is_recognised(address: str, code: str) -> None:
    found = conversion.convert(address)
    assert (found.how, found.answer) == (How.CURRENT, units.commune(code))


def test_a_code_that_is_an_old_one_too_says_so() -> None:
    found = conversion.convert("00025")
    assert (found.how, found.answer) == (How.CURRENT, units.commune("00025"))
    assert [one.commune.code for one in found.others] == ["00008", "00025", "00199"]
    old = conversion.convert("00001")
    assert (old.how, old.answer) == (How.WHOLE, units.commune("00097"))
    assert conversion.convert("643").how is How.DISTRICT
    assert conversion.convert("99999").unknown == ("99999",)


def test_what_is_not_known_is_named() -> None:
    district = conversion.convert("xã Ea Yông, huyện Xyz, Đắk Lắk")
    assert (district.answer, district.unknown) == (units.commune("24490"), ("huyện Xyz",))
    ward = conversion.convert("Xã Abc, huyện Krông Pắc, Đắk Lắk")
    assert (ward.how, ward.unknown, len(ward.candidates)) == (How.DISTRICT, ("Xã Abc",), 6)
    nothing = conversion.convert("xyz")
    assert (nothing.how, nothing.candidates, nothing.unknown) == (How.UNKNOWN, (), ("xyz",))
    assert conversion.convert("").how is How.UNKNOWN
    assert conversion.convert(" , ;").how is How.UNKNOWN


def test_a_province_alone_is_not_a_commune() -> None:
    found = conversion.convert("Đắk Lắk")
    assert (found.how, found.candidates) == (How.UNKNOWN, ())


def test_a_name_of_several_has_them_all() -> None:
    found = conversion.convert("Tân Lập")
    assert found.how is How.SEVERAL
    assert {one.commune.province.name for one in found.candidates} == {
        "Quảng Trị",
        "Đắk Lắk",
        "Lâm Đồng",
        "Tây Ninh",
    }


def test_dong_nai_is_a_city_since_april_2026() -> None:
    province = units.province("75")
    assert province is not None
    assert province.kind is UnitKind.CITY
    change = former.changed("75")
    assert change is not None
    assert (change.kind, change.since.isoformat()) == (UnitKind.PROVINCE, "2026-04-30")
    communes = [unit.code for unit in units.communes() if former.changed(unit.code)]
    assert len(communes) == 10
    assert former.changed("24490") is None
    assert former.ENDED.isoformat() == "2025-06-30"
    names = [ward.name for ward in former.absorbed("24490")]
    assert names == ["Phước An", "Ea Yông", "Hòa An", "Hòa Tiến"]


@pytest.mark.parametrize(
    "text", ["," * 5000, "xã " * 2000, "a, " * 3000, "ấ" * 9999, "1 2 3 " * 999]
)
def test_long_texts_take_no_time(text: str) -> None:
    began = time.process_time()
    conversion.convert(text)
    assert time.process_time() - began < 3


def test_a_conversion_is_fast_and_its_tables_are_read_when_asked_for() -> None:
    program = (
        "import time; from nguon.vn import conversion; began = time.process_time();"
        "conversion.convert('Ea Yong, Krong Pac, Dak Lak'); print(time.process_time() - began)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert float(ran.stdout) < 2
    taken = []
    for number in range(100):
        began = time.process_time()
        conversion.convert(f"thôn {number}, xã Ea Yông, huyện Krông Pắc, Đắk Lắk")
        taken.append(time.process_time() - began)
    assert median(taken) < 0.005
