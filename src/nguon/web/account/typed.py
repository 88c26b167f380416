# SPDX-License-Identifier: Apache-2.0
"""The page after signing in again: the form that came too late, to open or send once more."""

import asyncio
from typing import Any

from litestar import Request, Response, get

from nguon.web import sessions as cookies
from nguon.web import typed
from nguon.web.auth import PERSONAL, principal_of
from nguon.web.work.pages import go_to, work

_FORM, _STEP = "_form", "_step"


@get(typed.PAGE, opt=dict(PERSONAL), include_in_schema=False)
async def typed_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What was typed, with the way on; forms of entries open filled in, others are sent again."""
    folder, token = typed.folder_of(request.scope), cookies.sent(request.scope, cookies.TYPED) or ""
    person = principal_of(request.scope).person
    found = await asyncio.to_thread(typed.find, folder, token, person)
    if found is None:
        return go_to("/w")
    await asyncio.to_thread(typed.shown, folder, token, found)
    opens = any(name == _FORM for name, _ in found.fields)
    return work(
        request,
        "account/typed.html",
        here="",
        path=found.path,
        fields=[(name, text) for name, text in found.fields if not (opens and name == _STEP)],
        shown=[text for name, text in found.fields if text and not name.startswith("_")],
        opens=opens,
        files=found.files,
    )


ROUTES = (typed_page,)
