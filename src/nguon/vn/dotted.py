# SPDX-License-Identifier: Apache-2.0
"""Viet Nam as dots: a small SVG without borders, one place marked to its commune.

A grid cell has a dot where the area of some commune, taken as a disc (a
little larger) around its centroid, covers the cell's middle; the archipelagos Hoàng Sa and Trường
Sa have theirs and their names. A row of neighbouring dots is one stroke with
a dash pattern, so the whole country takes about two kilobytes.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from itertools import groupby
from math import cos, hypot, pi, radians, sqrt

from nguon.vn.units import commune, communes

_NORTH, _SOUTH, _WEST, _EAST = 23.6, 6.9, 101.9, 116.1
_CELL = 0.19
_NARROW = cos(radians(16))
_KM_A_CELL = 111.2 * _CELL
_MARGIN = 1
_ARCHIPELAGOS = ("20333", "22736")
_SMALL_NAMES = 5.2
"""The size of names on a drawing that is shown small."""

_Cell = tuple[int, int]
_Point = tuple[float, float]


def dotted_map(
    width: int,
    height: int,
    mark: _Point | None = None,
    *,
    more: Sequence[_Point] = (),
    title: str | None = None,
) -> str:
    """An SVG of the country in a box of ``width`` × ``height`` CSS pixels.

    ``mark`` is the latitude and longitude of the marked place, ``more`` are those
    of others; give the centroids of their communes, never more. ``title`` is the accessible name;
    without one the picture is decoration. Colours come from the page: dots in
    ``currentColor``, the mark in ``--map-mark`` where the page sets it.
    """
    columns, rows = _column(_EAST) + _MARGIN, _row(_SOUTH) + _MARGIN
    named = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="dotted-map" width="{width}" '
        f'height="{height}" viewBox="0 0 {columns:.0f} {rows:.0f}" {named}>'
    )
    marks = "".join(_mark(*point) for point in ((mark, *more) if mark else more))
    return f"{head}{_dots()}{_names()}{marks}</svg>"


def sized_map(marks: Sequence[tuple[float, float, float]], title: str) -> str:
    """The country with marks of different sizes: latitude, longitude, radius in cells."""
    columns, rows = _column(_EAST) + _MARGIN, _row(_SOUTH) + _MARGIN
    drawn = "".join(
        f'<circle cx="{_column(east):.1f}" cy="{_row(north):.1f}" r="{radius:.1f}"/>'
        for north, east, radius in marks
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="area-map country" '
        f'viewBox="0 0 {columns:.0f} {rows:.0f}" width="{4 * columns:.0f}" '
        f'height="{4 * rows:.0f}" role="img" aria-label="{escape(title)}">{_dots()}{_names()}'
        f'<g class="marks">{drawn}</g></svg>'
    )


def locator(north: float, south: float, west: float, east: float) -> str:
    """The country, small, with a frame around a part of it; decoration beside a map of that."""
    columns, rows = _column(_EAST) + _MARGIN, _row(_SOUTH) + _MARGIN
    x, y = _column(west), _row(north)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="area-map country locator" '
        f'viewBox="0 0 {columns:.0f} {rows:.0f}" width="{2 * columns:.0f}" '
        f'height="{2 * rows:.0f}" aria-hidden="true">{_dots()}{_names(_SMALL_NAMES)}'
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{_column(east) - x:.1f}" '
        f'height="{_row(south) - y:.1f}" fill="none"/></svg>'
    )


def _column(longitude: float) -> float:
    return _MARGIN + (longitude - _WEST) * _NARROW / _CELL


def _row(latitude: float) -> float:
    return _MARGIN + (_NORTH - latitude) / _CELL


def _mark(latitude: float, longitude: float) -> str:
    x, y = f"{_column(longitude):.1f}", f"{_row(latitude):.1f}"
    return (
        f'<g fill="var(--map-mark,#c0392b)"><circle cx="{x}" cy="{y}" r="4.2" opacity=".22"/>'
        f'<circle cx="{x}" cy="{y}" r="1.7" stroke="var(--map-ground,#fff)" stroke-width=".5"/></g>'
    )


@cache
def _dots() -> str:
    strokes = "".join(_strokes())
    return (
        '<path fill="none" stroke="currentColor" stroke-width=".72" stroke-linecap="round" '
        f'stroke-dasharray="0 1" d="{strokes}"/>'
    )


def _strokes() -> Iterator[str]:
    for row, line in groupby(sorted(_cells(), key=lambda cell: (cell[1], cell[0])), _line):
        columns = [column for column, _ in line]
        for _, run in groupby(enumerate(columns), lambda pair: pair[1] - pair[0]):
            members = [column for _, column in run]
            # A tenth more than the last gap, or rounding may lose the last dot.
            yield f"M{members[0]} {row}h{len(members) - 1}.1"


def _line(cell: _Cell) -> int:
    return cell[1]


@cache
def _cells() -> frozenset[_Cell]:
    cells: set[_Cell] = set()
    for unit in communes():
        if unit.code not in _ARCHIPELAGOS:
            cells |= _disc(unit.latitude, unit.longitude, unit.area or 0)
    for _, latitude, longitude in _islets():
        cells.add((round(_column(longitude)), round(_row(latitude))))
    return frozenset(cells)


def _disc(latitude: float, longitude: float, area: float) -> set[_Cell]:
    x, y = _column(longitude), _row(latitude)
    radius = 1.06 * sqrt(area / pi) / _KM_A_CELL
    reach = range(-int(radius) - 1, int(radius) + 2)
    near = ((round(x) + dx, round(y) + dy) for dx in reach for dy in reach)
    covered = {cell for cell in near if hypot(cell[0] - x, cell[1] - y) <= radius}
    return covered | {(round(x), round(y))}


@cache
def _islets() -> tuple[tuple[str, float, float], ...]:
    content = (files("nguon.vn") / "data" / "islets.tsv").read_text("utf-8")
    lines = (line.split("\t") for line in content.splitlines() if not line.startswith("#"))
    return tuple(
        (code, float(latitude), float(longitude)) for code, latitude, longitude, _ in lines
    )


@cache
def _names(size: float = 3.6) -> str:
    labels = []
    for code in _ARCHIPELAGOS:
        own = [(_column(east), _row(north)) for at, north, east in _islets() if at == code]
        middle = sum(x for x, _ in own) / len(own)
        unit = commune(code)
        assert unit is not None
        below = max(y for _, y in own) + size + 0.4
        labels.append(f'<text x="{middle:.0f}" y="{below:.0f}">{escape(unit.name)}</text>')
    return (
        f'<g fill="currentColor" font-size="{size}" text-anchor="middle" '
        f'font-family="system-ui,sans-serif">{"".join(labels)}</g>'
    )
