# SPDX-License-Identifier: Apache-2.0
"""Signing keys at the desk: whose a key is, what became of it; the operator may halt it."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from nguon.base.errors import NguonError
from nguon.identity.model import Scope
from nguon.parties.keys import handing, queries
from nguon.parties.keys.errors import PartyKeyUnknownError
from nguon.parties.keys.model import PartyKey
from nguon.registry.ledger.registers import party
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.ledger_view import Names
from nguon.web.services import services
from nguon.web.work.pages import go_to, work
from nguon.web.work.signing_keys import STEPS, Errors, about, refused

PAGE = "/s/keys"
_HERE = "desk-keys"
_ANY = Request[Any, Any, Any]


@get(PAGE, opt=dict(needs("supervise")), include_in_schema=False)
async def look_up(request: _ANY, q: FromQuery[str] = "") -> Response[bytes]:
    """The keys of a party by its code, number, did:web or one of its keys."""
    store, by = services(request.scope).store, principal_of(request.scope)
    asked = q.strip()
    language, now = negotiate(request.scope), datetime.now(UTC)

    def read() -> dict[str, Any]:
        found = _found(store, asked) if asked else []
        return {
            "keys": found,
            "states": {key.kid: key.standing(now) for key in found},
            "names": Names(store, by.audience, {key.organisation for key in found}, language),
        }

    shown = await asyncio.to_thread(read)
    return work(request, "desk/keys.html", here=_HERE, asked=asked, **shown)


@get(f"{PAGE}/{{kid:str}}", opt=dict(needs("supervise")), include_in_schema=False)
async def one(request: _ANY, kid: FromPath[str]) -> Response[bytes]:
    """One key with what became of it."""
    return await _one(request, kid, "", {}, [])


@post(f"{PAGE}/{{kid:str}}/{{step:str}}", opt=dict(needs("admin")), include_in_schema=False)
async def take(request: _ANY, kid: FromPath[str], step: FromPath[str]) -> Response[bytes]:
    """Suspend, resume or revoke a key as the operator."""
    form = await submitted(request)
    change = STEPS.get(step)
    if change is None:
        raise PartyKeyUnknownError("party-keys.unknown")
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        await asyncio.to_thread(change, store, by, kid, form)
    except NguonError as error:
        found = refused(request, step, error)
        return await _one(request, kid, step, {"reason": form.text("reason")}, found)
    return go_to(f"{PAGE}/{kid}")


def _found(store: Store, asked: str) -> list[PartyKey]:
    if asked.startswith("did:web:"):
        return queries.of_party(store, asked.rpartition(":")[2].partition("#")[0])
    known = queries.at(store, [asked]).get(asked)
    if known is not None:
        return queries.of(store, known.organisation)
    with store.reading() as connection:
        number = party(connection, asked)
    return queries.of_party(store, asked) if number is None else queries.of(store, number)


async def _one(
    request: _ANY, kid: str, step: str, typed: Mapping[str, str], errors: Errors
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    key = await asyncio.to_thread(handing.seen, store, by, kid)
    return work(
        request,
        "work/keys/one.html",
        here=_HERE,
        status_code=400 if errors else 200,
        **about(store, key),
        page=PAGE,
        changes=by.may(Scope.ADMIN),
        at=step,
        typed={"reason": "", **typed},
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (look_up, one, take)
