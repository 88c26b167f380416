# SPDX-License-Identifier: Apache-2.0
"""Who speaks in records, as their reader may know it: public codes, and which are withheld."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from nguon.base.audience import Audience, AudienceKind, Disclosure
from nguon.identity.visibility import PUBLIC
from nguon.parties.keys.naming import called, opaque
from nguon.registry import queries, suppliers
from nguon.registry.model import Organisation, Place
from nguon.store import Store
from nguon.store.values import StoredEvent
from nguon.trace.itinerary import Relation
from nguon.trace.telling import Told, place_key


class Speaker(NamedTuple):
    """A party: its number here, public code and name; both empty where ``hidden``."""

    number: int
    code: str
    name: str
    hidden: bool


class Speakers:
    """The parties and places of some records, each kind read once."""

    def __init__(
        self, store: Store, audience: Audience, told: Iterable[Told], makers: Collection[int]
    ) -> None:
        records = list(told)
        partners = frozenset(
            one.stored.submitter for one in records if one.stored.disclosure is Disclosure.FULL
        )
        keys = {key for one in records if (key := place_key(one.stored)) is not None}
        self._store = store
        self._audience = audience
        self._makers = makers
        self.places: Mapping[str, Place] = queries.places(store, audience, keys, partners=partners)
        numbers = {one.stored.submitter for one in records}
        numbers |= {place.holder for place in self.places.values()} | set(makers)
        self._parties = queries.organisations(store, audience, numbers, partners=partners)

    def party(self, number: int) -> Organisation | None:
        """One of the parties."""
        return self._parties.get(number)

    def of(self, number: int) -> Speaker:
        """A party that its reader may know."""
        found = self._parties.get(number)
        if found is None:
            return Speaker(number, "", "", hidden=True)
        code = called(self._store, number, found.code, found.kind)
        return Speaker(number, code, found.name.vi, hidden=False)

    def code(self, number: int, *, known: bool) -> str:
        """What a party is called; letters that tell nothing where the reader may not know it."""
        return (self.of(number).code if known else "") or opaque(self._store, number)

    def recorder(self, relation: Relation, stored: StoredEvent) -> Speaker:
        """Who recorded this; withheld where it is a supplier whom the reader may not know.

        Facts travel, in files and answers: they name suppliers to an inspector no more than to
        everybody. His desk does.
        """
        place = self.places.get(place_key(stored) or "")
        holder = self._parties.get(stored.submitter if place is None else place.holder)
        inspects = self._audience.kind is AudienceKind.INSPECTOR
        hidden = relation is Relation.SOURCE and any(
            suppliers.hidden(
                PUBLIC if inspects else self._audience,
                place if party is holder else None,
                party,
                self._makers,
                partner=not inspects and stored.disclosure is Disclosure.FULL,
            )
            for party in {id(one): one for one in (holder, self.party(stored.submitter))}.values()
        )
        if hidden:
            return Speaker(stored.submitter, "", "", hidden=True)
        return self.of(stored.submitter)
