# SPDX-License-Identifier: Apache-2.0
"""Listings in the workspace: a marketplace's subscriptions and messages; a seller's resales."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post

from nguon.base.errors import NguonError
from nguon.identity.model import Principal
from nguon.listings import resales, subscribing
from nguon.listings.errors import ListingError, UnknownListingError
from nguon.messages.errors import AddressError
from nguon.web.auth import needs, principal_of
from nguon.web.formats import element_string
from nguon.web.forms import Form, submitted
from nguon.web.services import Services, services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE, HERE = "/w/listings", "listings"
Requested = Request[Any, Any, Any]


@get(PAGE, opt=dict(needs("registry")), include_in_schema=False)
async def listing_page(request: Requested) -> Response[bytes]:
    """What we declared to resell; where we are told of changes, and what came of it."""
    return await _page(request, {}, [])


@post(PAGE, opt=dict(needs("registry")), include_in_schema=False)
async def change(request: Requested) -> Response[bytes]:
    """Declare or take back a resale; subscribe or end a subscription."""
    form = await submitted(request)
    parts, by = services(request.scope), principal_of(request.scope)
    do = form.text("do")
    try:
        await asyncio.to_thread(_DO.get(do, _nothing), parts, by, form)
    except NguonError as error:
        if not isinstance(error, ListingError | AddressError):
            raise
        field = "url" if do == "subscribe" else "code"
        typed = {name: form.text(name) for name in ("url", "code")}
        return await _page(request, typed, [(field, told(request, error))])
    return go_to(PAGE)


def _declare(parts: Services, by: Principal, form: Form) -> None:
    codes = [line for line in form.text("code").split("\n") if line.strip()]
    resales.declare(parts.store, by, codes)


def _withdraw(parts: Services, by: Principal, form: Form) -> None:
    resales.withdraw(parts.store, by, form.text("code"))


def _subscribe(parts: Services, by: Principal, form: Form) -> None:
    private = parts.webhooks_private
    subscribing.subscribe(parts.store, by, form.text("url"), private=private)


def _end(parts: Services, by: Principal, form: Form) -> None:
    subscribing.end(parts.store, by, form.text("subscription"))


def _nothing(_parts: Services, _by: Principal, _form: Form) -> None:
    raise UnknownListingError("listings.unknown-subscription")


_DO = {"declare": _declare, "withdraw": _withdraw, "subscribe": _subscribe, "end": _end}


async def _page(
    request: Requested, typed: dict[str, str], errors: list[tuple[str, str]]
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> dict[str, Any]:
        declared = resales.of(store, by.organisation)
        return {
            "declared": [(one, element_string(one.key)) for one in declared],
            "subscriptions": subscribing.of(store, by),
        }

    return work(
        request,
        "work/listings.html",
        here=HERE,
        status_code=400 if errors else 200,
        typed={"url": "", "code": "", **typed},
        errors=errors,
        wrong=dict(errors),
        **await asyncio.to_thread(read),
    )


ROUTES = (listing_page, change)
