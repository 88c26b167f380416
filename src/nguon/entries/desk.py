# SPDX-License-Identifier: Apache-2.0
"""What an organisation may choose from in its forms: places, households, products, partners."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from nguon.entries.model import Harvest, Receive, Ship, number_in
from nguon.entries.service import Recorded, latest
from nguon.identity.model import Principal
from nguon.registry import queries
from nguon.registry.model import LAND, Organisation, Place, PlaceKind, Product
from nguon.store import Store

_REMEMBERED = 12
_KINDS = ("harvest", "receive", "deliveries", "pack", "ship", "sell", "withdraw")


class Household(msgspec.Struct, frozen=True):
    """A member who grows, with the places where he does."""

    party: Organisation
    plots: tuple[Place, ...] = ()

    @property
    def id(self) -> int:
        """The register's number of the household."""
        return self.party.id


class Desk(msgspec.Struct, frozen=True):
    """Everything of one organisation, read once for a page."""

    owner: Organisation
    now: datetime
    places: tuple[Place, ...]
    households: tuple[Household, ...]
    products: tuple[Product, ...]
    partners: tuple[Organisation, ...]
    last: Mapping[str, Recorded]
    """The newest form of each kind."""
    taken: frozenset[str] = frozenset()
    """Lot numbers that the latest forms made."""

    @property
    def areas(self) -> tuple[Place, ...]:
        """Own land."""
        return tuple(place for place in self.places if place.kind in LAND)

    @property
    def houses(self) -> tuple[Place, ...]:
        """Own places where goods come in, packing houses first."""
        found = [place for place in self.places if place.kind not in LAND]
        return tuple(sorted(found, key=lambda place: place.kind is not PlaceKind.PACKING_HOUSE))

    def place(self, key: str) -> Place | None:
        """A place of the organisation or of one of its households."""
        plots = (plot for household in self.households for plot in household.plots)
        return next((one for one in (*self.places, *plots) if one.key == key), None)

    def product(self, key: str) -> Product | None:
        """A product of the list."""
        return next((one for one in self.products if one.key == key), None)

    def household(self, number: int) -> Household | None:
        """A household of the list."""
        return next((one for one in self.households if one.id == number), None)


def desk(store: Store, principal: Principal, now: datetime) -> Desk:
    """The desk of the organisation that the principal speaks for."""
    own, audience = principal.organisation, principal.audience
    members = queries.members_of(store, audience, own)
    places = queries.places_held(store, audience, [own, *(one.id for one in members)])
    last = _last(store, own)
    people = queries.organisations(store, audience, {own, *_partners(last.values())})
    people |= {one.id: one for one in members}
    made = queries.products_of(store, audience, own)
    handled = queries.products(store, audience, _products(last.values()) - {p.key for p in made})
    return Desk(
        owner=people[own],
        now=now,
        places=tuple(place for place in places if place.holder == own),
        households=tuple(Household(one, _plots(places, one.id)) for one in members),
        products=(*made, *handled.values()),
        partners=tuple(people[number] for number in _partners(last.values()) if number in people),
        last={form.kind: form for form in reversed(list(last.values()))},
        taken=frozenset(number_in(lot) for form in last.values() for lot in form.lots),
    )


def _plots(places: Iterable[Place], holder: int) -> tuple[Place, ...]:
    return tuple(place for place in places if place.holder == holder and place.kind in LAND)


def _last(store: Store, own: int) -> dict[int, Recorded]:
    found = latest(store, own, *_KINDS, limit=_REMEMBERED)
    return {form.receipt: form for form in found}


def _partners(forms: Iterable[Recorded]) -> list[int]:
    """Whom goods went to or came from lately, the latest first."""
    found: dict[int, None] = {}
    for form in forms:
        for entry in form.entries if form.kind != "deliveries" else ():
            if isinstance(entry, Ship):
                found.setdefault(entry.receiver)
            elif isinstance(entry, Receive):
                found.setdefault(entry.giver)
    return list(found)


def _products(forms: Iterable[Recorded]) -> set[str]:
    keys: set[str] = set()
    for form in forms:
        for entry in form.entries:
            if isinstance(entry, Harvest):
                keys.add(entry.product)
            elif isinstance(entry, Receive):
                keys |= {_product(line.item) for line in entry.lines}
    return {key for key in keys if key.startswith("01/")}


def _product(item: str) -> str:
    return "/".join(item.split("/")[:2])
