# SPDX-License-Identifier: Apache-2.0
"""A boundary that waits for the officer: its area before and after, and how it lies."""

from typing import Any

from nguon.base.messages import Language
from nguon.identity.model import Principal
from nguon.registry import queries
from nguon.registry.land import kept
from nguon.registry.model import Register
from nguon.store import Store
from nguon.store import land as rows
from nguon.web.work import land_form
from nguon.web.work.land_drawing import drawing


def drawn_anew(
    store: Store, principal: Principal, register: Register, key: str, language: Language
) -> tuple[str, str, Any] | None:
    """Area before, area after and the drawing; None where nothing waits that he may see."""
    place = queries.place(store, principal.audience, key) if register is Register.PLACE else None
    if place is None or not kept.readable(store, principal.audience, [place.key]):
        return None
    with store.reading() as connection:
        waiting = rows.waiting(connection, [place.key]).get(place.key)
        current = rows.current(connection, [place.key]).get(place.key)
    if waiting is None:
        return None
    after = kept.from_row(waiting)
    area = land_form.area_words(after.area, place, language)[0]
    before = kept.from_row(current).area if current is not None else None
    picture = drawing(after.parts, (), land_form.picture_words(place, area, language))
    return land_form.area_words(before, place, language)[0], area, picture
