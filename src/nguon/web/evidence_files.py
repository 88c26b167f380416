# SPDX-License-Identifier: Apache-2.0
"""Packages of evidence as files: ``/log/evidence/…`` for people, ``/api/v1/evidence/…``.

Both are public; whoever has signed in or sends a key gets what he may see.
"""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from nguon import gs1
from nguon.assurance.dossiers.making import Making, Wanted, make
from nguon.base.audience import Audience
from nguon.dossier.model import MEDIA_TYPE, SUFFIX
from nguon.gs1 import Identifier, IdentifierError
from nguon.web.auth import PUBLIC
from nguon.web.checking import PAGE, reader
from nguon.web.code_pages import malformed
from nguon.web.errors import NotFoundError
from nguon.web.linkset import path_of
from nguon.web.often import counted
from nguon.web.pages import complete
from nguon.web.receipt_reading import reader_of
from nguon.web.resolver import read
from nguon.web.services import Services, services

FILE, API = "/log/evidence", "/api/v1/evidence"
_OWN = {"cache-control": "private, no-cache", "vary": "authorization, cookie, accept"}
_ANY = Request[Any, Any, Any]


@get("/log/evidence/{code:path}", opt=dict(PUBLIC), include_in_schema=False)
async def evidence_file(request: _ANY) -> Response[Any]:
    """The package of evidence of an item; back to its page while the log proves nothing yet."""
    try:
        identifier = read(request.scope, FILE)
    except IdentifierError as error:
        return complete(*malformed(request.scope, error))
    audience = await reader(request.scope)
    wanted = Wanted(identifier.key, request.query_params.get("claim", ""))
    make = partial(packed, services(request.scope), wanted, audience)
    made = await asyncio.to_thread(counted, request.scope, make)
    if made is None:
        return Redirect(f"{PAGE}/{path_of(identifier)}", status_code=303)
    return complete(200, {**_headers(identifier), "content-type": MEDIA_TYPE}, made)


@get(f"{API}/{{item:path}}", opt=dict(PUBLIC), tags=["log"], summary="A package of evidence")
async def evidence(
    request: _ANY, item: FromPath[str], claim: FromQuery[str | None] = None
) -> Response[Any]:
    """Everything about an item that can be checked without us, in one file (`docs/evidence.md`).

    Events as received, signatures with the history of their keys, proofs of the log and that
    nothing was left out, credentials, cases, each claim with the facts that it was judged by:
    as far as your key or session may see them. With `claim`, a claim's id or its record's receipt
    number, of that one alone. 404 while the log proves nothing of it.
    """
    identifier = gs1.parse(item.strip("/"))
    audience = await reader_of(request.scope)
    wanted = Wanted(identifier.key, claim or "")
    make = partial(packed, services(request.scope), wanted, audience)
    made = await asyncio.to_thread(counted, request.scope, make)
    if made is None:
        raise NotFoundError("check.no-evidence", item=identifier.key)
    return Response(made, media_type=MEDIA_TYPE, headers=_headers(identifier))


def packed(parts: Services, wanted: Wanted, audience: Audience) -> bytes | None:
    """A package as a file; None while there is none."""
    by = Making(parts.store, parts.tlog, parts.completer)
    made = make(by, wanted, audience, datetime.now(UTC))
    return None if made is None else bytes(made)


def _headers(identifier: Identifier) -> dict[str, str]:
    said = [value for _, value in identifier.parts]
    name = "-".join(value for value in said if value.isalnum()) or "item"
    return {**_OWN, "content-disposition": f'attachment; filename="{name}{SUFFIX}"'}


ROUTES = (evidence_file, evidence)
