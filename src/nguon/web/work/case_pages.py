# SPDX-License-Identifier: Apache-2.0
"""A case as a page of the workspace or the desk: what happened, and the steps one may take."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response

from nguon.base.errors import NguonError
from nguon.base.messages import Language, text
from nguon.disputes import queries, rules, service
from nguon.disputes.errors import DisputeError, ReportFaultsError, UnknownDisputeError
from nguon.disputes.model import Kind, Origin, Outcome, Photo, Report, Side, Step
from nguon.disputes.queries import View
from nguon.disputes.service import Reported, Said
from nguon.identity.model import Principal, Scope
from nguon.recall import origins
from nguon.registry.documents import Folder
from nguon.registry.errors import DocumentRefusedError
from nguon.registry.model import Organisation
from nguon.store import Store
from nguon.web import case_words
from nguon.web.auth import principal_of
from nguon.web.case_subject import find
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.problems import words
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

Requested = Request[Any, Any, Any]
Errors = list[tuple[str, str]]
_RECALLS = {"/s/cases": "/s/recalls", "/w/cases": "/w/quality/recalls"}
_LEADS = {"/s/cases": Scope.SUPERVISE, "/w/cases": Scope.REGISTRY}


async def one(
    request: Requested,
    number: str,
    base: str,
    here: str,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Errors | None = None,
) -> Response[bytes]:
    """The page of a case; with ``errors`` the form that was refused is open."""
    by, store, language = _who(request)
    found, parties = await asyncio.to_thread(_found, store, by, number)
    came = await asyncio.to_thread(origins.of_dispute, store, by, number)
    side = _side(found)
    steps = rules.possible(found.case, side, datetime.now(UTC)) if side else ()
    return work(
        request,
        "cases/one.html",
        here=here,
        status_code=400 if errors else 200,
        base=base,
        view=found,
        recalls=[one for one in came if by.may(_LEADS[base])],
        recalls_base=_RECALLS[base],
        names={number: party.name.in_language(language) for number, party in parties.items()},
        possible=[step.value for step in steps],
        outcomes=[
            (one.value, text(f"disputes.outcome-{one}", language)) for one in rules.DECISIONS
        ],
        typed=dict(typed or {}),
        errors=errors or [],
        wrong=dict(errors or []),
        **case_words.shown(found.case, parties, language),
    )


async def take(request: Requested, number: str, base: str, here: str) -> Response[bytes]:
    """Take a step; a refusal comes back with the form as it was filled in."""
    form = await submitted(request)
    by, store, _ = _who(request)
    folder = Folder(services(request.scope).documents)
    step = _step(form.text("step"))
    try:
        said = _said(form, step)
        await asyncio.to_thread(service.take, store, by, number, step, said, folder)
    except UnknownDisputeError:
        raise
    except (DisputeError, DocumentRefusedError) as error:
        typed = {name: form.text(f"{name}-{step}") for name in ("words", "days", "outcome")}
        errors = faults(request, error, step.value)
        again = {"step": step.value, **typed}
        return await one(request, number, base, here, typed=again, errors=errors)
    return go_to(f"{base}/{number}")


async def new(
    request: Requested, base: str, here: str, typed: Mapping[str, str], errors: Errors
) -> Response[bytes]:
    """The form to report something that one has a code, a receipt or a party's code of."""
    return work(
        request,
        "cases/new.html",
        here=here,
        status_code=400 if errors else 200,
        base=base,
        kinds=case_words.kinds(negotiate(request.scope)),
        typed=dict(typed),
        errors=errors,
        wrong=dict(errors),
    )


async def report(request: Requested, base: str, here: str, origin: Origin) -> Response[bytes]:
    """Take the report; leads to its case."""
    form = await submitted(request)
    typed = {name: form.text(name) for name in ("subject", "kind", "words")}
    try:
        found = await asyncio.to_thread(_report, request, typed, _files(form, "file"), origin)
    except UnknownDisputeError as error:
        return await new(request, base, here, typed, [("subject", told(request, error))])
    except (DisputeError, DocumentRefusedError) as error:
        return await new(request, base, here, typed, faults(request, error, ""))
    return go_to(f"{base}/{found.case.id}")


def faults(request: Requested, error: NguonError, step: str) -> Errors:
    """What is wrong, by the fields of a step's form."""
    language, behind = negotiate(request.scope), f"-{step}" if step else ""
    if isinstance(error, ReportFaultsError):
        return [
            (f"{one.pointer.strip('/')}{behind}", words(one.code, language, one.params))
            for one in error.faults
        ]
    field = f"file{behind}" if isinstance(error, DocumentRefusedError) else ""
    return [(field, told(request, error))]


def _report(
    request: Requested, typed: Mapping[str, str], files: tuple[Photo, ...], origin: Origin
) -> Reported:
    parts, by = services(request.scope), principal_of(request.scope)
    kind = Kind(typed["kind"]) if typed["kind"] in set(Kind) else Kind.OTHER
    subject = find(parts, by.audience, typed["subject"])
    report = Report(kind=kind, words=typed["words"], photo=next(iter(files), None))
    folder = Folder(parts.documents)
    return service.report(parts.store, subject, report, origin=origin, by=by, folder=folder)


def _who(request: Requested) -> tuple[Principal, Store, Language]:
    parts = services(request.scope)
    return principal_of(request.scope), parts.store, negotiate(request.scope)


def _found(store: Store, by: Principal, number: str) -> tuple[View, dict[int, Organisation]]:
    found = queries.view(store, by, number)
    reporting = (one.organisation for one in found.reports)
    parties = case_words.names(store, by, (found.case.party, *reporting))
    return found, parties


def _side(found: View) -> Side | None:
    order = (Side.OFFICER, Side.PARTY, Side.REPORTER)
    return next((side for side in order if side in found.sides), None)


def _step(sent: str) -> Step:
    if sent not in set(Step) - {Step.REPORT, Step.WITHDRAW}:
        raise UnknownDisputeError("disputes.unknown")
    return Step(sent)


def _said(form: Form, step: Step) -> Said:
    days, outcome = form.text(f"days-{step}"), form.text(f"outcome-{step}")
    return Said(
        seen=form.number("seen"),
        words=form.text(f"words-{step}"),
        days=form.number(f"days-{step}") if days else None,
        outcome=Outcome(outcome) if outcome in set(Outcome) else None,
        files=_files(form, f"file-{step}"),
    )


def _files(form: Form, name: str) -> tuple[Photo, ...]:
    sent = form.file(name)
    return (Photo(sent.name, sent.content),) if sent and sent.content else ()
