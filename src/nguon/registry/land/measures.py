# SPDX-License-Identifier: Apache-2.0
"""Areas on the ellipsoid of WGS 84, in hectares and in the units of the region; overlaps."""

import tomllib
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from nguon.registry.land.model import Neighbour, Parts, Point

if TYPE_CHECKING:
    import shapely

_PLACES = Decimal("0.0001")
TOLERANCE_METRES = 20
"""Overlaps up to so many square metres are a matter of measuring."""
TOLERANCE_PERCENT = 1
"""Or up to so many percent of the smaller plot."""


class Overlap(msgspec.Struct, frozen=True):
    """Where two plots lie on each other: square metres, and percent of this one."""

    key: str
    metres: int
    percent: float
    name: str = ""


class LocalArea(msgspec.Struct, frozen=True):
    """An area as the region says it: how many of which unit, and how large that is."""

    unit: str
    amount: Decimal
    metres: Decimal


def hectares(parts: Parts) -> Decimal:
    """The area of a plot, to a square metre."""
    return _rounded(sum(abs(signed(ring)) for ring in parts))


def signed(ring: Sequence[Point]) -> float:
    """Square metres; negative where the corners run clockwise."""
    longitudes = [point[0] for point in ring]
    latitudes = [point[1] for point in ring]
    area: float = _ellipsoid().polygon_area_perimeter(longitudes, latitudes)[0]
    return area


def local(area: Decimal, province: str) -> LocalArea | None:
    """The area in the unit that farmers of a province use."""
    for unit in _units():
        if province in unit["provinces"]:
            metres = Decimal(str(unit["metres"]))
            amount = (area * 10_000 / metres).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
            return LocalArea(unit["name"], amount, metres)
    return None


def overlaps(parts: Parts, neighbours: Sequence[Neighbour]) -> list[Overlap]:
    """The neighbours that lie on a plot by more than the tolerance, the largest first."""
    if not neighbours or len(parts[0]) < 4:
        return []
    own, found = surface(parts), []
    whole = float(hectares(parts)) * 10_000
    for neighbour in neighbours:
        common = own.intersection(surface(neighbour.parts))
        metres = _square_metres(common)
        smaller = min(whole, float(hectares(neighbour.parts)) * 10_000)
        if metres > TOLERANCE_METRES and metres * 100 > TOLERANCE_PERCENT * smaller:
            percent = round(100 * metres / whole, 1)
            found.append(Overlap(neighbour.key, round(metres), percent, neighbour.name))
    return sorted(found, key=lambda one: (-one.metres, one.key))


def surface(parts: Parts) -> "shapely.MultiPolygon":
    """A plot as shapely sees it."""
    import shapely

    return shapely.MultiPolygon([shapely.Polygon(ring) for ring in parts if len(ring) > 3])


def _square_metres(shape: "shapely.Geometry") -> float:
    if shape.is_empty:
        return 0.0
    if shape.geom_type == "Polygon":
        return abs(float(_ellipsoid().geometry_area_perimeter(shape)[0]))
    return sum(_square_metres(part) for part in getattr(shape, "geoms", ()))


def _rounded(metres: float) -> Decimal:
    return (Decimal(repr(metres)) / 10_000).quantize(_PLACES, rounding=ROUND_HALF_UP)


@cache
def _ellipsoid() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


@cache
def _units() -> Sequence[Mapping[str, Any]]:
    content = (files("nguon.registry.land") / "area_units.toml").read_text("utf-8")
    found: Sequence[Mapping[str, Any]] = tomllib.loads(content)["unit"]
    return found
