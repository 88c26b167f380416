# SPDX-License-Identifier: Apache-2.0
"""Codes and their use in the workspace: balances, grants given and got, what was used."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get, post

from nguon.base.messages import Language, text
from nguon.identity.model import Principal, Scope
from nguon.registry.ledger import goods, queries, service
from nguon.registry.ledger.errors import LedgerError
from nguon.registry.ledger.model import Grant, Verdict
from nguon.registry.ledger.queries import Account, Balance, Wanted
from nguon.registry.model import Organisation
from nguon.registry.queries import organisations
from nguon.store import Store
from nguon.web import code_words, ledger_view
from nguon.web.auth import needs, principal_of
from nguon.web.formats import day, number
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.ledger_view import Names, bare
from nguon.web.services import services
from nguon.web.work import balance_bar, ledger_fields, parties
from nguon.web.work.balance_bar import Bar
from nguon.web.work.pages import go_to, work

PAGE = "/w/authorisations"
USES = f"{PAGE}/uses"
_HERE = "authorisations"
_RECENT = 50


class Held(msgspec.Struct, frozen=True):
    """A code of one's own, as the page shows it."""

    code: str
    crop: str
    bar: Bar


class Right(msgspec.Struct, frozen=True):
    """A grant, as the page shows it."""

    path: str
    number: str
    code: str
    party: str
    goods: str
    period: str
    state: str
    live: bool
    bar: Bar


@get(PAGE, opt=dict(needs("read")), include_in_schema=False)
async def overview(request: Request[Any, Any, Any]) -> Response[bytes]:
    """One's own codes, what one may use, grants given, uses and attempts."""
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)
    shown = await asyncio.to_thread(_overview, store, by, language)
    may_grant = bool(shown["held"]) and by.may(Scope.REGISTRY)
    return work(request, "work/authorisations.html", here=_HERE, may_grant=may_grant, **shown)


def _overview(store: Store, by: Principal, language: Language) -> dict[str, Any]:
    accounts = queries.accounts(store, by.organisation)
    grants = queries.grants(store, by.audience)
    mine = _mine(store, by)
    parties = {one.authorisation.grantee for one in grants} | {one.user for one in mine}
    parties |= {one.authorisation.holder for one in grants}
    names = Names(store, by.audience, parties, language)
    given = [one for one in grants if one.authorisation.holder == by.organisation]
    got = [one for one in grants if one.authorisation.holder != by.organisation]
    pressing = [one for one in mine if one.verdict is not Verdict.ACCEPTED]
    calm = [one for one in mine if one.verdict is Verdict.ACCEPTED]
    return {
        "held": [_held(one, language) for one in accounts],
        "given": [right(one, names[one.authorisation.grantee], language) for one in given],
        "got": [right(one, names[one.authorisation.holder], language) for one in got],
        "notices": ledger_view.rows(pressing[:_RECENT], USES, names, language),
        "recent": ledger_view.rows(calm[:_RECENT], USES, names, language),
    }


def _mine(store: Store, by: Principal) -> Sequence[Any]:
    """Uses of one's codes and one's own uses, the newest first; nothing of a wider mandate."""
    held = queries.uses(store, by.audience, Wanted(holder=by.organisation), limit=2 * _RECENT)
    used = queries.uses(store, by.audience, Wanted(user=by.organisation), limit=2 * _RECENT)
    found = {one.id: one for one in (*held, *used)}
    return sorted(found.values(), key=lambda one: (one.recorded, one.id), reverse=True)


def _held(one: Account, language: Language) -> Held:
    named = code_words.crop(one.crop, language) if one.crop else ""
    return Held(bare(one.facts.code), named, balance_bar.of_account(one, language))


