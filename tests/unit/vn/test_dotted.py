# SPDX-License-Identifier: Apache-2.0
"""The dotted map: small, well-formed, with the archipelagos and one mark in its place."""

import re
import xml.etree.ElementTree as ET

import pytest

from nguon.vn.dotted import dotted_map

_SVG = "{http://www.w3.org/2000/svg}"


def _dots(svg: str) -> set[tuple[int, int]]:
    runs = re.findall(r"M(\d+) (\d+)h(\d+)\.1", svg)
    return {(int(x) + step, int(y)) for x, y, run in runs for step in range(int(run) + 1)}


def test_size_and_form() -> None:
    svg = dotted_map(240, 260, (20.65, 106.05), title='Nơi trồng: "Hưng Yên" <1>')
    assert len(svg.encode()) <= 6000
    root = ET.fromstring(svg)
    assert (root.get("width"), root.get("height")) == ("240", "260")
    assert root.get("aria-label") == 'Nơi trồng: "Hưng Yên" <1>'
    assert "style" not in svg
    assert len(_dots(svg)) > 700


def test_the_archipelagos_are_drawn_and_named() -> None:
    svg = dotted_map(240, 260)
    assert [label.text for label in ET.fromstring(svg).iter(f"{_SVG}text")] == [
        "Hoàng Sa",
        "Trường Sa",
    ]
    width, height = map(float, re.findall(r'viewBox="0 0 (\d+) (\d+)"', svg)[0])
    east = {(x, y) for x, y in _dots(svg) if x > width * 0.6}
    assert len([dot for dot in east if dot[1] < height * 0.6]) == 6
    assert len([dot for dot in east if dot[1] > height * 0.6]) >= 9
    assert all(0 < x < width and 0 < y < height for x, y in _dots(svg))


@pytest.mark.parametrize(
    "place", [(23.3, 105.3), (8.6, 104.8), (16.57, 112.13), (9.71, 114.45), (22.4, 102.2)]
)
def test_the_mark_is_inside_and_near_a_dot(place: tuple[float, float]) -> None:
    svg = dotted_map(240, 260, place)
    root = ET.fromstring(svg)
    circles = list(root.iter(f"{_SVG}circle"))
    assert len(circles) == 2
    x, y = float(circles[1].get("cx", "")), float(circles[1].get("cy", ""))
    assert min((x - dx) ** 2 + (y - dy) ** 2 for dx, dy in _dots(svg)) ** 0.5 < 3


def test_without_a_mark_or_title_it_is_decoration() -> None:
    svg = dotted_map(100, 120)
    assert "<circle" not in svg
    assert 'aria-hidden="true"' in svg
