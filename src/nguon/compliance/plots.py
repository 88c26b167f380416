# SPDX-License-Identifier: Apache-2.0
"""Boundaries of the places where lots grew: whether they are there, and as GeoJSON for the EU."""

from collections.abc import Collection, Mapping

from nguon.base.audience import Audience
from nguon.identity import consents
from nguon.identity.consents import Purpose
from nguon.registry import land, queries
from nguon.registry.land import kept
from nguon.registry.model import PRIVATE_KINDS, Place
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
    """The plots of these areas as a feature collection for a buyer abroad, those that the reader
    may see; without those of `unagreed`.
    """
    places = queries.places(store, audience, areas)
    left = set(places) - unagreed(store, audience, places)
    return land.geojson(store, audience, sorted({places[area].key for area in left}))


def unagreed(store: Store, audience: Audience, places: Mapping[str, Place]) -> frozenset[str]:
    """The areas of households and persons who have not agreed that their plots go abroad.

    What is the reader's own, it sends itself.
    """
    holders = {place.holder for place in places.values()} - {audience.organisation}
    found = queries.organisations(store, audience, holders)
    people = {number for number, one in found.items() if one.kind in PRIVATE_KINDS}
    silent = people - consents.standing(store, people, Purpose.ABROAD)
    return frozenset(area for area, place in places.items() if place.holder in silent)
