# SPDX-License-Identifier: Apache-2.0
"""The officer's desk for the registers: what waits, a case, and its decision."""

import asyncio
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from nguon.base.messages import Language, text
from nguon.identity.model import Principal
from nguon.registry import decisions, documents, finding, holdings, standings, workflow
from nguon.registry.decisions import Decision
from nguon.registry.documents import Folder
from nguon.registry.errors import (
    DecidedMeanwhileError,
    NotInChargeError,
    RegistryError,
    StepRefusedError,
    UnknownEntryError,
)
from nguon.registry.fields import day as day_of
from nguon.registry.holdings import File
from nguon.registry.model import Register
from nguon.registry.workflow import Position, Step
from nguon.store import Store
from nguon.vn.units import provinces
from nguon.web.auth import needs, principal_of
from nguon.web.desk.boundary_view import drawn_anew
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.problems import advice, words
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work
from nguon.web.work.register_view import line, view
from nguon.web.work.registers import register_of

PAGE = "/s/approvals"
_MOST = 50
_FARTHEST = 1_000_000
_CASE = f"{PAGE}/entry"
_DECIDE = f"{PAGE}/decide"
Requested = Request[Any, Any, Any]


@get(PAGE, opt=dict(needs("supervise")), include_in_schema=False)
async def approvals_page(
    request: Requested,
    province: FromQuery[str] = "",
    sector: FromQuery[str] = "",
    find: FromQuery[str] = "",
    start: FromQuery[int] = 0,
    late: FromQuery[bool] = False,
) -> Response[bytes]:
    """What waits in the officer's provinces and sectors, due first on top."""
    principal, store = principal_of(request.scope), services(request.scope).store
    language = negotiate(request.scope)
    mandate = workflow.mandate_of(principal)
    chosen = _within(province, mandate.provinces), _within(sector, mandate.sectors)
    found = await asyncio.to_thread(
        holdings.queue,
        store,
        *chosen,
        start=min(max(start, 0), _FARTHEST),
        limit=_MOST + 1,
        late=late,
    )
    hits = await asyncio.to_thread(finding.find, store, principal, find) if find else []
    holdings.note(store, principal.audience, [*found[:_MOST], *hits])
    return work(
        request,
        "desk/approvals/queue.html",
        here="approvals",
        lines=[line(one, language, base=_CASE) for one in found[:_MOST]],
        hits=[line(one, language, base=_CASE) for one in hits],
        find=find,
        province=province,
        sector=sector,
        late=late,
        provinces=_provinces(principal, language),
        sectors=_sectors(principal, language),
        next=_next(province, sector, start, late=late) if len(found) > _MOST else None,
    )


@get(f"{_CASE}/{{register:str}}", opt=dict(needs("supervise")), include_in_schema=False)
async def case_page(
    request: Requested, register: FromPath[str], key: FromQuery[str] = ""
) -> Response[bytes]:
    """An entry with its papers and history, and what may be decided."""
    return await _case(request, register_of(register), key)


@get(_DECIDE, opt=dict(needs("supervise")), include_in_schema=False)
async def decide_page(
    request: Requested,
    register: FromQuery[str] = "",
    key: FromQuery[str] = "",
    step: FromQuery[str] = "",
) -> Response[bytes]:
    """The form of one decision: reason, words, from when, a paper."""
    return await _decision(request, register_of(register), key, _step(step), {}, [])


@post(_DECIDE, opt=dict(needs("supervise")), include_in_schema=False)
async def decide(request: Requested) -> Response[bytes]:
    """Take a decision; a refusal comes back with the form as it was filled in."""
    form = await submitted(request)
    register, step, key = register_of(form.text("register")), _step(form.text("step")), ""
    key = form.text("key")
    principal, parts = principal_of(request.scope), services(request.scope)
    try:
        await asyncio.to_thread(_take, parts, principal, form)
    except DecidedMeanwhileError as error:
        return await _case(request, register, key, [("", _meanwhile(request, error))])
    except UnknownEntryError:
        raise
    except RegistryError as error:
        typed = {name: form.text(name) for name in ("reason", "note", "valid_from", "valid_to")}
        faults = [(_FIELDS.get(error.code, "note"), told(request, error))]
        return await _decision(request, register, key, step, typed, faults)
    return go_to(f"{_CASE}/{register}?key={quote(key, safe='')}&done={step}")


_HARD = (Step.REFUSE, Step.SUSPEND, Step.REVOKE)
_FIELDS = {
    "approvals.reason-missing": "reason",
    "approvals.date": "valid_from",
    "registry.date": "valid_from",
    "approvals.date-far": "valid_from",
    "approvals.date-order": "valid_to",
    "approvals.document-empty": "file",
    "approvals.document-large": "file",
    "approvals.document-kind": "file",
    "approvals.not-possible": "",
    "approvals.not-in-charge": "",
    "approvals.own-entry": "",
}


def _take(parts: Any, principal: Principal, form: Form) -> None:
    register, key, sent = register_of(form.text("register")), form.text("key"), form.file("file")
    seen = form.text("seen")
    decision = Decision(
        register=register,
        key=key,
        step=_step(form.text("step")),
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 16 else -1,
        reason=form.text("reason") or None,
        note=form.text("note") or None,
        valid_from=_day(form.text("valid_from")),
        valid_to=_day(form.text("valid_to")),
    )
    decisions.check(parts.store, principal, decision)
    number = None
    if sent is not None:
        folder, file = Folder(parts.documents), (sent.name, sent.content)
        number = documents.attach(parts.store, folder, principal, (register, key), file).id
    decisions.decide(parts.store, principal, decision, document=number)


