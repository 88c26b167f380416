# SPDX-License-Identifier: Apache-2.0
"""Places drawn as near as they lie together, with a scale; the country where they are far apart."""

import re
import xml.etree.ElementTree as ET

import pytest

from nguon.vn.spots_map import spots_map

HUNG_YEN, HA_NOI, DAK_LAK, CA_MAU = (20.85, 106.02), (21.03, 105.85), (12.9, 108.2), (9.18, 105.15)
HOANG_SA = (16.5, 112.0)


def _drawn(*places: tuple[float, float]) -> ET.Element:
    svg = spots_map([(*one, 1.7) for one in places], '2 <nơi> "x"')
    return ET.fromstring(f"<div>{svg}</div>")


def _class(root: ET.Element) -> list[str]:
    return [one.get("class", "") for one in root]


@pytest.mark.parametrize("places", [(HUNG_YEN,), (HUNG_YEN, HA_NOI), (HOANG_SA,), (DAK_LAK,)])
def test_what_lies_together_is_drawn_near(places: tuple[tuple[float, float], ...]) -> None:
    root = _drawn(*places)
    assert _class(root) == ["area-map near", "area-map country locator"]
    near, locator = root
    assert near.get("aria-label") == '2 <nơi> "x"'
    marks = next(one for one in near if one.get("class") == "marks")
    assert len(marks) == len(places)
    for mark in marks:
        assert 0 < float(mark.get("cx", "")) < 320
        assert 0 < float(mark.get("cy", "")) < 320
    assert locator.get("aria-hidden") == "true"
    words = "".join(locator.itertext())
    assert words == "Hoàng SaTrường Sa"


def test_the_scale_is_that_of_the_drawing() -> None:
    """Hưng Yên and Hà Nội are 27 km apart on the ground."""
    near = _drawn(HUNG_YEN, HA_NOI)[0]
    one, other = next(one for one in near if one.get("class") == "marks")
    apart = sum((float(one.get(c, "")) - float(other.get(c, ""))) ** 2 for c in ("cx", "cy")) ** 0.5
    scale = next(one for one in near if one.get("class") == "scale")
    path = re.search(r"H([\d.]+)", scale[0].get("d", ""))
    assert path is not None
    assert "".join(scale.itertext()) == "20 km"
    assert apart / (float(path[1]) - 8) * 20 == pytest.approx(26.7, abs=0.5)


def test_what_lies_far_apart_is_drawn_on_the_country() -> None:
    root = _drawn(HUNG_YEN, CA_MAU)
    assert _class(root) == ["area-map country"]
    assert "".join(root.itertext()) == "Hoàng SaTrường Sa"
