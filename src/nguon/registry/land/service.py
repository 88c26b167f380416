# SPDX-License-Identifier: Apache-2.0
"""What happens to boundaries: examined beside their neighbours, kept as a new version, imported."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from nguon.base.audience import Audience
from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.registry import queries
from nguon.registry.land import kept, proposing
from nguon.registry.land.beside import beside
from nguon.registry.land.errors import LandError
from nguon.registry.land.model import Examined, Fault, Neighbour, Plot, Severity, Shape, error
from nguon.registry.land.rules import Declared, examine
from nguon.registry.land.whereabouts import HOME
from nguon.registry.model import Place
from nguon.store import Store
from nguon.store import land as rows
from nguon.store import registry as register_rows
from nguon.vn.geodesy import WGS84, System

_MOST_NEIGHBOURS = 60
_NEAR = 0.002
"""Degrees around a plot in which its neighbours are shown."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A boundary before it is kept."""

    place: str
    shape: Shape | None
    system: System = WGS84
    declared: Decimal | None = None
    country: str = HOME
    source: str = "list"
    accuracy: str | None = None


class Looked(msgspec.Struct, frozen=True):
    """A draft examined: what is to be said, and who lies beside it."""

    draft: Draft
    examined: Examined
    neighbours: tuple[Neighbour, ...] = ()


class Imported(msgspec.Struct, frozen=True):
    """One plot of a file: the place it is of, and what is wrong."""

    number: int
    label: str
    place: str | None
    area: Decimal | None
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """Whether it can be kept."""
        return all(fault.severity is not Severity.ERROR for fault in self.faults)


def look(store: Store, audience: Audience, draft: Draft) -> Looked:
    """Examine a draft. Raises `LandError` ``land.unknown-place`` for a place not one's own."""
    place = own_place(store, audience, draft.place)
    declared = _declared(draft, place)
    first = examine(draft.shape, declared)
    if not first.parts:
        return Looked(draft, first)
    around = _neighbours(store, audience, first, place)
    return Looked(draft, examine(draft.shape, declared, around), tuple(around))


def keep(store: Store, principal: Principal, draft: Draft, *, confirmed: bool) -> Looked:
    """Keep a boundary as the place's current one; the versions before stay.

    The change of an approved place waits for the body (`proposing`). With errors, or
    warnings that nobody confirmed, nothing is kept.
    """
    looked = look(store, principal.audience, draft)
    if may_keep(looked.examined, confirmed=confirmed):
        with store.transaction() as connection:
            register_rows.hold(connection)
            proposing.kept(connection, principal, [_row(principal, draft, looked.examined)])
    return looked


def may_keep(examined: Examined, *, confirmed: bool) -> bool:
    """Whether nothing speaks against keeping it."""
    return examined.ok and (confirmed or not examined.of(Severity.WARNING))


def import_plots(
    store: Store, principal: Principal, plots: Sequence[Plot], *, keeping: bool
) -> list[Imported]:
    """Examine the plots of a file, each for the place that it names; keep all of them or none."""
    audience = principal.audience
    known = places_named(store, audience, [plot.label for plot in plots if plot.label])
    taken = dict[str, int]()
    looked = []
    for plot in plots:
        place = known.get(plot.label or "")
        faults = [*plot.faults, *_of_place(plot, place, taken)]
        draft = _draft(plot, place)
        examined = examine(draft.shape, _declared(draft, place)) if plot.shape else Examined(())
        key = place.key if place is not None else None
        seen = (*faults, *examined.faults)
        looked.append((draft, examined, Imported(plot.number, plot.label or "", key, None, seen)))
    areas = {place.key for place in known.values() if kept.is_area(place.kind)}
    sited = [(one.place, one.place in areas, examined.parts) for _, examined, one in looked]
    lying = beside(store, audience, sited)
    found = [
        msgspec.structs.replace(one, area=examined.area, faults=(*one.faults, *more))
        for (_, examined, one), more in zip(looked, lying, strict=True)
    ]
    if keeping and all(one.ok for one in found):
        with store.transaction() as connection:
            register_rows.hold(connection)
            drawn = [_row(principal, draft, made) for draft, made, _ in looked]
            proposing.kept(connection, principal, drawn)
    return found


