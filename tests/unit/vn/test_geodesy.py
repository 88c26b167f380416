# SPDX-License-Identifier: Apache-2.0
"""Positions of land papers become WGS 84 exactly as pyproj says, offline; TM-3 is recognised."""

from decimal import Decimal

import pytest
from pyproj import CRS, Geod, Transformer
from pyproj.network import is_network_enabled  # type: ignore[attr-defined]

from nguon.vn import coordinates, former, geodesy, units
from nguon.vn.errors import CoordinateError
from nguon.vn.geodesy import SystemKind
from nguon.vn.text import fold

KRONG_PAC = 12.7028, 108.301


@pytest.mark.parametrize("epsg", [one.epsg for one in geodesy.systems()])
def test_every_system_equals_pyproj(epsg: int) -> None:
    oracle = Transformer.from_crs(epsg, 4326, always_xy=True)
    back = Transformer.from_crs(4326, epsg, always_xy=True)
    for unit in units.communes()[::400]:
        x, y = back.transform(unit.longitude, unit.latitude)
        longitude, latitude = oracle.transform(x, y)
        found = geodesy.to_wgs84(x, y, epsg)
        assert found == pytest.approx((latitude, longitude), abs=1e-9)
    assert not is_network_enabled()


def test_vn2000_read_as_wgs84_is_226_metres_off_at_krong_pac() -> None:
    latitude, longitude = geodesy.to_wgs84(KRONG_PAC[1], KRONG_PAC[0], geodesy.VN2000)
    _, _, metres = Geod(ellps="WGS84").inv(KRONG_PAC[1], KRONG_PAC[0], longitude, latitude)
    assert metres == pytest.approx(225.56, abs=0.01)


def test_the_systems_offered() -> None:
    assert [one.epsg for one in geodesy.systems()] == [
        4326, 4756, 9205, 9206, 9207, 9208, 5897, 9209, 9210, 9211, 9212, 9213, 9214, 9215,
        9216, 5899, 5898, 9217, 9218, 3405, 3406, 32648, 32649,
    ]  # fmt: skip
    with pytest.raises(CoordinateError, match=r"vn\.reference-system"):
        geodesy.system(3857)


def test_zones_have_the_meridian_and_provinces_of_the_epsg_register() -> None:
    names = {province.code: fold(province.name) for province in former.provinces()}
    seen: list[str] = []
    for zone in geodesy.zones():
        crs = CRS.from_epsg(zone.epsg)
        assert crs.coordinate_operation is not None
        parameters = crs.coordinate_operation.params
        values: list[object] = [p.value for p in parameters if "Longitude" in p.name]
        assert values == [zone.meridian]
        own = [code for z, codes in geodesy._zones().items() if z == zone for code in codes]
        seen += own
        if zone.epsg in (5897, 5898):
            continue
        assert crs.area_of_use is not None
        used = fold(crs.area_of_use.name.replace("Thua Thien-Hue", "Hue"))
        for code in own:
            assert names[code] in used.replace("ho chi minh cities", "ho chi minh"), names[code]
    assert sorted(seen) == sorted(names)


@pytest.mark.parametrize(
    ("province", "epsgs"),
    [
        ("66", [9218]),
        ("33", [9209]),
        ("96", [9207, 5897]),
        ("68", [5899, 9218]),
        ("51", [9216, 5898]),
    ],
)
def test_a_province_has_the_zones_of_its_former_ones(province: str, epsgs: list[int]) -> None:
    assert [zone.epsg for zone in geodesy.zones(province)] == epsgs


def test_tm3_is_recognised_in_either_order_and_the_commune_decides() -> None:
    commune = units.commune("24490")
    for first, second, turned in ((478123.45, 1404567.23, False), (1404567.23, 478123.45, True)):
        found = geodesy.recognise(first, second, commune)
        assert (found.kind, found.turned) == (SystemKind.TM3, turned)
        assert (found.east, found.north) == (478123.45, 1404567.23)
        assert [one.epsg for one in found.systems] == [9218]
    alone = geodesy.recognise(1404567.23, 478123.45)
    assert [one.epsg for one in alone.systems] == [9218, 5899]
    far = units.commune("11977")
    assert geodesy.recognise(1404567.23, 478123.45, far).systems == ()


