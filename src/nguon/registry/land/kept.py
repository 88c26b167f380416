# SPDX-License-Identifier: Apache-2.0
"""Boundaries as they are kept: to rows and back, and who may read them."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from nguon.base.audience import Audience
from nguon.base.time import from_microseconds
from nguon.identity.policy import sees
from nguon.registry import queries
from nguon.registry.land.model import Neighbour, Parts, Shape
from nguon.registry.model import Place, PlaceKind
from nguon.store import Store
from nguon.store import land as rows
from nguon.store import registry as register_rows
from nguon.store import registry_tables as tables

_DIGITS = 8
"""Decimals of a degree that converted positions keep: a millimetre."""


class Boundary(msgspec.Struct, frozen=True, kw_only=True):
    """The boundary of a place: WGS 84, hectares; ``sent`` and ``epsg`` as it came in."""

    place: str
    version: int
    parts: Parts
    is_point: bool
    area: Decimal | None
    declared: Decimal | None
    source: str
    accuracy: str | None
    sent: str
    epsg: int
    recorded: datetime
    confirmed: tuple[str, ...] = ()
    """The codes of the warnings that somebody said are right."""


def boundary(store: Store, audience: Audience, place: str) -> Boundary | None:
    """The current boundary of a place, for those who may see it."""
    return boundaries(store, audience, [place]).get(place)


def boundaries(store: Store, audience: Audience, keys: Iterable[str]) -> dict[str, Boundary]:
    """The current boundaries of places; those that the reader may not see are absent."""
    asked = list(dict.fromkeys(keys))
    allowed = readable(store, audience, asked)
    with store.reading() as connection:
        found = rows.current(connection, sorted(allowed))
    return {key: from_row(found[key]) for key in asked if key in found}


def readable(store: Store, audience: Audience, keys: Iterable[str]) -> set[str]:
    """Those of the places whose boundary the reader may see."""
    found = queries.places(store, audience, keys)
    with store.reading() as connection:
        named = register_rows.rows(connection, tables.place, "key", [p.key for p in found.values()])
        holders = register_rows.rows(
            connection, tables.organisation, "id", [row["holder"] for row in named]
        )
    groups = {row["id"]: row["member_of"] for row in holders}
    registrars = {row["key"]: row["registrar"] for row in named}
    return {
        place.key
        for place in found.values()
        if sees(
            audience,
            "plot-boundary",
            owner=(place.holder, groups.get(place.holder), registrars[place.key]),
            province=province(place),
        )
    }


def province(place: Place) -> str | None:
    """The code of the province that a place lies in."""
    return None if place.unit is None else place.unit.province.code


def from_row(row: Mapping[Any, Any]) -> Boundary:
    """A boundary from its row."""
    parts, is_point = parts_of(row["geometry"])
    return Boundary(
        **{name: row[name] for name in ("place", "version", "source", "accuracy", "sent", "epsg")},
        parts=parts,
        is_point=is_point,
        area=_decimal(row["area_ha"]),
        declared=_decimal(row["declared_ha"]),
        recorded=from_microseconds(row["recorded"]),
        confirmed=tuple((row["confirmed"] or "").split()),
    )


def neighbour(row: Mapping[Any, Any], *, named: bool) -> Neighbour:
    """A neighbour from its row; without key and name for a reader who may not see it."""
    parts = parts_of(row["geometry"])[0]
    return Neighbour(row["place"], parts, row["name_vi"]) if named else Neighbour("", parts)


def is_area(kind: str) -> bool:
    """Whether it is an area that holds other plots: the two may lie on each other."""
    return kind == PlaceKind.PLANTING_AREA


def parts_of(geometry: str) -> tuple[Parts, bool]:
    """The outer rings of a GeoJSON geometry, and whether it is a point."""
    found = json.loads(geometry)
    coordinates = found["coordinates"]
    if found["type"] == "Point":
        return ((tuple(coordinates),),), True
    polygons = [coordinates] if found["type"] == "Polygon" else coordinates
    return tuple(tuple((x, y) for x, y in rings[0]) for rings in polygons), False


def geometry_of(parts: Parts, *, is_point: bool, digits: int = _DIGITS) -> dict[str, Any]:
    """A plot as a GeoJSON geometry."""
    rings = [[[round(x, digits), round(y, digits)] for x, y in ring] for ring in parts]
    if is_point:
        return {"type": "Point", "coordinates": rings[0][0]}
    if len(rings) == 1:
        return {"type": "Polygon", "coordinates": rings}
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}


def sent_text(shape: Shape) -> str:
    """A shape's corners with the digits that were written: parts, rings, corners."""
    return json.dumps(
        [
            [[[str(corner.x), str(corner.y)] for corner in ring] for ring in rings]
            for rings in shape.parts
        ],
        separators=(",", ":"),
    )


def box_of(parts: Parts) -> rows.Box:
    """South, north, west and east of a plot."""
    xs = [x for ring in parts for x, _ in ring]
    ys = [y for ring in parts for _, y in ring]
    return min(ys), max(ys), min(xs), max(xs)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
