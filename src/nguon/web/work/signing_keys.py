# SPDX-License-Identifier: Apache-2.0
"""The keys that an organisation signs with, in the workspace: the list, one key, its steps."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.base.errors import NguonError
from nguon.identity.model import Principal
from nguon.parties.keys import handing, queries, service
from nguon.parties.keys.errors import PartyKeyUnknownError
from nguon.parties.keys.model import Custody, KeyState, PartyKey
from nguon.parties.keys.naming import did
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE = "/w/keys"
HERE = "keys"
_ANY = Request[Any, Any, Any]
Errors = list[tuple[str, str]]
Change = Callable[[Store, Principal, str, Form], PartyKey]


def suspended(store: Store, by: Principal, kid: str, form: Form) -> PartyKey:
    """The key, suspended for the reason given."""
    return service.suspend(store, kid, by=by, reason=form.text("reason"))


def resumed(store: Store, by: Principal, kid: str, _: Form) -> PartyKey:
    """The key, resumed."""
    return service.resume(store, kid, by=by)


def revoked(store: Store, by: Principal, kid: str, form: Form) -> PartyKey:
    """The key, revoked for the reason given."""
    return service.revoke(store, kid, by=by, reason=form.text("reason"))


def _renewed(store: Store, by: Principal, kid: str, _: Form) -> PartyKey:
    return handing.renew(store, by, kid)


STEPS: Mapping[str, Change] = {"suspend": suspended, "resume": resumed, "revoke": revoked}
"""What becomes of a key, by the last part of the address that its form goes to."""
_OWN_STEPS: Mapping[str, Change] = {**STEPS, "renew": _renewed}


@get(PAGE, opt=dict(needs("registry")), include_in_schema=False)
async def overview(request: _ANY) -> Response[bytes]:
    """Who signs for the organisation, and every key it ever had."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(queries.of, store, by.organisation)
    now = datetime.now(UTC)
    states = {key.kid: key.standing(now) for key in found}
    standing = {key.custody for key in found if states[key.kid] is KeyState.ACTIVE}
    return work(
        request,
        "work/keys/all.html",
        here=HERE,
        keys=list(reversed(found)),
        states=states,
        kept=Custody.CUSTODIAL in standing,
        own=Custody.OWN in standing,
        document=f"/parties/{found[0].party}/did.json" if found else None,
    )


@post(f"{PAGE}/custodial", opt=dict(needs("registry")), include_in_schema=False)
async def keep(request: _ANY) -> Response[bytes]:
    """Have the platform keep a key for the organisation."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    if form.text("keep") != "yes":
        return go_to(PAGE)
    made = await asyncio.to_thread(handing.keep, store, by)
    return go_to(f"{PAGE}/{made.kid}")


@get(f"{PAGE}/{{kid:str}}", opt=dict(needs("registry")), include_in_schema=False)
async def one(request: _ANY, kid: FromPath[str]) -> Response[bytes]:
    """One key with what became of it, and what can be done with it."""
    return await _one(request, kid, "", {}, [])


@post(f"{PAGE}/{{kid:str}}/{{step:str}}", opt=dict(needs("registry")), include_in_schema=False)
async def take(request: _ANY, kid: FromPath[str], step: FromPath[str]) -> Response[bytes]:
    """Suspend, resume, renew or revoke a key."""
    form = await submitted(request)
    change = _OWN_STEPS.get(step)
    if change is None:
        raise PartyKeyUnknownError("party-keys.unknown")
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        await asyncio.to_thread(_change, change, store, by, kid, form)
    except NguonError as error:
        found = refused(request, step, error)
        return await _one(request, kid, step, {"reason": form.text("reason")}, found)
    return go_to(f"{PAGE}/{kid}")


def refused(request: _ANY, step: str, error: NguonError) -> Errors:
    """A refusal of a step as it stands on the page; raised again where it is none of a form."""
    field = error.params.get("field")
    if field is None:
        raise error
    return [(f"{step}-{field}", told(request, error))]


def _change(change: Change, store: Store, by: Principal, kid: str, form: Form) -> None:
    handing.own(store, by, kid)
    change(store, by, kid, form)


async def _one(
    request: _ANY, kid: str, step: str, typed: Mapping[str, str], errors: Errors
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    key = await asyncio.to_thread(handing.own, store, by, kid)
    return work(
        request,
        "work/keys/one.html",
        here=HERE,
        status_code=400 if errors else 200,
        **about(store, key),
        page=PAGE,
        changes=True,
        at=step,
        typed={"reason": "", **typed},
        errors=errors,
        wrong=dict(errors),
    )


def about(store: Store, key: PartyKey) -> dict[str, Any]:
    """What a page shows of a key."""
    now = datetime.now(UTC)
    return {
        "key": key,
        "did": did(store, key.party),
        "state": key.standing(now),
        "ends": key.ends(now),
        "custodial": key.custody is Custody.CUSTODIAL,
    }


ROUTES = (overview, keep, one, take)