def test_a_geographic_pair_fits_two_systems_and_is_put_in_order() -> None:
    for first, second, turned in ((12.7, 108.3, True), (108.3, 12.7, False)):
        found = geodesy.recognise(first, second)
        assert (found.east, found.north, found.turned) == (108.3, 12.7, turned)
        assert found.systems == (geodesy.WGS84, geodesy.VN2000)
    assert geodesy.recognise(48.85, 2.35).kind is None


def test_numbers_that_no_system_has() -> None:
    with pytest.raises(CoordinateError, match=r"vn\.outside-system"):
        geodesy.to_wgs84(1e12, 1e12, 9218)


@pytest.mark.parametrize(
    ("line", "first", "second", "label"),
    [
        ("12.702801, 108.301233", "12.702801", "108.301233", ""),
        ("12,702801 108,301233", "12.702801", "108.301233", ""),
        ("12,702801;108,301233", "12.702801", "108.301233", ""),
        ("12,702801, 108,301233", "12.702801", "108.301233", ""),
        ("108.301233,12.702801", "108.301233", "12.702801", ""),
        ("(12.7028, 108.301)", "12.7028", "108.301", ""),
        ("X: 1404567.23 Y: 478123.45", "1404567.23", "478123.45", ""),
        ("1\t1404567.23\t478123.45", "1404567.23", "478123.45", "1"),
        ("M1, 1404567.23, 478123.45, 20.1", "1404567.23", "478123.45", "M1"),
        ("N1 1404567,23 478123,45", "1404567.23", "478123.45", "N1"),
        ("1.404.567,23 478.123,45", "1404567.23", "478123.45", ""),
    ],
)
def test_corners_as_people_write_them(line: str, first: str, second: str, label: str) -> None:
    [found] = coordinates.pairs(line)
    assert (found.first.value, found.second.value) == (Decimal(first), Decimal(second))
    assert found.label == label


@pytest.mark.parametrize(
    "line",
    [
        "12°42'10.08\"N 108°18'4.44\"E",
        "12° 42' 10.08\" B; 108° 18' 4.44\" Đ",
        "N12°42.168' E108°18.074'",
    ],
)
def test_degrees_minutes_seconds(line: str) -> None:
    [found] = coordinates.pairs(line)
    assert float(found.first.value) == pytest.approx(12.7028)
    assert float(found.second.value) == pytest.approx(108.301233)
    assert (found.first.axis, found.second.axis) == ("N", "E")


def test_written_decimals_count() -> None:
    assert coordinates.number("108.301230").decimals == 6
    assert coordinates.number("108,3").decimals == 1
    assert coordinates.number("12").decimals == 0
    assert coordinates.number("12°42'10.1\"N").decimals == 5
    assert coordinates.number("-12°30'").value == Decimal("-12.5")


def test_a_list_without_its_headings() -> None:
    text = "STT X Y\n\n1 1404567.23 478123.45 12.5\r\n2 1404580 478150 9\n"
    found = coordinates.pairs(text)
    assert [(one.line, one.label) for one in found] == [(3, "1"), (4, "2")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "vn.coordinates-empty"),
        ("a\nb", "vn.coordinates-empty"),
        ("12.7 108.3\n12.7", "vn.coordinates-line"),
        ("12..7 108.3", "vn.coordinates-line"),
        ("1 2 3 4 5 6", "vn.coordinates-line"),
        ("1 2\n" * 20_001, "vn.coordinates-many"),
    ],
)
def test_lists_that_cannot_be_read(text: str, code: str) -> None:
    with pytest.raises(CoordinateError) as refused:
        coordinates.pairs(text)
    assert refused.value.code == code
    if code == "vn.coordinates-line":
        assert refused.value.params["line"] == 1 + text.count("\n")
