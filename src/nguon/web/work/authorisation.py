# SPDX-License-Identifier: Apache-2.0
"""One grant and one use in the workspace: withdrawing, lessening, giving back."""

import asyncio
from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.identity.model import Principal, Scope
from nguon.registry.ledger import queries, service
from nguon.registry.ledger.errors import LedgerError
from nguon.registry.ledger.model import State
from nguon.registry.ledger.queries import Balance, Wanted
from nguon.store import Store
from nguon.web import code_words, ledger_view
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.ledger_view import Names
from nguon.web.services import services
from nguon.web.work import ledger_fields
from nguon.web.work.authorisations import PAGE, USES, right
from nguon.web.work.pages import go_to, work

_HERE = "authorisations"
Errors = list[tuple[str, str]]


@get(f"{PAGE}/{{grant_id:str}}", opt=dict(needs("read")), include_in_schema=False)
async def grant_page(request: Request[Any, Any, Any], grant_id: FromPath[str]) -> Response[bytes]:
    """A grant with its balance, changes and uses."""
    return await _grant_page(request, grant_id, {}, [])


@post(f"{PAGE}/{{grant_id:str}}/withdraw", opt=dict(needs("registry")), include_in_schema=False)
async def withdraw(request: Request[Any, Any, Any], grant_id: FromPath[str]) -> Response[bytes]:
    """Take a grant back."""
    return await _changed(request, grant_id, _withdraw)


@post(f"{PAGE}/{{grant_id:str}}/narrow", opt=dict(needs("registry")), include_in_schema=False)
async def narrow(request: Request[Any, Any, Any], grant_id: FromPath[str]) -> Response[bytes]:
    """Lessen a grant."""
    return await _changed(request, grant_id, _narrow)


def _withdraw(store: Store, by: Principal, grant_id: str, form: Form) -> None:
    since = ledger_fields.moment(form.text("since"), "since")
    service.withdraw(store, by, grant_id, form.text("reason"), effective=since)


def _narrow(store: Store, by: Principal, grant_id: str, form: Form) -> None:
    quantity, last = form.text("quantity"), form.text("to")
    service.narrow(
        store,
        by,
        grant_id,
        form.text("reason"),
        quantity=ledger_fields.weight(quantity) if quantity else None,
        valid_to=ledger_fields.day(last, "to") if last else None,
    )


async def _changed(
    request: Request[Any, Any, Any],
    grant_id: str,
    change: Callable[[Store, Principal, str, Form], None],
) -> Response[bytes]:
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        await asyncio.to_thread(change, store, by, grant_id, form)
    except LedgerError as error:
        typed = {name: form.text(name) for name in form.names()}
        fault = ledger_fields.fault(error, negotiate(request.scope))
        return await _grant_page(request, grant_id, typed, [fault])
    return go_to(f"{PAGE}/{grant_id}")


async def _grant_page(
    request: Request[Any, Any, Any], grant_id: str, typed: dict[str, str], errors: Errors
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)

    def read() -> dict[str, Any]:
        found = queries.balance(store, by.audience, grant_id)
        one = found.authorisation
        uses = queries.uses(store, by.audience, Wanted(authorisation=one.number))
        names = Names(store, by.audience, (one.holder, one.grantee), language)
        return {
            "facts": _facts(found, names),
            "right": right(found, names[one.grantee], language),
            "found": code_words.said(one.notices, language),
            "sums": code_words.sums(one.arithmetic, language),
            "changes": ledger_view.changes(one, language),
            "uses": ledger_view.rows(uses, USES, names, language),
            "mine": one.holder == by.organisation and by.may(Scope.REGISTRY),
            "open": found.terms.withdrawn is None,
        }

    shown = await asyncio.to_thread(read)
    blank = dict.fromkeys(("reason", "since", "quantity", "to", "which"), "")
    return work(
        request,
        "work/authorisation.html",
        here=_HERE,
        status_code=400 if errors else 200,
        grant_id=grant_id,
        done="done" in request.query_params,
        typed={**blank, **typed},
        errors=errors,
        wrong=dict(errors),
        **shown,
    )


def _facts(one: Balance, names: Names) -> list[tuple[str, str]]:
    given = one.authorisation
    return [
        ("ledger.holder", names[given.holder]),
        ("ledger.party", names[given.grantee]),
    ]


@get(f"{USES}/{{use_id:str}}", opt=dict(needs("read")), include_in_schema=False)
async def use_page(request: Request[Any, Any, Any], use_id: FromPath[str]) -> Response[bytes]:
    """A use or attempt with its reasons and arithmetic."""
    return await _use_page(request, use_id, [])


@post(f"{USES}/{{use_id:str}}/reverse", opt=dict(needs("capture")), include_in_schema=False)
async def reverse(request: Request[Any, Any, Any], use_id: FromPath[str]) -> Response[bytes]:
    """Give a cancelled consignment's quantity back."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        await asyncio.to_thread(service.reverse, store, by, use_id, form.text("reason"))
    except LedgerError as error:
        return await _use_page(
            request, use_id, [ledger_fields.fault(error, negotiate(request.scope))]
        )
    return go_to(f"{USES}/{use_id}")


async def _use_page(
    request: Request[Any, Any, Any], use_id: str, errors: Errors
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)

    def read() -> dict[str, Any]:
        found = queries.use(store, by.audience, use_id)
        return ledger_view.shown(store, by.audience, found, language)

    shown = await asyncio.to_thread(read)
    use = shown["use"]
    taken = use.state in (State.COUNTED, State.WAITING)
    return work(
        request,
        "work/code-use.html",
        here=_HERE,
        status_code=400 if errors else 200,
        may_reverse=taken and use.user == by.organisation and by.may(Scope.CAPTURE),
        errors=errors,
        wrong=dict(errors),
        **shown,
    )


ROUTES = (grant_page, withdraw, narrow, use_page, reverse)
