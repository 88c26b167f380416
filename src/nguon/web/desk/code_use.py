# SPDX-License-Identifier: Apache-2.0
"""The desk of the body in charge: uses of codes and refused attempts, each with its arithmetic."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.base.messages import Language, text
from nguon.base.time import HANOI
from nguon.identity.model import Principal
from nguon.registry.ledger import queries, service
from nguon.registry.ledger.errors import LedgerError
from nguon.registry.ledger.model import Drawn, State, Verdict
from nguon.registry.ledger.queries import Cursor, Wanted
from nguon.store import Store
from nguon.tables import writing
from nguon.vn.units import provinces
from nguon.web import code_words, ledger_view
from nguon.web.auth import needs, principal_of
from nguon.web.formats import day, number
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.ledger_view import Names
from nguon.web.pages import complete
from nguon.web.services import services
from nguon.web.work import ledger_fields
from nguon.web.work.pages import go_to, work

PAGE = "/s/codes"
_HERE = "codes"
_MOST = 200
_MOST_IN_FILE = 10_000
_LONG = 19
_COLUMNS = (
    *("used", "code", "consignment", "weight", "market", "user", "holder", "outcome"),
    *("authorisation", "recorded"),
)
Errors = list[tuple[str, str]]


@get(PAGE, opt=dict(needs("supervise")), include_in_schema=False)
async def listing(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Uses and attempts within the officer's mandate: held and refused first."""
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)
    wanted = _wanted(request)
    found, older = await asyncio.to_thread(_page, store, by, wanted, _before(request))
    ids = {one.user for one in found}
    names = await asyncio.to_thread(Names, store, by.audience, ids, language)
    return work(
        request,
        "desk/codes.html",
        here=_HERE,
        rows=ledger_view.rows(found, PAGE, names, language),
        counts=_counts(found, language),
        provinces=_provinces(by, language),
        verdicts=_verdicts(language),
        chosen=_chosen(wanted),
        older=older and f"{PAGE}?" + urlencode({**_chosen(wanted), "before": older}),
        file=f"{PAGE}.csv?" + urlencode(_chosen(wanted)),
    )


