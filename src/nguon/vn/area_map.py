# SPDX-License-Identifier: Apache-2.0
"""How many things stand where, drawn: a province by its communes, or the country by provinces.

A dot is a commune at its centroid, as large as the commune; a mark is larger
the more there is. The country's dots are those of `nguon.vn.dotted`.
"""

from collections.abc import Collection, Mapping
from html import escape
from math import cos, radians, sqrt

from nguon.vn import dotted
from nguon.vn.units import Commune, communes

_WIDTH, _MARGIN = 320.0, 16.0
_FEW = 3
"""Up to so many provinces are drawn by their communes."""


def area_map(counts: Mapping[str, int], provinces: Collection[str] | None, title: str) -> str:
    """An SVG with a mark for each commune (or province) that has any.

    ``counts`` go by commune, ``provinces`` are those in question (None: all);
    ``title`` says in words what is drawn. Colours are those of the page, as in
    `dotted_map`.
    """
    if provinces is None or len(provinces) > _FEW:
        return _country(counts, title)
    return _near([one for one in communes() if one.province.code in provinces], counts, title)


def _country(counts: Mapping[str, int], title: str) -> str:
    sums: dict[str, tuple[int, float, float]] = {}
    for one in communes():
        count = counts.get(one.code, 0)
        if count:
            so_far, north, east = sums.get(one.province.code, (0, 0.0, 0.0))
            middle = north + count * one.latitude, east + count * one.longitude
            sums[one.province.code] = (so_far + count, *middle)
    most = max((count for count, _, _ in sums.values()), default=1)
    marks = [
        (north / count, east / count, 1.6 + 3.4 * sqrt(count / most))
        for count, north, east in sums.values()
    ]
    return dotted.sized_map(marks, title)


def _near(units: list[Commune], counts: Mapping[str, int], title: str) -> str:
    north = max(one.latitude for one in units)
    west = min(one.longitude for one in units)
    narrow = cos(radians(sum(one.latitude for one in units) / len(units)))
    wide = (max(one.longitude for one in units) - west) * narrow
    high = north - min(one.latitude for one in units)
    scale = (_WIDTH - 2 * _MARGIN) / max(wide, high, 0.1)
    most = max((counts.get(one.code, 0) for one in units), default=0) or 1
    dots, marks = [], []
    for one in units:
        x = _MARGIN + (one.longitude - west) * narrow * scale
        y = _MARGIN + (north - one.latitude) * scale
        radius = max(1.4, min(7.0, 0.32 * sqrt(one.area or 1) * scale / 111.2))
        dots.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>')
        count = counts.get(one.code, 0)
        if count:
            size = 4 + 7 * sqrt(count / most)
            marks.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}"/>')
    width, height = 2 * _MARGIN + wide * scale, 2 * _MARGIN + high * scale
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="area-map" viewBox="0 0 {width:.0f} '
        f'{height:.0f}" width="{width:.0f}" height="{height:.0f}" role="img" '
        f'aria-label="{escape(title)}"><g fill="currentColor">{"".join(dots)}</g>'
        f'<g class="marks">{"".join(marks)}</g></svg>'
    )
