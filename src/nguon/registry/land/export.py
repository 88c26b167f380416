# SPDX-License-Identifier: Apache-2.0
"""Plots as the EU's deforestation register takes them: GeoJSON, six decimals, its properties."""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from nguon.base.audience import Audience
from nguon.registry import queries
from nguon.registry.land.kept import Boundary, boundaries
from nguon.registry.land.rules import POINT_MOST
from nguon.registry.land.whereabouts import HOME
from nguon.registry.model import Place
from nguon.store import Store

MEDIA_TYPE = "application/geo+json"
_SIX = "{:.6f}"


def geojson(store: Store, audience: Audience, keys: Iterable[str]) -> bytes:
    """The current boundaries of places as one FeatureCollection, by key.

    Places without a boundary, and those whose boundary the reader may not see,
    are left out.
    """
    asked = list(dict.fromkeys(keys))
    found = boundaries(store, audience, asked)
    places = queries.places(store, audience, found)
    holders = queries.organisations(store, audience, {place.holder for place in places.values()})
    features = ",".join(
        _feature(found[key], places[key], holders[places[key].holder].name.vi)
        for key in sorted(found)
    )
    return f'{{"type":"FeatureCollection","features":[{features}]}}'.encode()


def _feature(boundary: Boundary, place: Place, producer: str) -> str:
    properties = {
        "ProducerName": producer,
        "ProducerCountry": HOME,
        "ProductionPlace": place.name.vi,
        "Area": _area(boundary),
        "plot_id": place.national_code or place.key,
    }
    written = json.dumps(properties, ensure_ascii=False)
    return f'{{"type":"Feature","properties":{written},"geometry":{_geometry(boundary)}}}'


def _area(boundary: Boundary) -> float:
    """Hectares; a point without any stands for the most that it may."""
    area = boundary.area if boundary.area is not None else POINT_MOST
    return float(area.quantize(Decimal("0.0001")))


def _geometry(boundary: Boundary) -> str:
    """Written by hand: a number's last zeros are digits that the register counts."""
    rings = [f"[{','.join(_corners(ring))}]" for ring in boundary.parts]
    if boundary.is_point:
        return f'{{"type":"Point","coordinates":{rings[0][1:-1]}}}'
    if len(rings) == 1:
        return f'{{"type":"Polygon","coordinates":[{rings[0]}]}}'
    polygons = ",".join(f"[{ring}]" for ring in rings)
    return f'{{"type":"MultiPolygon","coordinates":[{polygons}]}}'


def _corners(ring: Iterable[Any]) -> Iterator[str]:
    return (f"[{_SIX.format(x)},{_SIX.format(y)}]" for x, y in ring)
