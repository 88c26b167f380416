# SPDX-License-Identifier: Apache-2.0
"""Licences, product numbers, lots and control in the workspace."""

import asyncio
import secrets
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.codes import gtins, licences, lot_numbers
from nguon.codes.errors import IssuingError
from nguon.codes.model import LicenceAsked, LicenceKind
from nguon.identity.model import Principal
from nguon.registry.queries import products_of
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work import issuing_fields
from nguon.web.work.issuing import HERE, PAGE
from nguon.web.work.issuing_fields import Errors
from nguon.web.work.pages import go_to, work

_LICENCE = ("kind", "value", "from", "to", "source")
_LOT = ("gtin", "pattern", "house", "once")
_PATTERN = "{yyMMdd}-{n}"
_Asked = Request[Any, Any, Any]


@get(f"{PAGE}/licence", opt=dict(needs("registry")), include_in_schema=False)
async def licence_form(request: _Asked) -> Response[bytes]:
    """The form to declare a licence."""
    return _licence_page(request, {}, [])


@post(f"{PAGE}/licence", opt=dict(needs("registry")), include_in_schema=False)
async def licence(request: _Asked) -> Response[bytes]:
    """Declare it; it waits for the operator's or the authority's word."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        await asyncio.to_thread(_declare, store, by, form)
    except IssuingError as error:
        typed = {name: form.text(name) for name in _LICENCE}
        found = issuing_fields.faults(
            error, negotiate(request.scope), gtin_shape="value", gtin_check="value"
        )
        return _licence_page(request, typed, found)
    return go_to(PAGE)


def _declare(store: Store, by: Principal, form: Form) -> None:
    kind = form.text("kind")
    until = form.text("to")
    asked = LicenceAsked(
        kind=LicenceKind(kind) if kind in list(LicenceKind) else LicenceKind.PREFIX,
        value=form.text("value"),
        valid_from=issuing_fields.day(form.text("from")),
        valid_to=issuing_fields.day(until) if until else None,
        source=form.text("source"),
    )
    licences.declare(store, by, asked)


def _licence_page(request: _Asked, typed: dict[str, str], errors: Errors) -> Response[bytes]:
    return work(
        request,
        "work/issuing/licence.html",
        here=HERE,
        status_code=400 if errors else 200,
        kinds=[one.value for one in LicenceKind],
        typed={**dict.fromkeys(_LICENCE, ""), **typed},
        errors=errors,
        wrong=dict(errors),
    )


@get(f"{PAGE}/number", opt=dict(needs("registry")), include_in_schema=False)
async def number_form(request: _Asked) -> Response[bytes]:
    """The form to take a number for a product."""
    return _number_page(request, {"once": secrets.token_hex(8)}, [])


@post(f"{PAGE}/number", opt=dict(needs("registry")), include_in_schema=False)
async def number(request: _Asked) -> Response[bytes]:
    """Take it; with ``gtin``, the number of a carton of it."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    typed = {name: form.text(name) for name in ("name", "gtin", "once")}

    def take() -> None:
        if typed["gtin"]:
            gtins.carton(store, by, typed["gtin"], typed["once"], name=typed["name"])
        else:
            gtins.allocate(store, by, typed["name"], typed["once"])

    try:
        await asyncio.to_thread(take)
    except IssuingError as error:
        return _number_page(request, typed, issuing_fields.faults(error, negotiate(request.scope)))
    return go_to(PAGE)


def _number_page(request: _Asked, typed: dict[str, str], errors: Errors) -> Response[bytes]:
    return work(
        request,
        "work/issuing/number.html",
        here=HERE,
        status_code=400 if errors else 200,
        typed={**dict.fromkeys(("name", "gtin"), ""), **typed},
        errors=errors,
        wrong=dict(errors),
    )


@post(f"{PAGE}/gtins/{{gtin:str}}/control", opt=dict(needs("registry")), include_in_schema=False)
async def control(request: _Asked, gtin: FromPath[str]) -> Response[bytes]:
    """Put a product under control, or no more."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    wanted = bool(form.text("controlled"))
    await asyncio.to_thread(gtins.set_control, store, by, gtin, wanted)
    return go_to(PAGE)


@get(f"{PAGE}/lot", opt=dict(needs("capture")), include_in_schema=False)
async def lot_form(request: _Asked) -> Response[bytes]:
    """The form to take a lot number, with those taken before."""
    return await _lot_page(request, {}, [])


@post(f"{PAGE}/lot", opt=dict(needs("capture")), include_in_schema=False)
async def lot(request: _Asked) -> Response[bytes]:
    """Take it; it stands first in the list afterwards."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    typed = {name: form.text(name) for name in _LOT}

    def take() -> bool:
        given = lot_numbers.following(
            store,
            by,
            typed["gtin"],
            typed["pattern"],
            typed["once"],
            day=licences.today(),
            house=typed["house"],
        )
        return given.changed

    try:
        changed = await asyncio.to_thread(take)
    except IssuingError as error:
        found = issuing_fields.faults(
            error, negotiate(request.scope), lot_long="pattern", prefix_of_another="gtin"
        )
        return await _lot_page(request, typed, found)
    return go_to(f"{PAGE}/lot?{'changed' if changed else 'done'}=1")


async def _lot_page(request: _Asked, typed: dict[str, str], errors: Errors) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    recent = await asyncio.to_thread(lot_numbers.recent, store, by.organisation)
    products = await asyncio.to_thread(products_of, store, by.audience, by.organisation)
    language = negotiate(request.scope)
    last = {"gtin": recent[0].gtin, "pattern": recent[0].pattern} if recent else {}
    blank = {"gtin": "", "pattern": _PATTERN, "house": "", "once": secrets.token_hex(8)}
    return work(
        request,
        "work/issuing/lot.html",
        here=HERE,
        status_code=400 if errors else 200,
        recent=recent,
        products=[(one.key.split("/")[1], one.name.in_language(language)) for one in products],
        done="done" in request.query_params,
        changed="changed" in request.query_params,
        typed={**blank, **last, **typed},
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (licence_form, licence, number_form, number, control, lot_form, lot)
