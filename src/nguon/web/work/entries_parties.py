# SPDX-License-Identifier: Apache-2.0
"""Whom a form of an entry names: a household, a recent partner, any organisation."""

from collections.abc import Callable, Sequence

from nguon.base.audience import Audience
from nguon.base.messages import Language
from nguon.entries.desk import Desk
from nguon.entries.errors import FieldFault
from nguon.registry import queries
from nguon.registry.model import LAND, Organisation
from nguon.store import Store
from nguon.web.work import parties
from nguon.web.work.parties import Option

_DOUBTFUL = frozenset({"entries.party-many", "entries.party-unknown", "entries.party-missing"})


def party_finder(
    store: Store, audience: Audience, table: Desk
) -> Callable[[str], list[Organisation]]:
    """Finds the organisations that were meant by what was typed; those dealt with come first."""
    known = [*table.partners, *(household.party for household in table.households)]

    def find(text: str) -> list[Organisation]:
        found = parties.matching(store, audience, text, known)
        return [found.certain] if found.certain else list(found.others)

    return find


def choices(
    find: Callable[[str], Sequence[Organisation]],
    table: Desk,
    faults: Sequence[FieldFault],
    text: str,
    language: Language,
) -> list[Option]:
    """Whom to choose from, where a form left in doubt who is meant; else nobody."""
    if not any(fault.field == "party" and fault.code in _DOUBTFUL for fault in faults):
        return []
    found = find(text) if text else ()
    return parties.options(found or table.partners[: parties.MOST], language)


def destination_of(store: Store, audience: Audience) -> Callable[[int], str | None]:
    """Finds the one place of an organisation where goods may go; None where there are several."""

    def find(number: int) -> str | None:
        places = [
            place for place in queries.places_of(store, audience, number) if place.kind not in LAND
        ]
        return places[0].key if len(places) == 1 else None

    return find
