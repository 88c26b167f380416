# SPDX-License-Identifier: Apache-2.0
"""Whether a boundary lies where it is said to lie: on Earth, in its country, near its commune."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from nguon.registry.land.model import Fault, Point, Shape, error, warning
from nguon.vn.geodesy import kilometres, nearest, radius
from nguon.vn.units import Commune

HOME = "VN"
_REACH, _MARGIN = 3.0, 3.0
"""A commune reaches so many radii of its disc from its centroid, and so many kilometres more."""

Box = tuple[float, float, float, float]


def ranges(shape: Shape, country: str) -> list[Fault]:
    """Degrees that no place on Earth has; exchanged ones are named so."""
    for number, corner in enumerate(shape.corners(), start=1):
        x, y = corner.point
        if abs(y) > 90 or abs(x) > 180:
            if abs(x) <= 90 and abs(y) <= 180 and within(country, (y, x)):
                return [error("land.swapped", number)]
            return [error("land.range", number, x=str(corner.x), y=str(corner.y))]
    return []


def whereabouts(points: Sequence[Point], country: str, commune: Commune | None) -> Iterator[Fault]:
    """What does not fit the country and the commune declared."""
    outside = [n for n, point in enumerate(points, start=1) if not within(country, point)]
    if outside:
        swapped = all(within(country, (y, x)) for x, y in points)
        if swapped:
            yield error("land.swapped", outside[0])
        else:
            yield error("land.outside-country", outside[0], country=country)
        return
    if commune is not None and country == HOME:
        yield from _from_commune(points, commune)


def within(country: str, point: Point) -> bool:
    """Whether a point can lie in a country; True for one whose extent is not known."""
    longitude, latitude = point
    if country == HOME:
        found = nearest(latitude, longitude)
        if found is None:
            return False
        return kilometres(latitude, longitude, found[0]) <= _limit(found[0])
    box = _boxes().get(country)
    return box is None or (box[0] <= latitude <= box[1] and box[2] <= longitude <= box[3])


def _from_commune(points: Sequence[Point], commune: Commune) -> Iterator[Fault]:
    far, number = max((kilometres(y, x, commune), n) for n, (x, y) in enumerate(points, start=1))
    if far > _limit(commune):
        x, y = points[number - 1]
        found = nearest(y, x)
        other = found[0].label("vi") if found else ""
        label, km = commune.label("vi"), round(far)
        yield warning("land.outside-commune", number, commune=label, km=km, nearest=other)


def _limit(commune: Commune) -> float:
    return _REACH * radius(commune) + _MARGIN


@cache
def _boxes() -> Mapping[str, Box]:
    content = (files("nguon.registry.land") / "country_boxes.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in content.splitlines() if not line.startswith("#"))
    return {code: (float(s), float(n), float(w), float(e)) for code, s, n, w, e, _ in rows}
