# SPDX-License-Identifier: Apache-2.0
"""Whom a form names: by the name or code of a household, a recent partner, any organisation."""

import re
from collections.abc import Callable

from nguon.base.audience import Audience
from nguon.entries.desk import Desk
from nguon.registry import queries, search
from nguon.registry.model import LAND, Organisation, Register
from nguon.store import Store
from nguon.vn.text import fold

_MOST = 6
_CODE_AT_END = re.compile(r".*\(([^()]+)\)")


def party_finder(
    store: Store, audience: Audience, table: Desk
) -> Callable[[str], list[Organisation]]:
    """Finds the organisations that were meant by what was typed; those dealt with come first."""

    def find(text: str) -> list[Organisation]:
        known = [*table.partners, *(household.party for household in table.households)]
        wanted = fold(text)
        named = {
            one.id: one
            for one in known
            if wanted in {fold(name) for name in (one.name.vi, one.name.en, one.code) if name}
        }
        end = _CODE_AT_END.fullmatch(text)
        code = end[1].strip() if end else text
        exact = None if named else queries.organisation_by_code(store, audience, code)
        if named or exact:
            return list(named.values()) if exact is None else [exact]
        hits = search.find(store, audience, text, [Register.ORGANISATION], limit=_MOST)
        found = (queries.organisation_by_code(store, audience, hit.key) for hit in hits)
        return [one for one in found if one is not None]

    return find


def destination_of(store: Store, audience: Audience) -> Callable[[int], str | None]:
    """Finds the one place of an organisation where goods may go; None where there are several."""

    def find(number: int) -> str | None:
        places = [
            place for place in queries.places_of(store, audience, number) if place.kind not in LAND
        ]
        return places[0].key if len(places) == 1 else None

    return find
