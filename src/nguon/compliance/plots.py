# SPDX-License-Identifier: Apache-2.0
"""Boundaries of the places where lots grew: whether they are there, and as GeoJSON for the EU."""

from collections.abc import Collection, Mapping

from nguon.base.audience import Audience
from nguon.registry import land, queries
from nguon.registry.land import kept
from nguon.registry.model import Place
from nguon.store import Store


def plotted(
    store: Store, audience: Audience, areas: Collection[str], places: Mapping[str, Place]
) -> frozenset[str] | None:
    """Which areas have a boundary; None where the reader may not know it of one of them."""
    keys = {area: places[area].key for area in areas if area in places}
    if not kept.readable(store, audience, keys.values()) >= set(keys.values()):
        return None
    found = kept.boundaries(store, audience, keys.values())
    return frozenset(area for area, key in keys.items() if key in found)


def geojson(store: Store, audience: Audience, areas: Collection[str]) -> bytes:
    """The plots of these areas as a feature collection, those that the reader may see."""
    places = queries.places(store, audience, areas)
    return land.geojson(store, audience, sorted({place.key for place in places.values()}))
