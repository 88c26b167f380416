# SPDX-License-Identifier: Apache-2.0
"""The desk itself: what was typed, what was found, shown in the view that is asked for."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response

from nguon import gs1
from nguon.base.audience import Audience
from nguon.base.errors import NguonError
from nguon.base.messages import Language
from nguon.trace.drawing import BOX_HEIGHT, BOX_WIDTH
from nguon.trace.errors import StartUnknownError
from nguon.trace.labels import ThingKind
from nguon.web.auth import principal_of
from nguon.web.languages import negotiate
from nguon.web.problems import advice, words
from nguon.web.services import Services, services
from nguon.web.tracing import drawn, panels
from nguon.web.tracing.asked import MORE, SORTS, Asked, View, Way, day_fault, read
from nguon.web.tracing.found import Found, find
from nguon.web.tracing.grounds import Grounds
from nguon.web.tracing.listed import counts, listed
from nguon.web.tracing.strip import strip
from nguon.web.tracing.subject import subject
from nguon.web.tracing.told import Told, tell
from nguon.web.tracing.words import Words
from nguon.web.work.pages import work

Requested = Request[Any, Any, Any]
TOLD = 2_000
"""Gaps, holdings and records are told beside so many things; of more in an answer of their own."""
STARTED = 100
"""Starts that an address carries on to a recall."""


def base_of(request: Requested) -> str:
    """Which of the two desks a page belongs to."""
    return "/s/trace" if request.scope["path"].startswith("/s/") else "/w/trace"


async def desk(request: Requested) -> Response[bytes]:
    """One box for any key, and what was found."""
    asked = read(base_of(request), request.query_params)
    shown: dict[str, Any] = {"asked": asked, "found": None, "wrong": None, "nothing": False}
    language = negotiate(request.scope)
    if not asked.item:
        return _page(request, **shown)
    fault: NguonError | None = day_fault(asked)
    if fault is None:
        try:
            audience = principal_of(request.scope).audience
            made = await asyncio.to_thread(
                _shown, services(request.scope), audience, asked, language
            )
        except (gs1.IdentifierError, StartUnknownError) as error:
            fault = error
        else:
            return _page(request, **{**shown, **made})
    shown["wrong"] = fault_words(fault, language)
    return _page(request, status_code=400, **shown)


def _page(request: Requested, status_code: int = 200, **shown: Any) -> Response[bytes]:
    return work(
        request,
        "trace/desk.html",
        here="desk-trace" if shown["asked"].base == "/s/trace" else "trace",
        status_code=status_code,
        box=(BOX_WIDTH, BOX_HEIGHT),
        ways=tuple(Way),
        views=tuple(View),
        sorts=SORTS,
        most=MORE,
        **shown,
    )


def _shown(parts: Services, audience: Audience, asked: Asked, language: Language) -> dict[str, Any]:
    found = find(parts.store, audience, asked)
    if found is None:
        return {"nothing": True}
    said = Words(parts.store, audience, language).learn(found.keys)
    things = found.things
    small = len(things) <= TOLD
    grounds = Grounds(parts.store, audience, found)
    told = tell(grounds) if small and _needs_records(asked) else None
    lanes = {} if told is None else told.lanes
    shown: dict[str, Any] = {
        "found": found,
        "many": len(things),
        "subject": subject(found.starts, said),
        "start_keys": urlencode([("key", key) for key in found.starts.keys[:STARTED]]),
        "said": said,
        "small": small,
        "counts": counts(things, said),
        "list": listed(things, asked, said, lanes),
        "backwards": sum(len(one.backwards) for one in found.answers),
        **_view(parts, grounds, told, said),
        "cut_off": grounds.cut,
    }
    if asked.thing:
        shown["thing"] = _thing(parts, found, told, said)
    return shown


def _needs_records(asked: Asked) -> bool:
    return bool(asked.view not in (View.LIST, View.DRAWING) or asked.lane or asked.thing)


def _view(parts: Services, grounds: Grounds, told: Told | None, said: Words) -> dict[str, Any]:
    """What the view that is asked for shows beside the list."""
    found = grounds.found
    view = found.asked.view
    if view is View.DRAWING:
        return {"drawn": drawn.relations(found, said)}
    if view is View.LANES:
        return {"drawn": drawn.in_lanes(found, said, {} if told is None else told.lanes)}
    if view is View.LIST:
        if len(found.keys) > TOLD or found.asked.page > 1 or found.asked.narrowed:
            return {}
        gaps = panels.gaps(grounds, said)
        held = panels.held(grounds, said)
        return {"gaps": gaps, "held": held, "left": panels.left(held)}
    if told is None:
        return {}
    if view is View.TIME:
        records = panels.records(told.facts, found, parts.tlog, said)
        return {"records": records, "strip": strip(records, said.language)}
    drawing, spots = panels.spots(told, said.language)
    return {"map": drawing, "spots": spots}


def _thing(parts: Services, found: Found, told: Told | None, said: Words) -> dict[str, Any] | None:
    """The chosen thing with its records; None for one that was not found."""
    key = found.asked.thing
    node = next((one for one in found.things if one.key == key), None)
    if node is None:
        return None
    facts = [] if told is None else told.about(key)
    return {
        "row": said.row(node),
        "records": panels.records(facts, found, parts.tlog, said),
        "coded": said.label(key).kind is not ThingKind.OTHER,
    }


def fault_words(error: NguonError, language: Language) -> dict[str, str | None]:
    """What is wrong with what was typed, and where in it."""
    wrong = {
        "reason": words(error.code, language, error.params),
        "advice": advice(error.code, language, error.params),
    }
    if isinstance(error, gs1.IdentifierError):
        wrong["before"] = error.text[: error.start]
        wrong["part"] = error.text[error.start : error.end]
        wrong["after"] = error.text[error.end :]
    return wrong
