# SPDX-License-Identifier: Apache-2.0
"""Areas drawn: communes of a province, or provinces of the country, larger the more there are."""

import re

from nguon.vn.area_map import area_map
from nguon.vn.units import communes

DAK_LAK, HUNG_YEN = "66", "33"


def _marks(svg: str) -> list[float]:
    drawn = svg.partition('class="marks"')[2]
    return [float(radius) for radius in re.findall(r' r="([\d.]+)"', drawn)]


def test_a_province_by_its_communes() -> None:
    svg = area_map({"24280": 9, "24502": 4, "11977": 5}, {DAK_LAK}, "13 vùng <x>")
    assert _marks(svg) == [11.0, 8.7]
    own = [one for one in communes() if one.province.code == DAK_LAK]
    assert svg.count("<circle") == len(own) + 2
    assert 'aria-label="13 vùng &lt;x&gt;"' in svg


def test_the_country_by_its_provinces() -> None:
    svg = area_map({"24280": 9, "24502": 7, "11977": 4}, None, "20")
    assert sorted(_marks(svg)) == [3.3, 5.0]
    assert "Hoàng Sa" in svg
    assert "Trường Sa" in svg
    assert len(svg) < 4000


def test_a_unit_that_is_none_is_not_drawn() -> None:
    assert _marks(area_map({"99999": 3}, {HUNG_YEN}, "0")) == []
    assert _marks(area_map({}, None, "0")) == []
