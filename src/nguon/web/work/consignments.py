# SPDX-License-Identifier: Apache-2.0
"""Consignments for people: the list, the form, the page with what is ready and what is missing."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from nguon.base.messages import Language
from nguon.base.time import HANOI
from nguon.compliance import access, plots
from nguon.compliance.consignments import queries, service
from nguon.compliance.consignments.model import Consignment, ConsignmentState, PaperKind
from nguon.compliance.consignments.packing import own_houses
from nguon.compliance.consignments.readiness import areas, readiness
from nguon.compliance.errors import ComplianceError, ConsignmentError
from nguon.compliance.model import Market
from nguon.identity.model import Principal
from nguon.registry import queries as registry
from nguon.registry.ledger.errors import LedgerError
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.pages import complete
from nguon.web.problems import words
from nguon.web.services import services
from nguon.web.work.consignment_form import Typed, plan_of, stored, told, typed
from nguon.web.work.consignment_view import REASON, context
from nguon.web.work.pages import go_to, work

_PAGE = "/w/consignments"
_HERE = "consignments"


@get(_PAGE, opt=dict(needs("read")), include_in_schema=False)
async def consignments_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The organisation's consignments."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(queries.consignments, store, by)
    return work(request, "work/compliance/consignments.html", here=_HERE, found=found)


@get(f"{_PAGE}/new", opt=dict(needs("capture")), include_in_schema=False)
async def new_page(request: Request[Any, Any, Any], item: FromQuery[str] = "") -> Response[bytes]:
    """An empty form; with the code of a lot, that lot and the codes of where it grew."""
    lot = access.lot_key(item) if item else None
    entered = Typed({"market": Market.VN.value, "planned": _today()})
    if lot is not None:
        store, by = services(request.scope).store, principal_of(request.scope)
        grown = await asyncio.to_thread(areas, store, by.audience, [lot])
        entered.lots = [(lot, "")]
        entered.codes = [
            (c.partition(":")[2], "", "", "") for c in grown.areas if c.startswith("vn-")
        ]
    return _form(request, entered, f"{_PAGE}/new")


@post(f"{_PAGE}/new", opt=dict(needs("capture")), include_in_schema=False)
async def enter(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Take the form: a draft."""
    entered = typed(await submitted(request))
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        made = await asyncio.to_thread(service.plan, store, by, plan_of(entered))
    except ConsignmentError as error:
        return _form(request, entered, f"{_PAGE}/new", error)
    return go_to(f"{_PAGE}/{made.id}")


@get(f"{_PAGE}/{{number:str}}", opt=dict(needs("read")), include_in_schema=False)
async def consignment_page(
    request: Request[Any, Any, Any], number: FromPath[str]
) -> Response[bytes]:
    """What is ready, what is missing, who owes it."""
    return await _page(request, number)


@get(f"{_PAGE}/{{number:str}}/edit", opt=dict(needs("capture")), include_in_schema=False)
async def edit_page(request: Request[Any, Any, Any], number: FromPath[str]) -> Response[bytes]:
    """The form with a draft in it."""
    store, by = services(request.scope).store, principal_of(request.scope)
    entered = await asyncio.to_thread(_stored, store, by, number)
    return _form(request, entered, f"{_PAGE}/{number}/edit")


@post(f"{_PAGE}/{{number:str}}/edit", opt=dict(needs("capture")), include_in_schema=False)
async def edit(request: Request[Any, Any, Any], number: FromPath[str]) -> Response[bytes]:
    """Enter a draft anew."""
    entered = typed(await submitted(request))
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        await asyncio.to_thread(service.change, store, by, number, plan_of(entered))
    except ConsignmentError as error:
        return _form(request, entered, f"{_PAGE}/{number}/edit", error)
    return go_to(f"{_PAGE}/{number}")


@post(f"{_PAGE}/{{number:str}}/papers", opt=dict(needs("capture")), include_in_schema=False)
async def keep_papers(request: Request[Any, Any, Any], number: FromPath[str]) -> Response[bytes]:
    """Enter the numbers of papers."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    given = {kind: form.text(kind.value) for kind in PaperKind if kind.value in form.names()}
    try:
        await asyncio.to_thread(_papers, store, by, number, given)
    except (ComplianceError, ConsignmentError) as error:
        return await _page(request, number, error)
    return go_to(f"{_PAGE}/{number}#papers")


@post(f"{_PAGE}/{{number:str}}/step", opt=dict(needs("capture")), include_in_schema=False)
async def step(request: Request[Any, Any, Any], number: FromPath[str]) -> Response[bytes]:
    """Declare it, say that it left, or cancel it."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    try:
        await asyncio.to_thread(_step, store, by, number, form)
    except (ComplianceError, ConsignmentError, LedgerError) as error:
        return await _page(request, number, error)
    return go_to(f"{_PAGE}/{number}")


