# SPDX-License-Identifier: Apache-2.0
"""The package of evidence of a case: of the thing or the claim that it is about."""

import asyncio
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from nguon.assurance.dossiers.making import Wanted
from nguon.base.audience import Audience
from nguon.disputes import queries
from nguon.disputes.model import Case, SubjectKind
from nguon.dossier.model import MEDIA_TYPE, SUFFIX
from nguon.identity.model import Principal
from nguon.store.custody import product_of
from nguon.tlog.receipts import number_of
from nguon.web.auth import needs, principal_of
from nguon.web.case_subject import digested
from nguon.web.errors import NotFoundError
from nguon.web.evidence_files import packed
from nguon.web.services import Services, services

_ANY = Request[Any, Any, Any]


@get("/w/cases/{number:str}/evidence", opt=dict(needs("read")), include_in_schema=False)
async def file(request: _ANY, number: FromPath[str]) -> Response[bytes]:
    """The package as a file, for whoever stands in the case."""
    return await _answer(request, number)


@get(
    "/api/v1/cases/{case_id:str}/evidence",
    opt=dict(needs("read")),
    tags=["cases"],
    summary="The package of evidence of a case",
)
async def evidence(request: _ANY, case_id: FromPath[str]) -> Response[bytes]:
    """What can be checked without us of the thing or the claim that the case is about, and the
    steps of the case; as far as you may see. 404 for a case about a party: ask for its items.
    """
    return await _answer(request, case_id)


async def _answer(request: _ANY, number: str) -> Response[bytes]:
    parts, by = services(request.scope), principal_of(request.scope)
    made = await asyncio.to_thread(_made, parts, by, number)
    headers = {
        "cache-control": "private, no-cache",
        "content-disposition": f'attachment; filename="{number}{SUFFIX}"',
    }
    return Response(made, media_type=MEDIA_TYPE, headers=headers)


def _made(parts: Services, by: Principal, number: str) -> bytes:
    case = queries.view(parts.store, by, number).case
    wanted = _wanted(parts, by.audience, case)
    made = None if wanted is None else packed(parts, wanted, by.audience)
    if made is None:
        raise NotFoundError("check.no-case-evidence", case=number)
    return made


def _wanted(parts: Services, audience: Audience, case: Case) -> Wanted | None:
    if case.subject_kind is SubjectKind.ITEM:
        return Wanted(case.subject, case=case.id)
    if case.subject_kind is SubjectKind.PARTY:
        return None
    stored = digested(parts, audience, case.subject.removeprefix("event:"))
    things = [item.key for item in stored.items if _is_thing(item.key)]
    receipt = number_of(parts.tlog, stored.seq)
    return Wanted(things[0], receipt, case.id) if things else None


def _is_thing(key: str) -> bool:
    """A lot, a piece or a container: what a package can be of."""
    return key.startswith("00/") or product_of(key) not in {None, key}


ROUTES = (file, evidence)
