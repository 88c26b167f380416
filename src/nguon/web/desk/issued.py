# SPDX-License-Identifier: Apache-2.0
"""The desk of whoever is in charge: licences that wait, and who was issued what."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.codes import licences, queries
from nguon.codes.errors import IssuingError
from nguon.codes.model import LicenceStatus
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.ledger_view import Names
from nguon.web.services import services
from nguon.web.work import issuing_fields
from nguon.web.work.issuing_fields import Errors
from nguon.web.work.pages import go_to, work

PAGE = "/s/issued"
_HERE = "issued"
_MOST = 100
_WORDS = {one.value: one for one in LicenceStatus if one is not LicenceStatus.DECLARED}
_Asked = Request[Any, Any, Any]


@get(PAGE, opt=dict(needs("supervise")), include_in_schema=False)
async def listing(request: _Asked) -> Response[bytes]:
    """Licences and blocks of whom the officer is in charge of, the newest first."""
    return await _page(request, [], "")


@post(f"{PAGE}/licences/{{licence_id:str}}", opt=dict(needs("supervise")), include_in_schema=False)
async def judge(request: _Asked, licence_id: FromPath[str]) -> Response[bytes]:
    """Say that a licence is right, wrong or withdrawn."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        status = _status(form.text("status"))
        await asyncio.to_thread(
            licences.judge, store, by, licence_id, status, form.text(f"reason-{licence_id}")
        )
    except IssuingError as error:
        found = issuing_fields.faults(
            error,
            negotiate(request.scope),
            reason_missing=f"reason-{licence_id}",
            prefix_of_another="",
        )
        return await _page(request, found, licence_id)
    return go_to(PAGE)


def _status(sent: str) -> LicenceStatus:
    if sent not in _WORDS:
        raise IssuingError("codes.status-missing")
    return _WORDS[sent]


async def _page(request: _Asked, errors: Errors, at: str) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)
    before = request.query_params.get("before") or None

    def read(store: Store) -> dict[str, Any]:
        held = licences.licences(store, by.audience)
        last = None if before is None else queries.whole(store, by, before).block
        given = queries.given(store, by.audience, before=last, limit=_MOST)
        ids = {one.organisation for one in held} | {one.organisation for one in given}
        waiting = [one for one in held if one.status is LicenceStatus.DECLARED]
        return {
            "waiting": waiting,
            "held": [one for one in held if one.status is not LicenceStatus.DECLARED],
            "blocks": given,
            "older": f"{PAGE}?before={given[-1].id}" if len(given) == _MOST else None,
            "names": Names(store, by.audience, ids, language),
        }

    shown = await asyncio.to_thread(read, store)
    return work(
        request,
        "desk/issued.html",
        here=_HERE,
        status_code=400 if errors else 200,
        errors=errors,
        at=at,
        wrong=dict(errors),
        **shown,
    )


ROUTES = (listing, judge)
