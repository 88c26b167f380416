# SPDX-License-Identifier: Apache-2.0
"""A pasted list of corners becomes a shape in a reference system, saying what it assumed; pure."""

from collections.abc import Sequence

import msgspec

from nguon.registry.land.errors import LandError
from nguon.registry.land.model import Corner, Fault, Shape, note
from nguon.registry.land.structure import closed
from nguon.vn.coordinates import Pair, pairs
from nguon.vn.geodesy import Recognised, System, SystemKind, recognise
from nguon.vn.units import Commune


class Listed(msgspec.Struct, frozen=True):
    """A list in order; ``systems`` are those it may be in where none was chosen."""

    shape: Shape
    system: System | None
    systems: tuple[System, ...] = ()
    faults: tuple[Fault, ...] = ()


def listed(text: str, system: System | None, commune: Commune | None) -> Listed:
    """The shape of a list; one corner is a point.

    ``system`` is what the form says; only projected VN-2000 / TM-3 is recognised
    without it. Raises `CoordinateError`, and `LandError` ``land.two-corners``,
    ``land.wrong-system``.
    """
    found = pairs(text)
    if len(found) == 2:
        raise LandError("land.two-corners")
    seen = recognise(float(found[0].first.value), float(found[0].second.value), commune)
    if system is not None and not _agree(system, seen):
        raise LandError("land.wrong-system", line=found[0].line)
    faults = []
    turned = _turned(found, seen)
    ring = tuple(_corner(pair, turned=turned) for pair in found)
    if turned:
        faults.append(note("land.turned"))
    if len(ring) > 1:
        whole = closed(ring)
        if whole is not ring:
            faults.append(note("land.closed"))
        ring = whole
    shape = Shape(((ring,),), is_point=len(ring) == 1)
    if system is None and seen.kind is SystemKind.TM3 and len(seen.systems) == 1:
        system = seen.systems[0]
        faults.append(note("land.recognised", meridian=degrees(system), epsg=system.epsg))
    return Listed(shape, system, seen.systems, tuple(faults))


def degrees(system: System) -> str:
    """A central meridian as land papers write it: ``108°30′``."""
    whole, part = divmod(round((system.meridian or 0) * 60), 60)
    return f"{whole}°{part:02d}′"


def _agree(system: System, seen: Recognised) -> bool:
    """Degrees are no metres, and metres no degrees."""
    geographic = system.kind is SystemKind.GEOGRAPHIC
    return seen.kind is None or geographic == (seen.kind is SystemKind.GEOGRAPHIC)


def _turned(found: Sequence[Pair], seen: Recognised) -> bool:
    """Whether north stands first: a letter says so, else the ranges do."""
    axis = found[0].first.axis or ("N" if found[0].second.axis == "E" else "")
    return axis == "N" if axis else seen.turned


def _corner(pair: Pair, *, turned: bool) -> Corner:
    x, y = (pair.second, pair.first) if turned else (pair.first, pair.second)
    return Corner(x.value, y.value, min(x.decimals, y.decimals))
