# SPDX-License-Identifier: Apache-2.0
"""Asking to have a household's or one's own data erased, and where the requests stand."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post

from nguon.identity.errors import ErasureError
from nguon.identity.model import Principal
from nguon.registry import erasure
from nguon.registry.erasure import Request as Asked
from nguon.registry.model import Organisation
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.consents import Errors, people
from nguon.web.work.pages import go_to, work

PAGE = "/w/erasures"


@get(PAGE, opt=dict(needs("registry")), include_in_schema=False)
async def listing(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What was asked, and the form to ask."""
    return await _page(request, {}, [])


@post(PAGE, opt=dict(needs("registry")), include_in_schema=False)
async def ask(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Ask to erase one household's data."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        await asyncio.to_thread(_ask, store, by, form)
    except ErasureError as error:
        field = "reason" if error.code == "access.erase-reason" else "subject"
        typed = {name: form.text(name) for name in ("subject", "reason")}
        return await _page(request, typed, [(field, told(request, error))])
    return go_to(PAGE)


def _ask(store: Store, by: Principal, form: Form) -> None:
    erasure.ask(
        store,
        form.number("subject"),
        organisation=by.organisation,
        concerned={one.id for one in people(store, by)},
        by=by.key_id,
        reason=form.text("reason"),
    )


def _found(store: Store, by: Principal) -> tuple[list[Organisation], list[Asked]]:
    return people(store, by), erasure.asked_by(store, by.organisation)


async def _page(
    request: Request[Any, Any, Any], typed: dict[str, str], errors: Errors
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    found, asked = await asyncio.to_thread(_found, store, by)
    return work(
        request,
        "work/erasures.html",
        here="consents",
        status_code=400 if errors else 200,
        households=found,
        names={one.id: one.name for one in found},
        asked=asked,
        typed={"subject": "", "reason": "", **typed},
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (listing, ask)