@get(f"{PAGE}.csv", opt=dict(needs("supervise")), include_in_schema=False)
async def file(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The same as a file, the newest first."""
    store, by = services(request.scope).store, principal_of(request.scope)
    body = await asyncio.to_thread(_file, store, by, _wanted(request), negotiate(request.scope))
    headers = {
        "content-type": writing.CSV,
        "content-disposition": 'attachment; filename="code-uses.csv"',
        "cache-control": "no-store",
    }
    return complete(200, headers, body)


def _file(store: Store, by: Principal, wanted: Wanted, language: Language) -> bytes:
    found = queries.uses(store, by.audience, wanted, limit=_MOST_IN_FILE)
    ids = {number for one in found for number in (one.user, one.holder)}
    names = Names(store, by.audience, ids, language)
    rows = [
        (
            one.used_at.astimezone(HANOI).date(),
            ledger_view.bare(one.code),
            one.consignment,
            one.quantity,
            one.market,
            names[one.user],
            names[one.holder],
            text(code_words.outcome(one)[0], language),
            one.authorisation or "",
            one.recorded,
        )
        for one in found
    ]
    return writing.csv_text([text(f"ledger.column-{name}", language) for name in _COLUMNS], rows)


def _page(
    store: Store, by: Principal, wanted: Wanted, before: Cursor | None
) -> tuple[list[Drawn], str | None]:
    """What presses first, on the first page; then by time. With it, where older ones begin."""
    if before is None:
        found = queries.attempts(store, by.audience, wanted, limit=_MOST)
    else:
        found = queries.uses(store, by.audience, wanted, before=before, limit=_MOST)
    if len(found) < _MOST:
        return found, None
    last = sorted(map(queries.cursor, found), reverse=True)[_MOST - 1]
    return found, f"{last[0]}.{last[1]}"


def _before(request: Request[Any, Any, Any]) -> Cursor | None:
    moment, _, use = request.query_params.get("before", "").partition(".")
    known = moment.isascii() and moment.isdigit() and len(moment) < _LONG
    return (int(moment), use[:_LONG]) if known and use else None


def _chosen(wanted: Wanted) -> dict[str, str]:
    return {"province": wanted.province or "", "verdict": "".join(wanted.verdicts)}


def _wanted(request: Request[Any, Any, Any]) -> Wanted:
    province, verdict = (request.query_params.get(name, "") for name in ("province", "verdict"))
    return Wanted(
        province=province or None,
        verdicts=(Verdict(verdict),) if verdict in set(Verdict) else (),
    )


def _counts(found: Sequence[Drawn], language: Language) -> list[str]:
    tally = Counter(_counted(one) for one in found)
    kinds = ("held", "refused", "questioned", "rest")
    return [
        text(f"ledger.count-{kind}", language, count=tally[kind]) for kind in kinds if tally[kind]
    ]


def _counted(one: Drawn) -> str:
    if one.state is State.WAITING:
        return "held"
    named = (Verdict.REFUSED, Verdict.QUESTIONED)
    return one.verdict.value if one.verdict in named else "rest"


def _provinces(by: Principal, language: Language) -> list[tuple[str, str]]:
    mandate = by.audience.mandate
    own = None if mandate is None else mandate.provinces
    known = [one for one in provinces() if own is None or one.code in own]
    every = ("", text("ledger.filter-all", language))
    return [every, *((one.code, one.label(language)) for one in known)]


def _verdicts(language: Language) -> list[tuple[str, str]]:
    every = ("", text("ledger.filter-all", language))
    return [every, *((one.value, text(f"ledger.short-{one}", language)) for one in Verdict)]


@get(f"{PAGE}/{{use_id:str}}", opt=dict(needs("supervise")), include_in_schema=False)
async def case(request: Request[Any, Any, Any], use_id: FromPath[str]) -> Response[bytes]:
    """One use with everything that was found, its sum, and the form to answer it."""
    return await _case(request, use_id, {}, [])


@post(f"{PAGE}/{{use_id:str}}/answer", opt=dict(needs("supervise")), include_in_schema=False)
async def answer(request: Request[Any, Any, Any], use_id: FromPath[str]) -> Response[bytes]:
    """Accept or refuse a held use, or give a quantity back."""
    form = await submitted(request)
    return await _done(request, use_id, form, _answer)


@post(f"{PAGE}/{{use_id:str}}/ceiling", opt=dict(needs("supervise")), include_in_schema=False)
async def ceiling(request: Request[Any, Any, Any], use_id: FromPath[str]) -> Response[bytes]:
    """Set another yield for the code of this use."""
    form = await submitted(request)
    return await _done(request, use_id, form, _ceiling)


def _answer(store: Store, by: Principal, use_id: str, form: Form) -> None:
    chosen, reason = form.text("answer"), form.text("reason")
    if chosen == "reverse":
        service.reverse(store, by, use_id, reason)
    elif chosen not in ("accept", "refuse"):
        raise ledger_fields.FieldError("ledger.answer-missing", "answer")
    else:
        service.answer(store, by, use_id, chosen == "accept", reason)


def _ceiling(store: Store, by: Principal, use_id: str, form: Form) -> None:
    found = queries.use(store, by.audience, use_id)
    rate = ledger_fields.amount(form.text("rate"), "rate")
    first = ledger_fields.day(form.text("from"), "from")
    last: date | None = None
    if form.text("to"):
        last = ledger_fields.day(form.text("to"), "to")
    service.set_ceiling(store, by, found.code, rate, first, last, form.text("ceiling_reason"))


async def _done(
    request: Request[Any, Any, Any], use_id: str, form: Form, act: Any
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        await asyncio.to_thread(act, store, by, use_id, form)
    except LedgerError as error:
        field, told = ledger_fields.fault(error, negotiate(request.scope))
        if field == "reason" and act is _ceiling:
            field = "ceiling_reason"
        typed = {name: form.text(name) for name in form.names()}
        return await _case(request, use_id, typed, [(field, told)])
    return go_to(f"{PAGE}/{use_id}")


async def _case(
    request: Request[Any, Any, Any], use_id: str, typed: dict[str, str], errors: Errors
) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)

    def read() -> dict[str, Any]:
        found = queries.use(store, by.audience, use_id)
        return {
            **ledger_view.shown(store, by.audience, found, language),
            "ceilings": _ceilings(store, found, language),
        }

    shown = await asyncio.to_thread(read)
    use: Drawn = shown["use"]
    blank = dict.fromkeys(("answer", "reason", "rate", "from", "to", "ceiling_reason"), "")
    return work(
        request,
        "desk/code-use.html",
        here=_HERE,
        status_code=400 if errors else 200,
        choices=_choices(use, language),
        area_code=use.holder is not None and use.code.startswith("vn-area:"),
        typed={**blank, **typed},
        errors=errors,
        wrong=dict(errors),
        **shown,
    )


def _choices(use: Drawn, language: Language) -> list[tuple[str, str]]:
    codes: tuple[tuple[str, str], ...] = ()
    if use.state is State.WAITING:
        codes = (("accept", "ledger.choose-accept"), ("refuse", "ledger.choose-refuse"))
    elif use.state is State.COUNTED:
        codes = (("reverse", "ledger.reverse"),)
    return [(value, text(code, language)) for value, code in codes]


def _ceilings(store: Store, use: Drawn, language: Language) -> list[str]:
    return [
        text(
            "ledger.ceiling-line",
            language,
            rate=number(one.rate, language),
            valid_from=day(one.valid_from, language),
            valid_to=day(one.valid_to, language)
            if one.valid_to
            else text("ledger.no-end", language),
            reason=one.reason,
        )
        for one in queries.ceilings_set(store, use.code)
    ]


ROUTES = (listing, file, case, answer, ceiling)