@get(f"{_PAGE}/{{number:str}}/plots.geojson", opt=dict(needs("read")), include_in_schema=False)
async def plots_file(request: Request[Any, Any, Any], number: FromPath[str]) -> Response[bytes]:
    """The plots where its lots grew, as the EU asks for them; named ``incomplete`` where not all
    records of a lot were read, for the form has no place to say it.
    """
    store, by = services(request.scope).store, principal_of(request.scope)
    found, cut = await asyncio.to_thread(_plots, store, by, number)
    name = f"incomplete-plots-{number}" if cut else f"plots-{number}"
    headers = {
        "content-type": "application/geo+json",
        "content-disposition": f'attachment; filename="{name}.geojson"',
        "cache-control": "no-store",
    }
    return complete(200, headers, found)


def _plots(store: Store, by: Principal, number: str) -> tuple[bytes, bool]:
    found = queries.consignment(store, by, number)
    grown = areas(store, by.audience, [load.lot for load in found.loads])
    return plots.geojson(store, by.audience, grown.areas), grown.truncated


def _papers(store: Store, by: Principal, number: str, given: dict[PaperKind, str]) -> None:
    for kind, text in given.items():
        service.paper(store, by, number, kind, text)


def _step(store: Store, by: Principal, number: str, form: Form) -> None:
    wanted = form.text("step")
    if wanted == ConsignmentState.DECLARED:
        named = [name for name in form.names() if name.startswith(REASON)]
        said = {name.removeprefix(REASON): form.text(name) for name in named}
        service.declare(store, by, number, said)
    elif wanted == ConsignmentState.SHIPPED:
        service.ship(store, by, number)
    elif wanted == ConsignmentState.CANCELLED:
        service.cancel(store, by, number, form.text("reason"))
    else:
        raise ComplianceError("compliance.unknown-step")


def _stored(store: Store, by: Principal, number: str) -> Typed:
    found = queries.consignment(store, by, number)
    party = None
    if found.consignee is not None:
        party = registry.organisation(store, by.audience, found.consignee)
    return stored(found, party.code if party else "", found.packing or "")


def _form(
    request: Request[Any, Any, Any],
    entered: Typed,
    action: str,
    error: ConsignmentError | None = None,
) -> Response[bytes]:
    language = negotiate(request.scope)
    store, by = services(request.scope).store, principal_of(request.scope)
    errors = [] if error is None else told(error, language)
    return work(
        request,
        "work/compliance/consignment_form.html",
        here=_HERE,
        status_code=200 if error is None else 400,
        action=action,
        errors=errors,
        wrong=dict(errors),
        houses=[
            (one.national_code or one.key.removeprefix("414/"), one.name.in_language(language))
            for one in own_houses(store, by.audience, by.organisation)
        ],
        markets=[(m.value, words(f"compliance.market-{m}", language, {})) for m in Market],
        **entered.padded(),
    )


async def _page(
    request: Request[Any, Any, Any],
    number: str,
    error: ComplianceError | ConsignmentError | LedgerError | None = None,
) -> Response[bytes]:
    language = negotiate(request.scope)
    store, by = services(request.scope).store, principal_of(request.scope)
    shown = await asyncio.to_thread(_shown, store, by, number, language)
    errors: list[tuple[str, str]] = []
    if isinstance(error, ConsignmentError):
        errors = told(error, language)
    elif error is not None:
        errors = [("", words(error.code, language, _in_words(error, language)))]
    return work(
        request,
        "work/compliance/consignment.html",
        here=_HERE,
        status_code=400 if errors else 200,
        errors=errors,
        printed="print" in request.query_params,
        **shown,
    )


def _in_words(error: ComplianceError | LedgerError, language: Language) -> dict[str, Any]:
    """The parameters of an error, a state in the reader's words."""
    if "state" not in error.params:
        return error.params
    state = words(f"compliance.consignment-{error.params['state']}", language, {})
    return {**error.params, "state": state}


def _shown(store: Store, by: Principal, number: str, language: Language) -> dict[str, Any]:
    found: Consignment = queries.consignment(store, by, number)
    return context(store, by, readiness(store, by, found), language)


def _today() -> str:
    day = datetime.now(UTC).astimezone(HANOI).date()
    return f"{day.day:02}/{day.month:02}/{day.year}"


ROUTES = (
    consignments_page,
    new_page,
    enter,
    consignment_page,
    edit_page,
    edit,
    keep_papers,
    step,
    plots_file,
)
