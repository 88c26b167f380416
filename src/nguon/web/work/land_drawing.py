# SPDX-License-Identifier: Apache-2.0
"""A plot drawn as SVG, north up: its outline with numbered corners, neighbours, where they overlap.

Colours come from the style sheet (``land.css``); the page says the same in words.
"""

from collections.abc import Iterable, Sequence
from html import escape
from math import cos, log10, radians

from markupsafe import Markup

from nguon.registry.land.measures import surface
from nguon.registry.land.model import Neighbour, Parts, Point

_SIDE, _EDGE = 320, 24
_MOST_NUMBERS = 40
_METRES_A_DEGREE = 111_200


class _Frame:
    """From degrees to the picture."""

    def __init__(self, points: Sequence[Point]) -> None:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self._narrow = cos(radians((min(ys) + max(ys)) / 2))
        wide = max((max(xs) - min(xs)) * self._narrow, max(ys) - min(ys), 1e-5)
        self.scale = (_SIDE - 2 * _EDGE) / wide
        self._west = (min(xs) + max(xs)) / 2
        self._north = (min(ys) + max(ys)) / 2

    def at(self, point: Point) -> Point:
        x = _SIDE / 2 + (point[0] - self._west) * self._narrow * self.scale
        return x, _SIDE / 2 - (point[1] - self._north) * self.scale

    def path(self, ring: Iterable[Point]) -> str:
        placed = (self.at(point) for point in ring)
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in placed) + "Z"


def drawing(
    parts: Parts, neighbours: Sequence[Neighbour], title: str, *, numbered: bool = False
) -> Markup:
    """The plot with what lies beside it; ``title`` says the same in words.

    Corners are ``numbered`` in the order of ``parts``. Of neighbours whose outline
    the reader may not see nothing is drawn: a plot sent over them would draw it.
    """
    neighbours = [neighbour for neighbour in neighbours if neighbour.key]
    frame = _Frame([point for ring in parts for point in ring])
    shapes = [f'<path class="beside" d="{frame.path(r)}"/>' for n in neighbours for r in n.parts]
    if len(parts[0]) == 1:
        x, y = frame.at(parts[0][0])
        shapes.append(f'<circle class="plot" cx="{x:.1f}" cy="{y:.1f}" r="7"/>')
    else:
        whole = "".join(frame.path(ring) for ring in parts)
        shapes.append(f'<path class="plot" d="{whole}"/>')
        shapes += _overlaps(frame, parts, neighbours)
        shapes += _numbers(frame, parts) if numbered else []
    return Markup(  # noqa: S704 - drawn by us, the title escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" class="land" viewBox="0 0 {_SIDE} {_SIDE}" '
        f'role="img" aria-label="{escape(title)}">{"".join(shapes)}{_scale(frame)}</svg>'
    )


def _overlaps(frame: _Frame, parts: Parts, neighbours: Sequence[Neighbour]) -> list[str]:
    own, found = surface(parts), []
    for neighbour in neighbours:
        common = own.intersection(surface(neighbour.parts))
        for part in getattr(common, "geoms", [common]):
            if part.geom_type == "Polygon" and not part.is_empty:
                path = frame.path(part.exterior.coords)
                found.append(f'<path class="overlap" d="{path}"/>')
    return found


def _numbers(frame: _Frame, parts: Parts) -> list[str]:
    if sum(len(ring) for ring in parts) > _MOST_NUMBERS:
        return []
    found = []
    for ring in parts:
        for number, point in enumerate(ring[:-1], start=1):
            x, y = frame.at(point)
            left, above = x < _SIDE / 2, y < _SIDE / 2
            anchor = "end" if left else "start"
            place = f'x="{x + (-6 if left else 6):.1f}" y="{y + (-4 if above else 12):.1f}"'
            found.append(
                f'<circle class="corner" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>'
                f'<text {place} text-anchor="{anchor}">{number}</text>'
            )
    return found


def _scale(frame: _Frame) -> str:
    """A bar of a round length."""
    metres = (_SIDE / 3) / frame.scale * _METRES_A_DEGREE
    power = 10 ** int(log10(metres)) if metres >= 1 else 1
    length = next(step * power for step in (5, 2, 1) if step * power <= max(metres, 1))
    width = length / _METRES_A_DEGREE * frame.scale
    words = f"{length // 1000} km" if length >= 1000 else f"{length} m"
    return (
        f'<path class="scale" d="M8 {_SIDE - 8}h{width:.1f}"/>'
        f'<text x="8" y="{_SIDE - 13}">{words}</text>'
    )
