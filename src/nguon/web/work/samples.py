# SPDX-License-Identifier: Apache-2.0
"""Laboratory samples for people: what was taken, the laboratory's report, release or rejection."""

import asyncio
from datetime import time
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from nguon.base.errors import Fault, FaultyInputError, NguonError
from nguon.base.messages import Language
from nguon.compliance import access, limits
from nguon.compliance.errors import (
    ComplianceError,
    ReportReusedError,
    SampleError,
    UnknownSampleError,
)
from nguon.compliance.samples import queries, service
from nguon.compliance.samples.model import NewSample, Result, Sample, SampleState
from nguon.identity.model import Principal, Scope
from nguon.registry import queries as registry
from nguon.store import Store
from nguon.tables import cells
from nguon.tables.errors import TableError
from nguon.web.auth import needs, principal_of, require
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.problems import words
from nguon.web.services import services
from nguon.web.work.pages import go_to, work

_PAGE = "/w/samples"
_HERE = "samples"
_NOON = time(12)


@get(_PAGE, opt=dict(needs("read")), include_in_schema=False)
async def samples_page(
    request: Request[Any, Any, Any], item: FromQuery[str] = ""
) -> Response[bytes]:
    """Samples taken or examined, and the form for a new one."""
    return await _list(request, {"lots": item})


@post(_PAGE, opt=dict(needs("capture")), include_in_schema=False)
async def take(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Enter a sample."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    typed = {name: form.text(name) for name in ("number", "lots", "laboratory", "taken")}
    try:
        made = await asyncio.to_thread(service.take, store, by, _new(typed))
    except SampleError as error:
        return await _list(request, typed, error)
    return go_to(f"{_PAGE}/{made.id}")


@get(f"{_PAGE}/{{number:str}}", opt=dict(needs("read")), include_in_schema=False)
async def sample_page(request: Request[Any, Any, Any], number: FromPath[str]) -> Response[bytes]:
    """One sample, and what may be done with it."""
    return await _one(request, number)


@post(f"{_PAGE}/{{number:str}}", opt=dict(needs("read")), include_in_schema=False)
async def step(request: Request[Any, Any, Any], number: FromPath[str]) -> Response[bytes]:
    """Sent, answered, released or rejected."""
    form = await submitted(request)
    store, by = services(request.scope).store, principal_of(request.scope)
    if not by.may(Scope.SUPERVISE):
        require(by, Scope.CAPTURE)
    try:
        await asyncio.to_thread(_step, store, by, number, form)
    except UnknownSampleError:
        raise
    except (ComplianceError, SampleError, ReportReusedError) as error:
        return await _one(request, number, error, form)
    return go_to(f"{_PAGE}/{number}")


def _step(store: Store, by: Principal, number: str, form: Form) -> None:
    wanted = form.text("step")
    if wanted == SampleState.SENT:
        service.send(store, by, number)
    elif wanted == SampleState.RESULT:
        service.answer(store, by, number, form.text("report"), _results(form))
    elif wanted in {SampleState.RELEASED, SampleState.REJECTED}:
        release = wanted == SampleState.RELEASED
        service.decide(store, by, number, release=release, reason=form.text("reason"))
    else:
        raise ComplianceError("compliance.unknown-step")


def _new(typed: dict[str, str]) -> NewSample:
    faults: list[Fault] = []
    lots = []
    for number, text in enumerate(filter(None, map(str.strip, typed["lots"].splitlines()))):
        lot = access.lot_key(text)
        if lot is None:
            faults.append(Fault(f"/lots/{number}", "compliance.lot-shape", {"text": text[:60]}))
        else:
            lots.append(lot)
    try:
        taken = cells.moment(typed["taken"], _NOON)
    except TableError:
        text = typed["taken"][:60]
        faults.append(Fault("/taken", "compliance.day-shape", {"text": text}))
    if faults:
        raise SampleError("compliance.sample-faults", faults, count=len(faults))
    return NewSample(
        number=typed["number"], lots=tuple(lots), laboratory=typed["laboratory"], taken=taken
    )


def _results(form: Form) -> list[Result]:
    """The analytes filled in; an empty row was not examined."""
    found, faults = [], []
    for analyte in limits.analytes():
        text, absent = form.text(f"value-{analyte}"), form.text(f"absent-{analyte}")
        if not text and not absent:
            continue
        try:
            value = cells.number(text, ",").value if text else None
        except TableError:
            at = f"/value-{analyte}"
            faults.append(Fault(at, "compliance.quantity-shape", {"text": text[:60]}))
            continue
        unit = form.text(f"unit-{analyte}") or None
        found.append(Result(analyte=analyte, value=value, unit=unit, detected=not absent))
    if faults:
        raise SampleError("compliance.sample-faults", faults, count=len(faults))
    return found


async def _list(
    request: Request[Any, Any, Any], typed: dict[str, str], error: SampleError | None = None
) -> Response[bytes]:
    language = negotiate(request.scope)
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(queries.samples, store, by)
    errors = [] if error is None else _told(error, language)
    return work(
        request,
        "work/compliance/samples.html",
        here=_HERE,
        status_code=200 if error is None else 400,
        found=found,
        typed=typed,
        errors=errors,
        wrong=dict(errors),
        may_take="capture" in by.scopes,
    )


async def _one(
    request: Request[Any, Any, Any],
    number: str,
    error: NguonError | None = None,
    form: Form | None = None,
) -> Response[bytes]:
    language = negotiate(request.scope)
    store, by = services(request.scope).store, principal_of(request.scope)
    shown = await asyncio.to_thread(_shown, store, by, number, language)
    errors = [] if error is None else _told(error, language)
    return work(
        request,
        "work/compliance/sample.html",
        here=_HERE,
        status_code=200 if error is None else 409 if not errors[0][0] else 400,
        errors=errors,
        wrong=dict(errors),
        typed={name: form.text(name) for name in form.names()} if form else {},
        units=[(unit, unit) for unit in limits.UNITS],
        analytes=limits.analytes(),
        **shown,
    )


def _shown(store: Store, by: Principal, number: str, language: Language) -> dict[str, Any]:
    one: Sample = queries.sample(store, by, number)
    parties = registry.organisations(store, by.audience, {one.requester, one.laboratory})
    in_charge = bool(access.in_charge(store, by, {one.requester}))
    waiting = one.state in {SampleState.TAKEN, SampleState.SENT}
    mine = by.organisation == one.requester
    return {
        "one": one,
        "requester": parties[one.requester].name.in_language(language),
        "laboratory": parties[one.laboratory].name.in_language(language),
        "may_send": mine and one.state is SampleState.TAKEN,
        "may_answer": waiting and (by.organisation == one.laboratory or in_charge),
        "may_decide": one.state is SampleState.RESULT and (mine or in_charge),
    }


def _told(error: NguonError, language: Language) -> list[tuple[str, str]]:
    if isinstance(error, FaultyInputError):
        return [
            (fault.pointer.strip("/").split("/")[0], words(fault.code, language, fault.params))
            for fault in error.faults
        ]
    params = dict(error.params)
    if "state" in params:
        params["state"] = words(f"compliance.sample-{params['state']}", language, {})
    return [("", words(error.code, language, params))]


ROUTES = (samples_page, take, sample_page, step)
