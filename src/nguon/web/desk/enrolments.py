# SPDX-License-Identifier: Apache-2.0
"""The officers' desk of enrolments: what waits, beside what the register says, and the decision."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.base.errors import NguonError
from nguon.identity.model import Principal
from nguon.parties.enrolment import officers, permitting, queries
from nguon.parties.enrolment.errors import EnrolmentUnknownError
from nguon.parties.enrolment.model import Enrolment, State
from nguon.store import Store
from nguon.web import enrolment_view as view
from nguon.web.auth import FRESHLY, needs, principal_of
from nguon.web.forms import submitted
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE = "/s/enrolments"
HERE = "enrolments"
_MOST = 200
_ANY = Request[Any, Any, Any]
Errors = list[tuple[str, str]]
_DECIDING = {**needs("supervise"), **FRESHLY}


@get(PAGE, opt=dict(needs("supervise")), include_in_schema=False)
async def queue(request: _ANY) -> Response[bytes]:
    """What waits for a first or a second officer, and what was decided lately."""
    store, by = services(request.scope).store, principal_of(request.scope)
    waiting = await asyncio.to_thread(_queue, store, by)
    return work(request, "desk/enrolments.html", here=HERE, waiting=waiting, now=datetime.now(UTC))


@get(f"{PAGE}/{{number:str}}", opt=dict(_DECIDING), include_in_schema=False)
async def one(request: _ANY, number: FromPath[str]) -> Response[bytes]:
    """One enrolment, beside the register, with its papers."""
    return await _one(request, number, {}, [])


@post(f"{PAGE}/{{number:str}}/confirm", opt=dict(_DECIDING), include_in_schema=False)
async def confirm(request: _ANY, number: FromPath[str]) -> Response[bytes]:
    """Propose, as the first officer, or confirm."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    note = form.text("note")
    try:
        await asyncio.to_thread(officers.confirm, store, by, number, note)
    except NguonError as error:
        return await _one(request, number, {"note": note}, [("", told(request, error))])
    return go_to(f"{PAGE}/{number}")


@post(f"{PAGE}/{{number:str}}/refuse", opt=dict(_DECIDING), include_in_schema=False)
async def refuse(request: _ANY, number: FromPath[str]) -> Response[bytes]:
    """Refuse, with the reason."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    reason, note = form.text("reason"), form.text("words")
    try:
        await asyncio.to_thread(
            lambda: officers.refuse(store, by, number, reason=reason, note=note)
        )
    except NguonError as error:
        typed = {"reason": reason, "words": note}
        field = "words" if error.code == "enrolment.note-missing" else "reason"
        return await _one(request, number, typed, [(field, told(request, error))])
    return go_to(f"{PAGE}/{number}")


def _queue(store: Store, by: Principal) -> list[Enrolment]:
    found = queries.in_states(store, (State.WAITING, State.PROPOSED), limit=_MOST)
    charged = permitting.charged(store, by, {one.organisation for one in found})
    return [one for one in found if one.organisation in charged]


async def _one(
    request: _ANY, number: str, typed: dict[str, str], errors: Errors
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> dict[str, Any]:
        found = queries.find(store, number)
        if not permitting.charged(store, by, {found.organisation}):
            raise EnrolmentUnknownError("enrolment.unknown")
        return {
            "one": found,
            "beside": view.beside(store, found),
            "papers": officers.papers(store, found),
            "steps": queries.steps(store, [number])[number],
            "proposer": officers.proposer(store, found),
        }

    context = await asyncio.to_thread(read)
    silence = context["beside"].silence
    return work(
        request,
        "desk/enrolment.html",
        here=HERE,
        status_code=400 if errors else 200,
        silence=None if silence is None else told(request, silence),
        waiting=context["one"].state in {State.WAITING, State.PROPOSED},
        own=by.person is not None and by.person == context["proposer"],
        reasons=officers.REASONS,
        typed={"note": "", "reason": "", "words": "", **typed},
        errors=errors,
        wrong=dict(errors),
        **context,
    )


ROUTES = (queue, one, confirm, refuse)
