# SPDX-License-Identifier: Apache-2.0
"""What a boundary must be: every rule in order, each fault with its corner; pure.

The rules of the EU's deforestation register (GeoJSON description 1.3) are among
them: six decimals, no holes, a polygon for more than four hectares.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from nguon.registry.land import structure
from nguon.registry.land.measures import (
    TOLERANCE_METRES,
    TOLERANCE_PERCENT,
    hectares,
    overlaps,
    signed,
    surface,
)
from nguon.registry.land.model import (
    Examined,
    Fault,
    Neighbour,
    Parts,
    Point,
    Ring,
    Severity,
    Shape,
    error,
    note,
    warning,
)
from nguon.registry.land.whereabouts import HOME, ranges, whereabouts
from nguon.vn.errors import CoordinateError
from nguon.vn.geodesy import WGS84, System, SystemKind, to_wgs84_all
from nguon.vn.units import Commune

POINT_MOST = Decimal(4)
"""Hectares up to which a point may stand for a plot (Regulation (EU) 2023/1115, article 2)."""
_POINT_LEAST = Decimal("0.0001")
_DECIMALS = 6
_WIDEST = 0.4
"""Degrees: no plot is wider."""
_MOST_CORNERS = 10_000
DIFFERENCE_PERCENT = 10
"""Percent that a measured area may differ from the declared one unasked."""


class Declared(msgspec.Struct, frozen=True):
    """What is said of a plot beside its shape."""

    area: Decimal | None = None
    country: str = HOME
    commune: Commune | None = None
    system: System = WGS84


def check(
    shape: Shape | None, declared: Declared | None = None, neighbours: Sequence[Neighbour] = ()
) -> list[Fault]:
    """Everything that is to be said about a boundary."""
    return list(examine(shape, declared or Declared(), neighbours).faults)


def examine(
    shape: Shape | None, declared: Declared, neighbours: Sequence[Neighbour] = ()
) -> Examined:
    """A boundary checked as sent, then converted, put in order, measured and compared."""
    faults = list(_raw(shape, declared))
    if shape is None or faults:
        return Examined(tuple(faults))
    try:
        parts = _converted(shape, declared.system)
    except CoordinateError as refused:
        return Examined((Fault(refused.code, Severity.ERROR, params=refused.params),))
    points = [point for ring in parts for point in (ring if shape.is_point else ring[:-1])]
    faults = [
        *whereabouts(points, declared.country, declared.commune),
        *_precision(shape, declared),
    ]
    if any(fault.code in ("land.swapped", "land.outside-country") for fault in faults):
        return Examined(tuple(faults))
    if shape.is_point:
        faults += _point_area(declared.area)
        return Examined(tuple(faults), parts, declared.area, is_point=True, sent=parts)
    if len(parts) > 1 and not surface(parts).is_valid:
        return Examined((*faults, error("land.parts-overlap")))
    turned = tuple(ring if signed(ring) > 0 else ring[::-1] for ring in parts)
    faults += _polygon(turned, parts, declared)
    faults += lying_on(turned, neighbours)
    return Examined(tuple(faults), turned, hectares(turned), sent=parts)


def lying_on(parts: Parts, neighbours: Sequence[Neighbour]) -> Iterator[Fault]:
    """The neighbours whose plots lie on this one; one without a key is somebody else's."""
    for one in overlaps(parts, neighbours):
        yield warning(
            "land.overlap" if one.key else "land.overlap-other",
            key=one.name or one.key,
            metres=one.metres,
            percent=one.percent,
            least=TOLERANCE_METRES,
            share=TOLERANCE_PERCENT,
        )


def _raw(shape: Shape | None, declared: Declared) -> Iterator[Fault]:
    """What is wrong before anything is converted."""
    if shape is None or not shape.parts:
        yield error("land.empty")
        return
    geographic = declared.system.kind is SystemKind.GEOGRAPHIC
    if sum(1 for _ in shape.corners()) > _MOST_CORNERS:
        yield error("land.many-corners", most=_MOST_CORNERS)
        return
    if geographic:
        found = ranges(shape, declared.country)
        if found:
            yield from found
            return
    if shape.is_point:
        return
    several = len(shape.parts) > 1
    for number, (outer, *inner) in enumerate(shape.parts, start=1):
        part = number if several else None
        yield from structure.faults_of(outer, part, geographic=geographic)
        if inner:
            same = any(ring == outer or ring[::-1] == outer for ring in inner)
            yield error("land.ring-twice" if same else "land.hole", None, part)
    if geographic:
        yield from _too_wide(shape)


def _too_wide(shape: Shape) -> Iterator[Fault]:
    xs = [float(corner.x) for corner in shape.corners()]
    ys = [float(corner.y) for corner in shape.corners()]
    if max(xs) - min(xs) > _WIDEST or max(ys) - min(ys) > _WIDEST:
        middle = sorted(xs)[len(xs) // 2], sorted(ys)[len(ys) // 2]
        off = [abs(x - middle[0]) + abs(y - middle[1]) for x, y in zip(xs, ys, strict=True)]
        yield error("land.too-wide", off.index(max(off)) + 1, degrees=_WIDEST)


def _converted(shape: Shape, system: System) -> Parts:
    return tuple(_positions(rings[0], system) for rings in shape.parts)


def _positions(ring: Ring, system: System) -> tuple[Point, ...]:
    points = [corner.point for corner in ring]
    return tuple((x, y) for y, x in to_wgs84_all(points, system))


def _precision(shape: Shape, declared: Declared) -> Iterator[Fault]:
    """Six decimals, judged by the best told corner: software drops zeros at the end."""
    if declared.system.kind is not SystemKind.GEOGRAPHIC:
        return
    told = max(corner.decimals for corner in shape.corners())
    if told < _DECIMALS:
        yield warning("land.decimals", told=told, wanted=_DECIMALS)


def _point_area(area: Decimal | None) -> Iterator[Fault]:
    if area is None:
        yield warning("land.point-area", most=POINT_MOST)
    elif area > POINT_MOST:
        yield error("land.point-large", area=area, most=POINT_MOST)
    elif area < _POINT_LEAST:
        yield error("land.area-number", text=str(area))


def _polygon(parts: Parts, sent: Parts, declared: Declared) -> Iterator[Fault]:
    if parts != sent:
        yield note("land.oriented")
    area = hectares(parts)
    if declared.area is not None and declared.area > 0:
        percent = round(100 * (area - declared.area) / declared.area, 1)
        if abs(percent) > DIFFERENCE_PERCENT:
            yield warning(
                "land.area-differs",
                measured=area,
                declared=declared.area,
                percent=percent,
                most=DIFFERENCE_PERCENT,
            )
