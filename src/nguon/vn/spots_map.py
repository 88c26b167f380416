# SPDX-License-Identifier: Apache-2.0
"""Marked places drawn as near as they lie together: the communes around them with a scale, and a
small map of the country that shows where that is; far apart, the country itself.
"""

from collections.abc import Sequence
from html import escape
from math import cos, radians, sqrt
from typing import NamedTuple

from nguon.vn import dotted
from nguon.vn.units import communes

_WIDTH = 320.0
_LEAST, _MOST = 1.2, 9.0
"""Degrees of latitude that are drawn at least, and from which on the country is drawn."""
_AROUND = 1.3
_KM_A_DEGREE = 111.2
_SCALES = (10, 20, 50, 100, 200)
_COUNTRY_RADIUS = 88.0
"""Radii of marks are given for a drawing of so many units, the country's height in cells."""


class Box(NamedTuple):
    """What is drawn: degrees."""

    north: float
    south: float
    west: float
    east: float


def spots_map(marks: Sequence[tuple[float, float, float]], title: str) -> str:
    """An SVG with the marks (latitude, longitude, radius as for `dotted.sized_map`), and beside a
    near one a second, the locator; ``title`` says in words what is drawn.

    Give the middles of communes, never more. Colours are those of the page.
    """
    box = _box(marks)
    if box is None:
        return dotted.sized_map(marks, title)
    return _near(box, marks, title) + dotted.locator(*box)


def _box(marks: Sequence[tuple[float, float, float]]) -> Box | None:
    """A square around the marks on the ground; None where it is no smaller than the country."""
    norths, easts = [one[0] for one in marks], [one[1] for one in marks]
    middle = (max(norths) + min(norths)) / 2, (max(easts) + min(easts)) / 2
    narrow = cos(radians(middle[0]))
    high = max(norths) - min(norths)
    wide = (max(easts) - min(easts)) * narrow
    span = max(_AROUND * max(high, wide), _LEAST)
    if span > _MOST:
        return None
    up, aside = span / 2, span / 2 / narrow
    return Box(middle[0] + up, middle[0] - up, middle[1] - aside, middle[1] + aside)


def _near(box: Box, marks: Sequence[tuple[float, float, float]], title: str) -> str:
    scale = _WIDTH / (box.north - box.south)
    narrow = _WIDTH / scale / (box.east - box.west)

    def at(latitude: float, longitude: float) -> str:
        x, y = (longitude - box.west) * narrow * scale, (box.north - latitude) * scale
        return f'cx="{x:.1f}" cy="{y:.1f}"'

    dots = "".join(
        f"<circle {at(one.latitude, one.longitude)} "
        f'r="{max(1.4, min(9.0, 0.3 * sqrt(one.area or 1) * scale / _KM_A_DEGREE)):.1f}"/>'
        for one in communes()
        if box.south < one.latitude < box.north and box.west < one.longitude < box.east
    )
    drawn = "".join(
        f'<circle {at(north, east)} r="{radius * _WIDTH / _COUNTRY_RADIUS:.1f}"/>'
        for north, east, radius in marks
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="area-map near" viewBox="0 0 {_WIDTH:.0f} '
        f'{_WIDTH:.0f}" width="{_WIDTH:.0f}" height="{_WIDTH:.0f}" role="img" '
        f'aria-label="{escape(title)}"><g fill="currentColor">{dots}</g>'
        f'<g class="marks">{drawn}</g>{_scale(scale / _KM_A_DEGREE)}</svg>'
    )


def _scale(a_km: float) -> str:
    """A bar of so many kilometres, at most a third of the drawing."""
    length = max((one for one in _SCALES if one * a_km <= _WIDTH / 3), default=_SCALES[0])
    end = 8 + length * a_km
    return (
        f'<g class="scale"><path d="M8 308v4H{end:.1f}v-4" fill="none"/>'
        f'<text x="8" y="303">{length} km</text></g>'
    )
