# SPDX-License-Identifier: Apache-2.0
"""Issued codes in the workspace: what one holds, what was issued, and an order."""

import asyncio
import secrets
from typing import Any, NamedTuple

from litestar import Request, Response, get, post

from nguon.base.messages import Language
from nguon.codes import blocks, control, gtins, licences, queries
from nguon.codes.errors import IssuingError
from nguon.codes.model import Licence, LicenceKind, OrderAsked
from nguon.identity.model import Principal, Scope
from nguon.registry.queries import products_of
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work import issuing_fields
from nguon.web.work.issuing_fields import Errors
from nguon.web.work.pages import go_to, work

PAGE = "/w/codes"
HERE = "issuing"
_RECENT = 50
_NAMES = ("gtin", "quantity", "lot", "purpose", "hidden", "signed", "once")
_Asked = Request[Any, Any, Any]


class Number(NamedTuple):
    """A product number that may be put under control; ``base`` is its piece's."""

    gtin: str
    name: str
    base: str


@get(PAGE, opt=dict(needs("read")), include_in_schema=False)
async def overview(request: _Asked) -> Response[bytes]:
    """One's licences, product numbers, quota and blocks."""
    store, by = services(request.scope).store, principal_of(request.scope)
    shown = await asyncio.to_thread(_overview, store, by, negotiate(request.scope))
    may = by.may(Scope.REGISTRY)
    return work(request, "work/issuing/overview.html", here=HERE, may=may, **shown)


def _overview(store: Store, by: Principal, language: Language) -> dict[str, Any]:
    day, controlled = licences.today(), control.controlled(store)
    with store.reading() as connection:
        held = licences.of(connection, "organisation", [by.organisation])
        rooms = {one.licence: one for one in gtins.rooms(connection, held)}
        quota = blocks.quota(connection, by.organisation)
    numbers = _numbers(store, by, language, held)
    issued = queries.given(store, by.audience, of=by.organisation, limit=_RECENT)
    return {
        "licences": [(one, one.in_force(day), rooms.get(one.id)) for one in held],
        "may_number": any(one.kind is LicenceKind.PREFIX and one.in_force(day) for one in held),
        "may_order": any(one.in_force(day) for one in held),
        "gtins": [(one, f"01/{one.gtin}" in controlled) for one in numbers],
        "quota": quota,
        "blocks": issued,
    }


def _numbers(store: Store, by: Principal, language: Language, held: list[Licence]) -> list[Number]:
    """The numbers given here, and those of registered products that a licence covers."""
    day = licences.today()
    given = gtins.given(store, by.audience, by.organisation)
    found = {one.gtin: Number(one.gtin, one.name, one.base) for one in given}
    for one in products_of(store, by.audience, by.organisation):
        gtin = one.key.split("/")[1]
        name = one.name.in_language(language)
        if gtin in found:
            found[gtin] = found[gtin]._replace(name=name)
        elif _covered(held, gtin, day):
            found[gtin] = Number(gtin, name, gtin)
    return list(found.values())


@get(f"{PAGE}/order", opt=dict(needs("registry")), include_in_schema=False)
async def order_form(request: _Asked) -> Response[bytes]:
    """The form to order a block."""
    gtin = request.query_params.get("gtin", "")
    return await _form(request, {"gtin": gtin, "once": secrets.token_hex(8)}, [])


@post(f"{PAGE}/order", opt=dict(needs("registry")), include_in_schema=False)
async def order(request: _Asked) -> Response[bytes]:
    """Order it; the block's page tells of it. The same form sent twice is one order."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        made = await asyncio.to_thread(_order, store, by, form)
    except IssuingError as error:
        found = issuing_fields.faults(
            error, negotiate(request.scope), prefix_of_another="gtin", request_used=""
        )
        return await _form(request, {name: form.text(name) for name in _NAMES}, found)
    return go_to(f"{PAGE}/blocks/{made}?done=1")


def _order(store: Store, by: Principal, form: Form) -> str:
    wanted = OrderAsked(
        gtin=form.text("gtin"),
        quantity=issuing_fields.count(form.text("quantity")),
        request=form.text("once"),
        lot=form.text("lot") or None,
        purpose=form.text("purpose"),
        hidden=bool(form.text("hidden")),
        signed=bool(form.text("signed")),
    )
    return blocks.order(store, by, wanted).id


async def _form(request: _Asked, typed: dict[str, str], errors: Errors) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> dict[str, Any]:
        return _choices(store, by, negotiate(request.scope))

    shown = await asyncio.to_thread(read)
    return work(
        request,
        "work/issuing/order.html",
        here=HERE,
        status_code=400 if errors else 200,
        typed={**dict.fromkeys(_NAMES, ""), **typed},
        errors=errors,
        wrong=dict(errors),
        **shown,
    )


def _choices(store: Store, by: Principal, language: Language) -> dict[str, Any]:
    """The products that serials can be ordered for, by name, and what is left of the quota."""
    day = licences.today()
    with store.reading() as connection:
        held = licences.of(connection, "organisation", [by.organisation])
        quota = blocks.quota(connection, by.organisation)
    found = [one for one in _numbers(store, by, language, held) if _covered(held, one.gtin, day)]
    options = [(one.gtin, f"{one.name} · {one.gtin}") for one in found]
    return {"products": sorted(options, key=lambda one: one[1]), "quota": quota}


def _covered(held: list[Licence], gtin: str, day: Any) -> bool:
    return any(one.covers(gtin) and one.in_force(day) for one in held)


ROUTES = (overview, order_form, order)
