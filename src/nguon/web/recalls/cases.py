# SPDX-License-Identifier: Apache-2.0
"""Cases of recalls: the list by what is due, a new one, and one case with its six tasks."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from litestar import Response
from litestar.params import FromPath

from nguon.base.messages import text
from nguon.disputes import queries as disputes
from nguon.disputes.model import SubjectKind
from nguon.recall import queries, service
from nguon.recall.errors import RecallError
from nguon.recall.inputs import Opening
from nguon.recall.model import ENDED, Origin, Recall, State
from nguon.registry.documents import Folder
from nguon.registry.errors import DocumentRefusedError
from nguon.web.clocks import clock
from nguon.web.errors import RequestError
from nguon.web.formats import element_string
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.recalls import words
from nguon.web.recalls.faces import (
    DESK,
    Errors,
    Face,
    Requested,
    asking,
    face_of,
    faults,
    further,
    past,
)
from nguon.web.recalls.tasks import leading, tasks
from nguon.web.recalls.typed import chosen, codes, files
from nguon.web.services import services
from nguon.web.work.pages import go_to, work

_UNDER_WAY = frozenset(State) - ENDED
_SHOWN = {"": _UNDER_WAY, **{state.value: frozenset({state}) for state in State}}
_FIELDS = ("title", "origin", "keys", "words", "signal", "dispute")


async def listing(request: Requested) -> Response[bytes]:
    """The cases in charge, what is due first at the head; of one state, or the late ones."""
    (store, by), language, now = asking(request), negotiate(request.scope), datetime.now(UTC)
    state, late = request.query_params.get("state", ""), request.query_params.get("late") == "1"
    state = state if state in _SHOWN else ""
    after = request.query_params.get("after", "")

    def read() -> dict[str, Any]:
        found = queries.listed(store, by, states=_SHOWN[state], after=after)
        some = [one for one in found if one.late(now) or not late]
        names = words.named(store, by, language, organisations=(one.maker for one in some))
        shown = words.lines(some, names, DESK.base, now, language)
        return {"lines": shown, "ways": further(request, found)}

    return work(
        request,
        "recalls/desk.html",
        here=DESK.here,
        **await asyncio.to_thread(read),
        states=[one.value for one in State],
        state=state,
        late=late,
    )


async def form_page(request: Requested) -> Response[bytes]:
    """The form of a new case; keys, or a case of reports, may be handed over in the address."""
    asked = request.query_params
    typed = {name: asked.get(name, "") for name in ("title", "origin", "signal")}
    typed["keys"] = "\n".join(element_string(key) for key in asked.getall("key", []))
    if number := asked.get("case", ""):
        store, by = asking(request)
        about = (await asyncio.to_thread(disputes.view, store, by, number)).case
        typed |= {"dispute": about.id, "origin": typed["origin"] or Origin.COMPLAINT.value}
        if about.subject_kind is SubjectKind.ITEM and not typed["keys"]:
            typed["keys"] = element_string(about.subject)
    return _new(request, face_of(request), typed, [])


async def opened(request: Requested) -> Response[bytes]:
    """Open a case; leads to its page."""
    form, face = await submitted(request), face_of(request)
    store, by = asking(request)
    typed = {name: form.text(name) for name in _FIELDS}
    keys, wrong = codes(typed["keys"], negotiate(request.scope))
    if wrong:
        return _new(request, face, typed, [("keys", wrong)])
    usual = Origin.COMPLAINT if face is DESK else Origin.MAKER
    opening = Opening(
        title=typed["title"],
        origin=chosen(Origin, typed["origin"], usual),
        keys=keys,
        words=typed["words"],
        signal=typed["signal"] or None,
        dispute=typed["dispute"] or None,
        files=files(form, "file"),
    )
    folder = Folder(services(request.scope).documents)
    try:
        found = await asyncio.to_thread(service.open_case, store, by, opening, folder)
    except (RecallError, DocumentRefusedError) as error:
        field = "file" if isinstance(error, DocumentRefusedError) else ""
        return _new(request, face, typed, faults(request, error, field, {"files": "file"}))
    return go_to(f"{face.base}/{found.id}")


async def one(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """A case: what is next, what it stands on, what happened."""
    return await page(request, number)


async def page(request: Requested, number: str, errors: Errors | None = None) -> Response[bytes]:
    """The page of a case; with ``errors`` a step was refused."""
    (store, by), language, face = asking(request), negotiate(request.scope), face_of(request)
    now = datetime.now(UTC)

    def read() -> dict[str, Any]:
        found = queries.view(store, by, number, after=request.query_params.get("steps"))
        acting = (step.organisation for step in found.steps)
        parties = (found.recall.maker, found.recall.opened_by, *acting)
        names = words.named(store, by, language, organisations=parties)
        return {"view": found, "recall": found.recall, "names": names}

    context = await asyncio.to_thread(read)
    recall: Recall = context["recall"]
    return work(
        request,
        "recalls/case.html",
        here=face.here,
        status_code=400 if errors else 200,
        base=face.base,
        tasks=tasks(context["view"], f"{face.base}/{number}", language),
        leading=leading(context["view"]),
        tone=words.tone(recall, now),
        late=recall.late(now),
        clock="" if recall.state in ENDED else clock(recall.due, now, language),
        clause=words.clause(recall, language),
        past=past(request, context["view"]),
        errors=errors or [],
        wrong=dict(errors or []),
        **context,
    )


def _new(request: Requested, face: Face, typed: dict[str, str], errors: Errors) -> Response[bytes]:
    language = negotiate(request.scope)
    origins = [one for one in Origin if one is not Origin.MAKER]
    if len(typed.get("keys", "")) > 20_000:
        raise RequestError("web.bad-request")
    return work(
        request,
        "recalls/new.html",
        here=face.here,
        status_code=400 if errors else 200,
        base=face.base,
        own=face is not DESK,
        origins=[(one.value, text(f"recalls.origin-{one}", language)) for one in origins],
        typed={**dict.fromkeys(_FIELDS, ""), **typed},
        errors=errors,
        wrong=dict(errors),
    )
