# SPDX-License-Identifier: Apache-2.0
"""Reference systems of land papers and phones, and from them to WGS 84 (pyproj, no network).

A geographic position never says whether it is WGS 84 or VN-2000 (they lie some
200 m apart), so a form asks. Only a projected VN-2000 / TM-3 pair is
recognised: by its ranges, and by where each zone of the province would put it.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from math import cos, hypot, pi, radians, sqrt
from typing import Any

import msgspec

from nguon.vn.errors import CoordinateError
from nguon.vn.former import absorbed
from nguon.vn.units import Commune, communes

Position = tuple[float, float]
"""Latitude and longitude in degrees, WGS 84."""

_EASTINGS, _NORTHINGS = (100_000, 900_000), (850_000, 2_650_000)
_LATITUDES, _LONGITUDES = (6.0, 24.0), (101.5, 118.0)
_KM_A_DEGREE = 111.2


class SystemKind(StrEnum):
    """How a system writes positions."""

    GEOGRAPHIC = "geographic"
    TM3 = "tm3"
    UTM = "utm"


class System(msgspec.Struct, frozen=True):
    """A reference system that a form offers; ``meridian`` in degrees where it has one."""

    epsg: int
    kind: SystemKind
    meridian: float | None = None
    datum: str = "VN-2000"


WGS84 = System(4326, SystemKind.GEOGRAPHIC, datum="WGS 84")
VN2000 = System(4756, SystemKind.GEOGRAPHIC)
_UTM = (
    System(3405, SystemKind.UTM, 105),
    System(3406, SystemKind.UTM, 111),
    System(32648, SystemKind.UTM, 105, "WGS 84"),
    System(32649, SystemKind.UTM, 111, "WGS 84"),
)


class Recognised(msgspec.Struct, frozen=True):
    """What a pair of numbers can be.

    ``east`` and ``north`` are put in order (``turned`` says that they were not
    written so: east or longitude first); ``systems`` fit, likeliest first;
    ``kind`` is None where the numbers are no position in Viet Nam.
    """

    east: float
    north: float
    kind: SystemKind | None
    systems: tuple[System, ...] = ()
    turned: bool = False


def systems() -> tuple[System, ...]:
    """Every system offered: WGS 84, VN-2000, the TM-3 zones by meridian, UTM."""
    return (WGS84, VN2000, *_zones(), *_UTM)


def system(epsg: int) -> System:
    """The system with this EPSG code; raises `CoordinateError` ``vn.reference-system``."""
    for one in systems():
        if one.epsg == epsg:
            return one
    raise CoordinateError("vn.reference-system", epsg=epsg)


def zones(province: str | None = None) -> tuple[System, ...]:
    """The TM-3 zones of a province of today (those of its former provinces), or all."""
    if province is None:
        return tuple(_zones())
    former = _former_provinces().get(province, frozenset())
    return tuple(zone for zone, codes in _zones().items() if codes & former)


def to_wgs84(x: float, y: float, crs: System | int) -> Position:
    """Latitude and longitude of a point given as east and north (longitude and latitude).

    Raises `CoordinateError`: ``vn.reference-system``, ``vn.outside-system``.
    """
    return to_wgs84_all([(x, y)], crs)[0]


def to_wgs84_all(points: Sequence[tuple[float, float]], crs: System | int) -> list[Position]:
    """The same for many points at once."""
    epsg = (system(crs) if isinstance(crs, int) else crs).epsg
    if epsg == WGS84.epsg:
        return [(y, x) for x, y in points]
    easts, norths = _transformer(epsg).transform([p[0] for p in points], [p[1] for p in points])
    found = list(zip(norths, easts, strict=True))
    if any(not (abs(latitude) <= 90 and abs(longitude) <= 180) for latitude, longitude in found):
        raise CoordinateError("vn.outside-system", epsg=epsg)
    return found


def recognise(first: float, second: float, place: Commune | None = None) -> Recognised:
    """What two numbers can be, in either order; a declared commune decides between zones."""
    if _within(first, _LATITUDES) and _within(second, _LONGITUDES):
        return Recognised(second, first, SystemKind.GEOGRAPHIC, (WGS84, VN2000), turned=True)
    if _within(first, _LONGITUDES) and _within(second, _LATITUDES):
        return Recognised(first, second, SystemKind.GEOGRAPHIC, (WGS84, VN2000))
    if _within(first, _EASTINGS) and _within(second, _NORTHINGS):
        return Recognised(first, second, SystemKind.TM3, _fitting(first, second, place))
    if _within(second, _EASTINGS) and _within(first, _NORTHINGS):
        fitting = _fitting(second, first, place)
        return Recognised(second, first, SystemKind.TM3, fitting, turned=True)
    return Recognised(first, second, None)


def nearest(latitude: float, longitude: float) -> tuple[Commune, float] | None:
    """The commune whose disc is nearest, and how many of its radii away its centroid lies."""
    best: tuple[Commune, float] | None = None
    for unit in communes():
        if abs(unit.latitude - latitude) > 1 or abs(unit.longitude - longitude) > 1:
            continue
        ratio = kilometres(latitude, longitude, unit) / radius(unit)
        if best is None or ratio < best[1]:
            best = unit, ratio
    return best


def kilometres(latitude: float, longitude: float, unit: Commune) -> float:
    """From a position to a commune's centroid; good to a percent within the country."""
    north = (latitude - unit.latitude) * _KM_A_DEGREE
    return hypot(north, (longitude - unit.longitude) * _KM_A_DEGREE * cos(radians(latitude)))


def radius(unit: Commune) -> float:
    """Of the disc with the commune's area, in kilometres; at least one."""
    return max(1.0, sqrt((unit.area or 3.0) / pi))


def _fitting(east: float, north: float, place: Commune | None) -> tuple[System, ...]:
    """The zones that put the pair where their own provinces are, nearest to the commune first."""
    ranked = []
    for zone in zones(place.province.code if place else None):
        latitude, longitude = to_wgs84(east, north, zone)
        if place is not None:
            distance = kilometres(latitude, longitude, place)
            ranked.append((distance, zone, distance <= 30 + 3 * radius(place)))
            continue
        found = nearest(latitude, longitude)
        if found is not None:
            own = zone in zones(found[0].province.code)
            ranked.append((found[1], zone, own and found[1] <= 2))
    return tuple(zone for _, zone, near in sorted(ranked, key=lambda one: one[0]) if near)


def _within(number: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= number <= bounds[1]


@cache
def _zones() -> Mapping[System, frozenset[str]]:
    """The TM-3 zones, by meridian, with the codes of their former provinces."""
    content = (files("nguon.vn") / "data" / "tm3_zones.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in content.splitlines() if not line.startswith("#"))
    return {
        System(int(epsg), SystemKind.TM3, float(meridian)): frozenset(codes.split(","))
        for meridian, epsg, codes, _ in rows
    }


@cache
def _former_provinces() -> Mapping[str, frozenset[str]]:
    """The former provinces that a province of today was made of."""
    found: dict[str, set[str]] = {}
    for unit in communes():
        own = found.setdefault(unit.province.code, set())
        own.update(ward.district.province.code for ward in absorbed(unit.code))
    return {code: frozenset(codes) for code, codes in found.items()}


@cache
def _transformer(epsg: int) -> Any:
    from pyproj import Transformer
    from pyproj.network import set_network_enabled  # type: ignore[attr-defined]

    set_network_enabled(active=False)
    return Transformer.from_crs(epsg, WGS84.epsg, always_xy=True)