async def _case(
    request: Requested, register: Register, key: str, errors: list[tuple[str, str]] | None = None
) -> Response[bytes]:
    principal, store = principal_of(request.scope), services(request.scope).store
    language = negotiate(request.scope)
    file, kept, may = await asyncio.to_thread(_open, store, principal, register, key)
    done = request.query_params.get("done", "")
    return work(
        request,
        "desk/approvals/case.html",
        here="approvals",
        status_code=409 if errors else 200,
        errors=errors or [],
        done=text(f"approvals.did-{done}", language) if done in set(Step) else "",
        holder=_holder(file, language),
        possible=[(one.value, _colour(one)) for one in may],
        boundary=await asyncio.to_thread(drawn_anew, store, principal, register, key, language),
        **view(file, kept, language),
    )


async def _decision(
    request: Requested,
    register: Register,
    key: str,
    step: Step,
    typed: dict[str, str],
    faults: list[tuple[str, str]],
) -> Response[bytes]:
    principal, store = principal_of(request.scope), services(request.scope).store
    language = negotiate(request.scope)
    file, kept, may = await asyncio.to_thread(_open, store, principal, register, key)
    workflow.check_charge(principal, file.province, file.sector, file.owner)
    if step not in may and not faults:
        raise StepRefusedError(
            "approvals.not-possible", step=step.value, status=file.holding.standing.status.value
        )
    reasons = [(one, text(f"approvals.reason-{one}", language)) for one in workflow.reasons(step)]
    return work(
        request,
        "desk/approvals/decide.html",
        here="approvals",
        status_code=422 if faults else 200,
        errors=faults,
        wrong=dict(faults),
        typed=typed,
        step=step.value,
        danger=step in _HARD,
        reasons=reasons,
        dated=workflow.case_after(step) is None or step is Step.APPROVE,
        **view(file, kept, language),
    )


def _open(
    store: Store, principal: Principal, register: Register, key: str
) -> tuple[File, list[documents.Document], tuple[Step, ...]]:
    """Everything about an entry, and the steps open to this officer; to whoever only looks, none.

    Raises `NotInChargeError` for an entry outside the mandate.
    """
    file = holdings.file(store, register, key)
    if not workflow.mandate_of(principal).covers(file.province, file.sector):
        raise NotInChargeError("approvals.not-in-charge")
    holdings.note(store, principal.audience, [file.holding])
    waiting = file.holding.waiting
    position = Position(
        file.holding.standing.status,
        None if waiting is None else waiting.state,
        workflow.last_number(file.history),
    )
    charged = workflow.in_charge(principal, file.province, file.sector)
    decides = charged and principal.organisation != file.owner
    steps = workflow.possible(position) if decides else ()
    return file, documents.of_entry(store, register, key), steps


def _meanwhile(request: Requested, error: DecidedMeanwhileError) -> str:
    language = negotiate(request.scope)
    status = text(f"approvals.status-{error.params['status']}", language)
    params = {**error.params, "status": status}
    return f"{words(error.code, language, params)} {advice(error.code, language, params) or ''}"


def _step(name: str) -> Step:
    if name not in set(Step):
        raise StepRefusedError("approvals.not-possible", step=name[:20], status="")
    return Step(name)


def _day(written: str) -> datetime | None:
    return standings.day(day_of(written)) if written else None


def _within(chosen: str, mandate: frozenset[str] | None) -> list[str] | None:
    """What is chosen, as far as the mandate reaches; all of it where nothing is chosen."""
    if chosen:
        return [chosen] if mandate is None or chosen in mandate else []
    return None if mandate is None else sorted(mandate)


def _provinces(principal: Principal, language: Language) -> list[tuple[str, str]]:
    mandate = workflow.mandate_of(principal).provinces
    named = [(one.code, one.label(language)) for one in provinces()]
    some = [(code, name) for code, name in named if mandate is None or code in mandate]
    return [("", text("approvals.all-provinces", language)), *some]


def _sectors(principal: Principal, language: Language) -> list[tuple[str, str]]:
    mandate = workflow.mandate_of(principal).sectors
    some = [one for one in workflow.sectors() if mandate is None or one in mandate]
    named = [(one, text(f"approvals.sector-{one}", language)) for one in some]
    return [("", text("approvals.all-sectors", language)), *named]


def _next(province: str, sector: str, start: int, *, late: bool) -> str:
    begun = max(start, 0) + _MOST
    more = {"province": province, "sector": sector, "start": begun, "late": int(late)}
    return f"{PAGE}?{urlencode({name: value for name, value in more.items() if value})}"


def _holder(file: File, language: Language) -> str:
    vi, en = file.names.get(file.owner, ("–", None))
    return en if language == "en" and en else vi


def _colour(step: Step) -> str:
    return "primary" if step in (Step.APPROVE, Step.REINSTATE) else "plain"


ROUTES = (approvals_page, case_page, decide_page, decide)