def right(one: Balance, party: str, language: Language) -> Right:
    """A grant as pages show it."""
    given = one.authorisation
    what = code_words.crop(given.crop, language), code_words.market(given.market, language)
    state = "withdrawn" if one.terms.withdrawn else "live" if one.live else "ended"
    return Right(
        f"{PAGE}/{given.id}",
        given.number,
        bare(given.code),
        party,
        " · ".join(what),
        f"{day(given.valid_from, language)} – {day(one.terms.valid_to, language)}",
        text(f"ledger.{state}", language),
        one.live,
        balance_bar.of_grant(one, language),
    )


_NAMES = (
    "code",
    "party",
    parties.CHOICE,
    parties.ASKED,
    "crop",
    "market",
    "from",
    "to",
    "quantity",
    "once",
)


@get(f"{PAGE}/new", opt=dict(needs("registry")), include_in_schema=False)
async def grant_form(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The form to grant the use of a code."""
    code = request.query_params.get("code", "")
    return await _form_page(request, {"code": code, "once": secrets.token_hex(8)}, [])


@post(PAGE, opt=dict(needs("registry")), include_in_schema=False)
async def grant(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Grant it; the page of the grant tells of it, with a notice where it is too much."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        made = await asyncio.to_thread(_grant, store, by, form)
    except LedgerError as error:
        typed = _typed(form)
        fault = ledger_fields.fault(error, negotiate(request.scope))
        return await _form_page(request, typed, [fault])
    return go_to(f"{PAGE}/{made}?done=1")


def _typed(form: Form) -> dict[str, str]:
    return {name: form.text(name) for name in _NAMES}


def _grant(store: Store, by: Principal, form: Form) -> str:
    wanted = Grant(
        code=form.text("code"),
        grantee=ledger_fields.party(store, by.audience, parties.meant(_typed(form))),
        crop=form.text("crop") or _crop_of(store, by, form.text("code")),
        market=form.text("market"),
        valid_from=ledger_fields.day(form.text("from"), "from"),
        valid_to=ledger_fields.day(form.text("to"), "to"),
        quantity=ledger_fields.weight(form.text("quantity")),
        request=form.text("once") or None,
    )
    return service.grant(store, by, wanted).id


def _crop_of(store: Store, by: Principal, code: str) -> str:
    held = {one.facts.code: one.crop for one in queries.accounts(store, by.organisation)}
    return held.get(code, "")


def _granted(store: Store, by: Principal) -> list[Organisation]:
    """To whom codes were granted before, the newest first."""
    given = [one.authorisation for one in queries.grants(store, by.audience)]
    numbers = [one.grantee for one in given if one.holder == by.organisation]
    found = organisations(store, by.audience, numbers)
    return [found[number] for number in dict.fromkeys(numbers) if number in found]


async def _form_page(
    request: Request[Any, Any, Any], typed: dict[str, str], errors: list[tuple[str, str]]
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)
    accounts = await asyncio.to_thread(queries.accounts, store, by.organisation)
    recent = await asyncio.to_thread(_granted, store, by)
    asked = typed.get("party", "") if "party" in dict(errors) else ""
    found = await asyncio.to_thread(parties.matching, store, by.audience, asked, recent)
    hints = [
        text(
            "ledger.amount-hint",
            language,
            named=bare(one.facts.code),
            free=number(max(one.ceiling - one.granted, one.ceiling * 0), language),
        )
        for one in accounts
        if one.ceiling is not None and not one.facts.packs
    ]
    crops = sorted({one.crop for one in accounts if one.crop})
    return work(
        request,
        "work/authorisation-new.html",
        here=_HERE,
        status_code=400 if errors else 200,
        codes=[(one.facts.code, bare(one.facts.code)) for one in accounts],
        ask_crop=not all(one.crop for one in accounts),
        crops=[(one, code_words.crop(one, language)) for one in crops],
        markets=[(one, code_words.market(one, language)) for one in goods.MARKETS],
        hints=hints,
        recent=recent,
        parties=parties.options(found.others, language),
        typed={**dict.fromkeys(_NAMES, ""), "market": "CN", **typed},
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (overview, grant_form, grant)
