# SPDX-License-Identifier: Apache-2.0
"""Setting up one-time codes: the secret as a picture and as text, confirmed with a code."""

import asyncio
from base64 import b64encode
from typing import Any

import zxingcpp
from litestar import Request, Response, get, post

from nguon.base.messages import text
from nguon.identity.accounts import factors, one_time
from nguon.identity.errors import AccountError, TooManyAttemptsError
from nguon.web.account.acting import person_of
from nguon.web.account.security import PAGE as SECURITY
from nguon.web.account.security import to_recovery
from nguon.web.auth import FRESHLY, PERSONAL
from nguon.web.callers import browser
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE = "/account/codes"
_ACCESS = dict(PERSONAL) | dict(FRESHLY)


@get(PAGE, opt=_ACCESS, include_in_schema=False)
async def codes_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The secret for the app; whoever has one already sees none."""
    has = await asyncio.to_thread(
        factors.standing, services(request.scope).store, person_of(request)
    )
    return go_to(SECURITY) if has.codes else await _page(request, [])


@post(PAGE, opt=_ACCESS, include_in_schema=False)
async def turn_on(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Takes the first code; recovery codes follow."""
    form = await submitted(request)
    store, sent = services(request.scope).store, browser(request.scope)
    try:
        made = await asyncio.to_thread(
            factors.turn_on, store, sent, person_of(request), form.text("factor")
        )
    except (AccountError, TooManyAttemptsError) as error:
        return await _page(request, [("factor", told(request, error))])
    if made:
        return await to_recovery(request, made)
    return go_to(f"{SECURITY}?done=on")


@post(f"{PAGE}/off", opt=_ACCESS, include_in_schema=False)
async def turn_off(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Gives one-time codes up."""
    await submitted(request)
    store, sent = services(request.scope).store, browser(request.scope)
    await asyncio.to_thread(factors.turn_off, store, sent, person_of(request))
    return go_to(f"{SECURITY}?done=off")


async def _page(request: Request[Any, Any, Any], errors: list[tuple[str, str]]) -> Response[bytes]:
    issuer = text("web.site", negotiate(request.scope))
    store = services(request.scope).store
    offered = await asyncio.to_thread(one_time.offer, store, person_of(request), issuer)
    groups = [offered.text[at : at + 4] for at in range(0, len(offered.text), 4)]
    return work(
        request,
        "account/codes.html",
        here="account",
        status_code=400 if errors else 200,
        picture=picture_of(offered.address),
        secret=" ".join(groups),
        address=offered.address,
        errors=errors,
        wrong=dict(errors),
    )


def picture_of(content: str) -> str:
    """A QR code as the address of a picture."""
    made = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    drawn = zxingcpp.write_barcode_to_svg(made, scale=4)
    return f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}"


ROUTES = (codes_page, turn_on, turn_off)
