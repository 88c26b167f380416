# SPDX-License-Identifier: Apache-2.0
"""Printing from a block: the next pieces are handed out first, to this printer alone; once the
labels are on paper, the range is marked as printed.
"""

import asyncio
import secrets
from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from nguon.codes import printing, queries
from nguon.codes.errors import IssuingError
from nguon.codes.model import MarkKind
from nguon.labels.service import MOST
from nguon.web.auth import needs, principal_of
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work import issuing_fields
from nguon.web.work.issuing_fields import Errors
from nguon.web.work.pages import go_to, me, work

PAGE = "/w/print"
_NAMES = ("quantity", "printer", "once")
_Asked = Request[Any, Any, Any]


@post(f"{PAGE}/blocks/{{block_id:str}}", opt=dict(needs("capture")), include_in_schema=False)
async def take(request: _Asked, block_id: FromPath[str]) -> Response[bytes]:
    """Hand the next pieces of a block to whoever prints now; the same form, the same range."""
    form = await submitted(request)
    typed = {name: form.text(name) for name in _NAMES}
    store, by = services(request.scope).store, principal_of(request.scope)

    def handed() -> str:
        quantity = issuing_fields.count(typed["quantity"])
        if quantity > MOST:
            raise IssuingError("codes.quantity", most=MOST)
        return printing.hand_out(store, by, block_id, quantity, typed["printer"], typed["once"]).id

    try:
        export = await asyncio.to_thread(handed)
    except IssuingError as error:
        return await block_page(
            request, block_id, typed, issuing_fields.faults(error, negotiate(request.scope))
        )
    return go_to(f"{PAGE}?export={export}")


@post(
    f"{PAGE}/exports/{{export_id:str}}/printed", opt=dict(needs("capture")), include_in_schema=False
)
async def printed(request: _Asked, export_id: FromPath[str]) -> Response[bytes]:
    """Mark a range as printed; saying it again changes nothing."""
    await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)

    def say() -> None:
        found = queries.handed(store, by, export_id)
        span = found.export.first, found.export.quantity
        if not found.printed:
            printing.mark(store, by, found.block.id, MarkKind.PRINTED, span)

    await asyncio.to_thread(say)
    return go_to(f"{PAGE}?export={export_id}")


async def block_page(
    request: _Asked, block_id: str, typed: dict[str, str], errors: Errors
) -> Response[bytes]:
    """How many pieces are left of a block, and the form that takes some of them."""
    store, by = services(request.scope).store, principal_of(request.scope)
    whole = await asyncio.to_thread(queries.whole, store, by, block_id)
    usual = {"printer": me(request).name, "once": secrets.token_hex(8), "quantity": ""}
    return work(
        request,
        "work/print-block.html",
        here="print",
        status_code=422 if errors else 200,
        whole=whole,
        own=whole.block.organisation == by.organisation,
        typed={**usual, **typed},
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (take, printed)