def _of_place(plot: Plot, place: Place | None, taken: dict[str, int]) -> Iterator[Fault]:
    if plot.label and place is None:
        yield error("land.unknown-plot", text=plot.label)
    if place is not None and taken.setdefault(place.key, plot.number) != plot.number:
        yield error("land.plot-id-twice", first=taken[place.key])


def own_place(store: Store, audience: Audience, key: str) -> Place:
    """A place whose boundary the reader may see and change.

    Raises `LandError` ``land.unknown-place``: none, or somebody else's.
    """
    place = queries.place(store, audience, key)
    if place is None or place.key not in kept.readable(store, audience, [place.key]):
        raise LandError("land.unknown-place", text=key)
    return place


def places_named(store: Store, audience: Audience, labels: Sequence[str]) -> dict[str, Place]:
    """The reader's own places that labels name: by key, by national code as written."""
    keys = {label: [label, f"vn-area:{label}", f"vn-pack:{label}"] for label in labels}
    found = queries.places(store, audience, [key for group in keys.values() for key in group])
    own = kept.readable(store, audience, [place.key for place in found.values()])
    named: dict[str, Place] = {}
    for label, group in keys.items():
        place = next((found[key] for key in group if key in found), None)
        if place is not None and place.key in own:
            named[label] = place
    return named


def _draft(plot: Plot, place: Place | None) -> Draft:
    return Draft(
        place=place.key if place is not None else "",
        shape=plot.shape,
        declared=plot.area,
        country=plot.country or HOME,
        source="geojson",
    )


def _declared(draft: Draft, place: Place | None) -> Declared:
    area = draft.declared
    if area is None and place is not None and place.area_ha:
        area = Decimal(place.area_ha)
    unit = place.unit if place is not None else None
    return Declared(area, draft.country, unit, draft.system)


def _neighbours(
    store: Store, audience: Audience, examined: Examined, own: Place
) -> list[Neighbour]:
    """The plots around of the same level; those that the reader may not see have no key."""
    south, north, west, east = kept.box_of(examined.parts)
    wide = (south - _NEAR, north + _NEAR, west - _NEAR, east + _NEAR)
    with store.reading() as connection:
        found = rows.near(connection, wide, besides=[own.key], limit=_MOST_NEIGHBOURS)
    found = [row for row in found if kept.is_area(row["kind"]) == kept.is_area(own.kind)]
    open_to = kept.readable(store, audience, [row["place"] for row in found])
    return [kept.neighbour(row, named=row["place"] in open_to) for row in found]


def _row(principal: Principal, draft: Draft, examined: Examined) -> dict[str, Any]:
    assert draft.shape is not None
    south, north, west, east = kept.box_of(examined.parts)
    geometry: Mapping[str, Any] = kept.geometry_of(examined.parts, is_point=examined.is_point)
    warnings = dict.fromkeys(fault.code for fault in examined.of(Severity.WARNING))
    return {
        "place": draft.place,
        "sent": kept.sent_text(draft.shape),
        "epsg": draft.system.epsg,
        "geometry": json.dumps(geometry, separators=(",", ":")),
        "area_ha": str(examined.area) if examined.area is not None else None,
        "declared_ha": str(draft.declared) if draft.declared is not None else None,
        "south": south,
        "north": north,
        "west": west,
        "east": east,
        "source": draft.source,
        "accuracy": draft.accuracy,
        "confirmed": " ".join(warnings) or None,
        "organisation": principal.organisation,
        "key_id": principal.key_id,
        "recorded": to_microseconds(datetime.now(UTC)),
    }
