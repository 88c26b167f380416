# SPDX-License-Identifier: Apache-2.0
"""All things of a recall's scope and who has each of them: a list part by part, and a table."""

import asyncio
from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.params import FromPath

from nguon.base.errors import Fault
from nguon.base.messages import Language, text
from nguon.recall import covered
from nguon.recall.covered import Coverage, Covered, Spot
from nguon.recall.errors import RecallFaultsError
from nguon.recall.listings import MOST
from nguon.recall.scoping import LIMITS
from nguon.store.custody import product_of
from nguon.tables import writing
from nguon.tables.writing import Value
from nguon.web.formats import element_string
from nguon.web.languages import negotiate
from nguon.web.recalls import scope, words
from nguon.web.recalls.faces import Requested, asking, face_of, further
from nguon.web.recalls.words import Names
from nguon.web.work.files import download
from nguon.web.work.pages import work

_COLUMNS = ("code", "product", "state", "party", "place", "amount", "unit", "released", "sites")
_TONES = {"held": "good", "moving": "gold", "sold": "danger", "unknown": "danger"}


async def listing(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """The things of the settled scope; with ``keys`` those of a choice that is only looked at."""
    language, face = negotiate(request.scope), face_of(request)
    after = request.query_params.get("after", "")

    def read() -> dict[str, Any]:
        found = _found(request, number, after, MOST)
        names = _names(request, found.things, language)
        return {
            "recall": found.recall,
            "whole": found.whole,
            "truncated": found.truncated,
            "lines": [_line(one, names) for one in found.things],
            "ways": further(request, found.things),
        }

    chosen = _chosen(request)
    back = f"{face.base}/{number}/scope?{chosen}" if chosen else f"{face.base}/{number}"
    return work(
        request,
        "recalls/things.html",
        here=face.here,
        base=f"{face.base}/{number}",
        back=back,
        proposed=bool(chosen),
        table=f"{face.base}/{number}/things.csv" + (f"?{chosen}" if chosen else ""),
        **await asyncio.to_thread(read),
    )


async def table(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """All of them as CSV; a last row says where there are more than could be read."""
    language = negotiate(request.scope)

    def made() -> bytes:
        found = _found(request, number, "", LIMITS.nodes)
        names = _names(request, found.things, language)
        rows = [row for one in found.things for row in _rows(one, names)]
        if found.truncated:
            more = text("recalls.scope-truncated", language)
            rows.append([more, *("" for _ in _COLUMNS[1:])])
        headings = [text(f"recalls.things-{name}", language) for name in _COLUMNS]
        return writing.csv_text(headings, rows)

    return download(await asyncio.to_thread(made), writing.CSV, f"pham-vi-{number}.csv")


def _found(request: Requested, number: str, after: str, limit: int) -> Coverage:
    store, by = asking(request)
    typed = scope.typed_in(request)
    if not typed["keys"]:
        return covered.settled(store, by, number, after=after, limit=limit)
    choice, wrong = scope.choice_of(typed, negotiate(request.scope))
    if wrong:
        fault = Fault("/keys", "recall.keys-missing", {})
        raise RecallFaultsError("recall.faults", [fault], count=1)
    return covered.proposed(store, by, number, choice, after=after, limit=limit)


def _chosen(request: Requested) -> str:
    asked = [pair for pair in request.query_params.multi_items() if pair[0] != "after"]
    return urlencode(asked) if any(name == "keys" for name, _ in asked) else ""


def _names(request: Requested, things: Collection[Covered], language: Language) -> Names:
    store, by = asking(request)
    spots = [spot for one in things for spot in one.spots]
    return words.named(
        store,
        by,
        language,
        organisations={spot.organisation for spot in spots},
        places={spot.place for spot in spots},
        products={product_of(one.key) for one in things},
    )


def _line(one: Covered, names: Names) -> dict[str, Any]:
    return {
        "key": one.key,
        "code": element_string(one.key),
        "product": names.product(product_of(one.key)),
        "released": one.released,
        "sites": one.sites,
        "spots": [
            {
                "state": _state(spot, names.language),
                "tone": _TONES.get(spot.state.value, ""),
                "where": _where(spot, names),
                "amount": names.total(spot.quantities) if spot.quantities else "",
            }
            for spot in one.spots
        ],
    }


def _rows(one: Covered, names: Names) -> Iterator[list[Value]]:
    same = [element_string(one.key), names.product(product_of(one.key))]
    released = text("recalls.things-released", names.language) if one.released else ""
    ended: list[Value] = [released, " ".join(one.sites)]
    for spot in one.spots:
        amounts: list[list[Value]] = [[one.amount, one.unit] for _, one in spot.quantities]
        for amount in amounts or [[None, ""]]:
            party = "" if spot.hidden else names.party(spot.organisation, spot.party)
            place = names.place(spot.place) if spot.place else ""
            yield [*same, _state(spot, names.language), party, place, *amount, *ended]
    if not one.spots:
        yield [*same, *("" for _ in range(5)), *ended]


def _state(spot: Spot, language: Language) -> str:
    return text(f"trace-desk.state-{spot.state}", language)


def _where(spot: Spot, names: Names) -> str:
    parts = [names.place(spot.place)] if spot.place else []
    if spot.hidden:
        parts.append(text("drills.hidden", names.language))
    elif spot.organisation is not None or spot.party is not None:
        parts.append(names.party(spot.organisation, spot.party))
    return " · ".join(parts)
