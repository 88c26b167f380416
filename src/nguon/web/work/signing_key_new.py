# SPDX-License-Identifier: Apache-2.0
"""Binding a key in the workspace, and putting one in another's place: by the proof pasted."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromQuery

from nguon.base.errors import NguonError
from nguon.parties.keys import handing, scopes
from nguon.parties.keys.model import PartyKey
from nguon.signing.errors import SigningError
from nguon.tables.cells import day
from nguon.tables.errors import TableError
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted, whole_number
from nguon.web.services import services
from nguon.web.signing_keys_view import begin_of, end_of
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work
from nguon.web.work.signing_keys import HERE, PAGE, Errors

NEW = "/w/bind-key"
_FIELDS = ("name", "key", "proof", "prefixes", "places", "first", "last", "endorsement", "overlap")
_ANY = Request[Any, Any, Any]


@get(NEW, opt=dict(needs("registry")), include_in_schema=False)
async def before(request: _ANY, replaces: FromQuery[str] = "") -> Response[bytes]:
    """What the key has to sign, and the form for its proof."""
    return await _page(request, replaces, {}, [])


@post(NEW, opt=dict(needs("registry")), include_in_schema=False)
async def bind(request: _ANY) -> Response[bytes]:
    """Bind a key to the organisation, or put it in the place of another."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    typed = {name: form.text(name) for name in _FIELDS}
    replaces = form.text("replaces")
    errors, days = _days(request, form)
    if errors:
        return await _page(request, replaces, typed, errors)

    def done() -> PartyKey:
        if replaces:
            asked = handing.Replacement(
                proof=typed["proof"],
                endorsement=typed["endorsement"],
                key=typed["key"],
                overlap=timedelta(days=min(whole_number(typed["overlap"]), 90)),
            )
            return handing.replace(store, by, replaces, asked)
        wanted = handing.Wanted(
            name=typed["name"],
            scope=scopes.scope(typed["prefixes"].split(), typed["places"].split()),
            valid_from=begin_of(days["first"]),
            valid_to=end_of(days["last"]),
        )
        return handing.bind(store, by, typed["proof"], wanted, key=typed["key"])

    try:
        made = await asyncio.to_thread(done)
    except NguonError as error:
        return await _page(request, replaces, typed, [(_field(error), told(request, error))])
    return go_to(f"{PAGE}/{made.kid}")


def _days(request: _ANY, form: Form) -> tuple[Errors, dict[str, date | None]]:
    errors, days = Errors(), dict[str, date | None]()
    for name in ("first", "last"):
        try:
            days[name] = day(form.text(name)) if form.text(name) else None
        except TableError as error:
            errors.append((name, told(request, error)))
    return errors, days


def _field(error: NguonError) -> str:
    named: str = error.params.get("field", "proof" if isinstance(error, SigningError) else "")
    return {"valid_to": "last"}.get(named, named)


async def _page(
    request: _ANY, replaces: str, typed: Mapping[str, str], errors: Errors
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> tuple[str, PartyKey | None]:
        old = handing.own(store, by, replaces) if replaces else None
        return handing.challenge(store, by), old

    challenge, old = await asyncio.to_thread(read)
    return work(
        request,
        "work/keys/new.html",
        here=HERE,
        status_code=400 if errors else 200,
        challenge=challenge,
        old=old,
        typed={**dict.fromkeys(_FIELDS, ""), "overlap": "7", **typed},
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (before, bind)
