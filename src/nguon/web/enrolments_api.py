# SPDX-License-Identifier: Apache-2.0
"""Enrolments for programs: ``/api/v1/enrolments``. Officers decide in their own pages."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from nguon.parties.enrolment import certified, officers, permitting, queries
from nguon.parties.enrolment.certified import OwnKey
from nguon.parties.keys import scopes
from nguon.signing.cms import LIMIT
from nguon.web import enrolment_view as view
from nguon.web.auth import needs, principal_of
from nguon.web.bodies import whole
from nguon.web.enrolment_view import EnrolmentTold, EntityTold
from nguon.web.services import services

BASE = "/api/v1/enrolments"
MOST_OCTETS = 64 * 1024
_TAGS = ["enrolment"]
_ANY = Request[Any, Any, Any]


class EnrolmentSent(msgspec.Struct, kw_only=True):
    """What to enrol as: the enterprise code, and the proof of an own signing key to bind with it
    (``/api/v1/signing-keys/challenge``).
    """

    enterprise_code: str
    proof: str = ""
    key: str = ""
    prefixes: list[str] = []
    places: list[str] = []


@get(BASE, opt=dict(needs("read")), tags=_TAGS, summary="Your enrolments")
async def list_enrolments(request: _ANY) -> list[EnrolmentTold]:
    """Every enrolment of your organisation, the latest first, with what became of it."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> list[EnrolmentTold]:
        found = queries.of(store, by.organisation)
        steps = queries.steps(store, [one.id for one in found])
        return [view.told(one, steps[one.id]) for one in found]

    return await asyncio.to_thread(read)


@get(f"{BASE}/entity", opt=dict(needs("read")), tags=_TAGS, summary="Your legal entity")
async def own_entity(request: _ANY) -> EntityTold:
    """Which legal entity your organisation is, and whether it may sign now."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(view.entity_told, store, by.organisation, datetime.now(UTC))


@get(f"{BASE}/{{number:str}}", opt=dict(needs("registry")), tags=_TAGS, summary="An enrolment")
async def one_enrolment(request: _ANY, number: FromPath[str]) -> EnrolmentTold:
    """One of your enrolments."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> EnrolmentTold:
        found = permitting.own(store, by, number)
        return view.told(found, queries.steps(store, [number])[number])

    return await asyncio.to_thread(read)


@post(
    BASE,
    opt=dict(needs("registry")),
    request_max_body_size=MOST_OCTETS,
    tags=_TAGS,
    summary="Ask for a statement to sign",
)
async def begin_enrolment(request: _ANY, data: JSONBody[EnrolmentSent]) -> EnrolmentTold:
    """Sign the octets of ``statement`` with your organisation's certificate, and send the result
    to ``/answer`` within seven days.
    """
    store, by = services(request.scope).store, principal_of(request.scope)
    scope = scopes.scope(data.prefixes, data.places)
    own_key = OwnKey(proof=data.proof, key=data.key, scope=scope) if data.proof else None
    return view.told(
        await asyncio.to_thread(
            lambda: certified.begin(store, by, code=data.enterprise_code, own_key=own_key)
        )
    )


@post(
    f"{BASE}/{{number:str}}/answer",
    opt=dict(needs("registry")),
    status_code=200,
    tags=_TAGS,
    summary="Send the signed statement",
)
async def answer_enrolment(request: _ANY, number: FromPath[str]) -> EnrolmentTold:
    """The body is the signed file as it is: CMS (DER, PEM or base64), or a compact JWS with x5c."""
    store, by = services(request.scope).store, principal_of(request.scope)
    octets = await whole(request.scope, request.receive, LIMIT)
    return view.told(await asyncio.to_thread(certified.answer, store, by, number, octets))


@post(
    f"{BASE}/{{number:str}}/withdrawal",
    opt=dict(needs("registry")),
    status_code=200,
    tags=_TAGS,
    summary="Withdraw an enrolment",
)
async def withdraw_enrolment(request: _ANY, number: FromPath[str]) -> EnrolmentTold:
    """One that still waits."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return view.told(await asyncio.to_thread(officers.withdraw, store, by, number))


ROUTES = (
    *(list_enrolments, own_entity, one_enrolment),
    *(begin_enrolment, answer_enrolment, withdraw_enrolment),
)
