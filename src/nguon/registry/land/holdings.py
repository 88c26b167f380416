# SPDX-License-Identifier: Apache-2.0
"""The places whose land an organisation keeps: its own and its members', with their boundaries."""

from decimal import Decimal

import msgspec

from nguon.base.audience import Audience
from nguon.registry import queries
from nguon.registry.land import kept
from nguon.registry.land.kept import Boundary
from nguon.registry.model import LAND, Place
from nguon.store import Store
from nguon.store import registry as rows
from nguon.store import registry_tables as tables

_MOST = 2_000


class Holding(msgspec.Struct, frozen=True):
    """A place with the name of its holder and its boundary, where there is one."""

    place: Place
    holder: str
    boundary: Boundary | None


def holdings(store: Store, audience: Audience, organisation: int) -> list[Holding]:
    """The land of an organisation and its members, those without a boundary first."""
    with store.reading() as connection:
        members = rows.rows(connection, tables.organisation, "member_of", [organisation])
        holders = [organisation, *(row["id"] for row in members)]
        held = rows.rows(connection, tables.place, "holder", holders)
    kinds = {kind.value for kind in LAND}
    keys = [row["key"] for row in held if row["kind"] in kinds][:_MOST]
    places = queries.places(store, audience, keys)
    names = queries.organisations(store, audience, {one.holder for one in places.values()})
    known = kept.boundaries(store, audience, keys)
    found = [
        Holding(place, names[place.holder].name.vi, known.get(key)) for key, place in places.items()
    ]
    return sorted(found, key=lambda one: (one.boundary is not None, one.place.name.vi))


def total(found: list[Holding]) -> Decimal:
    """Hectares of all the boundaries."""
    areas = (one.boundary.area for one in found if one.boundary is not None)
    return sum((area for area in areas if area is not None), Decimal(0))
