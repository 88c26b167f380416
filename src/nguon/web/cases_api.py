# SPDX-License-Identifier: Apache-2.0
"""Disputes for programs: what one stands in, reporting, and taking a step."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from nguon.disputes import queries, service
from nguon.disputes.model import Case, Kind, Origin, Outcome, Photo, Report, Side, Step
from nguon.disputes.queries import View
from nguon.disputes.service import Said
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry.documents import MOST_OCTETS, Folder
from nguon.web.auth import needs, principal_of, require
from nguon.web.case_subject import find
from nguon.web.services import services

_BASE = "/api/v1/cases"
_MOST_JSON = 2 * MOST_OCTETS
Requested = Request[Any, Any, Any]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """The cases that a reader stands in, by side."""

    in_charge: list[Case]
    about_us: list[Case]
    reported: list[Case]


class FileSent(msgspec.Struct, frozen=True):
    """A file, its octets in base64."""

    name: str
    content: bytes


class ReportSent(msgspec.Struct, frozen=True, kw_only=True):
    """What is reported: ``subject`` is a receipt number, a record's digest, a code or a party."""

    subject: str
    kind: Kind
    words: str
    file: FileSent | None = None


class StepSent(msgspec.Struct, frozen=True, kw_only=True):
    """A step; ``seen`` is `seen` of the case as you read it."""

    step: Step
    seen: int
    words: str = ""
    days: int | None = None
    outcome: Outcome | None = None
    files: tuple[FileSent, ...] = ()


@get(_BASE, opt=dict(needs("read")), tags=["cases"], summary="Cases that you stand in")
async def list_cases(request: Requested) -> Listed:
    """Those in your charge, those about your organisation, those that it reported."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> Listed:
        officer = by.may(Scope.SUPERVISE)
        return Listed(
            in_charge=queries.desk(store, by) if officer else [],
            about_us=[_bare(case) for case in queries.against(store, by)],
            reported=[_bare(case) for case in queries.reported(store, by)],
        )

    return await asyncio.to_thread(read)


@post(
    _BASE,
    opt=dict(needs("read")),
    request_max_body_size=_MOST_JSON,
    tags=["cases"],
    summary="Report something",
)
async def report_case(request: Requested, data: JSONBody[ReportSent]) -> Case:
    """Reports of the same kind about the same thing are gathered into one case. Nothing is public
    until an officer in charge has opened it. Needs `capture`, or `supervise` of an officer.
    """
    parts, by = services(request.scope), principal_of(request.scope)
    require(by, _writing(by, "capture"))

    def call() -> Case:
        subject = find(parts, by.audience, data.subject)
        photo = Photo(data.file.name, data.file.content) if data.file else None
        told = Report(kind=data.kind, words=data.words, photo=photo)
        origin = Origin.OFFICER if by.kind is KeyKind.INSPECTOR else Origin.PARTNER
        folder = Folder(parts.documents)
        return _bare(
            service.report(parts.store, subject, told, origin=origin, by=by, folder=folder).case
        )

    return await asyncio.to_thread(call)


@get(f"{_BASE}/{{case_id:str}}", opt=dict(needs("read")), tags=["cases"], summary="A case")
async def show_case(request: Requested, case_id: FromPath[str]) -> View:
    """What happened in it, as your side may read it; 404 for whoever stands on none."""
    store, by = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(queries.view, store, by, case_id)
    if Side.OFFICER in found.sides or by.kind is KeyKind.OPERATOR:
        return found
    return msgspec.structs.replace(found, case=_bare(found.case))


@post(
    f"{_BASE}/{{case_id:str}}/steps",
    opt=dict(needs("read")),
    request_max_body_size=_MOST_JSON,
    tags=["cases"],
    summary="Take a step in a case",
)
async def take_step(request: Requested, case_id: FromPath[str], data: JSONBody[StepSent]) -> Case:
    """`open`, `dismiss`, `ask`, `decide`, `close` as an officer in charge (`supervise`); `answer`
    and `appeal` as the party, `appeal` as who reported it (`registry`).
    """
    parts, by = services(request.scope), principal_of(request.scope)
    require(by, _writing(by, "registry"))
    said = Said(
        seen=data.seen,
        words=data.words,
        days=data.days,
        outcome=data.outcome,
        files=tuple(Photo(one.name, one.content) for one in data.files),
    )
    folder = Folder(parts.documents)
    found = await asyncio.to_thread(service.take, parts.store, by, case_id, data.step, said, folder)
    return found if by.kind is KeyKind.INSPECTOR else _bare(found)


def _writing(by: Principal, scope: str) -> str:
    return "supervise" if by.kind is KeyKind.INSPECTOR else scope


def _bare(case: Case) -> Case:
    """A case without which officer decided it and how many reported it."""
    return msgspec.structs.replace(case, decided_by=None, reports=min(case.reports, 1))


ROUTES = (list_cases, report_case, show_case, take_step)
