# SPDX-License-Identifier: Apache-2.0
"""One block in the workspace: what it is, handing ranges to printers, marking what became."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.codes import printing, queries
from nguon.codes.errors import IssuingError
from nguon.codes.model import MarkKind
from nguon.identity.model import Scope
from nguon.web.auth import needs, principal_of
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work import issuing_fields
from nguon.web.work.issuing import HERE, PAGE
from nguon.web.work.issuing_fields import Errors
from nguon.web.work.pages import go_to, work

_NAMES = ("quantity", "printer", "once", "kind", "first", "many", "reason")
_SHOWN = 5
_Asked = Request[Any, Any, Any]


@get(f"{PAGE}/blocks/{{block_id:str}}", opt=dict(needs("read")), include_in_schema=False)
async def block_page(request: _Asked, block_id: FromPath[str]) -> Response[bytes]:
    """A block with its ranges."""
    return await _page(request, block_id, {}, [])


@post(
    f"{PAGE}/blocks/{{block_id:str}}/exports", opt=dict(needs("capture")), include_in_schema=False
)
async def hand_out(request: _Asked, block_id: FromPath[str]) -> Response[bytes]:
    """Hand the next pieces to a printer."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    typed = {name: form.text(name) for name in _NAMES}

    def take() -> None:
        quantity = issuing_fields.count(typed["quantity"])
        printing.hand_out(store, by, block_id, quantity, typed["printer"], typed["once"])

    return await _done(request, block_id, typed, take)


@post(f"{PAGE}/blocks/{{block_id:str}}/marks", opt=dict(needs("capture")), include_in_schema=False)
async def mark(request: _Asked, block_id: FromPath[str]) -> Response[bytes]:
    """Say that a range was printed, or make it void."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    typed = {name: form.text(name) for name in _NAMES}

    def say() -> None:
        first, many = issuing_fields.count(typed["first"]), issuing_fields.count(typed["many"])
        kind = MarkKind.VOID if typed["kind"] == MarkKind.VOID else MarkKind.PRINTED
        printing.mark(store, by, block_id, kind, (first, many), typed["reason"])

    return await _done(request, block_id, typed, say)


async def _done(
    request: _Asked, block_id: str, typed: dict[str, str], act: Callable[[], None]
) -> Response[bytes]:
    try:
        await asyncio.to_thread(act)
    except IssuingError as error:
        found = issuing_fields.faults(
            error, negotiate(request.scope), count_wrong="first" if typed["kind"] else "quantity"
        )
        return await _page(request, block_id, typed, found)
    return go_to(f"{PAGE}/blocks/{block_id}?done=1")


async def _page(
    request: _Asked, block_id: str, typed: dict[str, str], errors: Errors
) -> Response[bytes]:
    found = services(request.scope)
    store, by = found.store, principal_of(request.scope)

    def read() -> dict[str, Any]:
        whole = queries.whole(store, by, block_id)
        own = whole.block.organisation == by.organisation
        may = own and (by.may(Scope.CAPTURE) or by.may(Scope.REGISTRY))
        some = (
            queries.pieces(store, by, block_id, offset=0, limit=_SHOWN, stem=found.base_url)
            if may
            else []
        )
        return {"whole": whole, "may": may, "pieces": some}

    shown = await asyncio.to_thread(read)
    return work(
        request,
        "work/issuing/block.html",
        here=HERE,
        status_code=400 if errors else 200,
        manager=by.may(Scope.REGISTRY),
        done="done" in request.query_params,
        typed={**dict.fromkeys(_NAMES, ""), "once": secrets.token_hex(8), **typed},
        errors=errors,
        wrong=dict(errors),
        **shown,
    )


ROUTES = (block_page, hand_out, mark)
