# SPDX-License-Identifier: Apache-2.0
"""Credentials that an organisation issues and has, for programs: ``/api/v1/credentials``."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from nguon.attesting import chains, changing, gs1, issuing, queries
from nguon.attesting.errors import AttestingError, AttestingUnknownError
from nguon.attesting.model import IssueAsked, Issued, Kind, State, Step
from nguon.attesting.signing import kept
from nguon.attesting.writing import address
from nguon.credentials.licences import Level
from nguon.credentials.verifying import Standing
from nguon.registry.ledger.registers import party
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.services import services

BASE = "/api/v1/credentials"
MOST_OCTETS = 64 * 1024
_ANY = Request[Any, Any, Any]
_STEPS = {"suspension": "suspend", "resumption": "resume", "revocation": "revoke"}


class CredentialTold(msgspec.Struct, kw_only=True):
    """A credential that was issued here; its text is at ``address``."""

    id: str
    address: str
    kind: str
    title: str
    state: State
    valid_from: datetime
    valid_until: datetime | None
    kid: str
    digest: str
    issued: datetime
    steps: tuple[Step, ...]


class Credentials(msgspec.Struct, kw_only=True):
    """What an organisation issued, and what was issued here to it."""

    issued: list[CredentialTold]
    held: list[CredentialTold]


class CredentialSent(msgspec.Struct, kw_only=True):
    """A conformity credential to issue; ``holder`` is a code, a GLN or a full name, ``request``
    a mark of yours, for the same credential again.
    """

    request: str
    kind: Kind
    title: str
    scheme: str
    number: str
    holder: str
    about: list[str] = []
    scope: str = ""
    first_day: date
    last_day: date | None = None


class LicenceCredentialSent(msgspec.Struct, kw_only=True):
    """A checked licence to issue as credential; ``extends`` is the address of GS1's own."""

    licence: str
    extends: str


class NumberCredentialSent(msgspec.Struct, kw_only=True):
    """A product, lot or piece of yours, by its key or Digital Link."""

    key: str


class ChainSent(msgspec.Struct, kw_only=True):
    """Licences as JWT, the one asked about first, and status lists where there are any."""

    licences: list[str]
    status_lists: list[str] = []


class LinkTold(msgspec.Struct, kw_only=True):
    """One licence of a chain: what it gives, and who issued it."""

    address: str
    level: Level
    issuer: str
    value: str


class ChainTold(msgspec.Struct, kw_only=True):
    """A chain whose signatures and numbers fit, and its gravest standing."""

    standing: Standing
    links: list[LinkTold]


class StepReason(msgspec.Struct, kw_only=True):
    """Why."""

    reason: str


@get(BASE, opt=dict(needs("read")), tags=["credentials"], summary="Your credentials")
async def list_credentials(request: _ANY) -> Credentials:
    """Those that your organisation issued and those that were issued here to it, newest first."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> Credentials:
        return Credentials(
            issued=[_told(store, one) for one in queries.issued_by(store, by.organisation)],
            held=[_told(store, one) for one in queries.held_by(store, by.organisation)],
        )

    return await asyncio.to_thread(read)


@post(
    BASE,
    opt=dict(needs("registry")),
    request_max_body_size=MOST_OCTETS,
    tags=["credentials"],
    summary="Issue a credential",
)
async def issue_credential(request: _ANY, data: JSONBody[CredentialSent]) -> CredentialTold:
    """Signed with the key that is kept for your organisation, and stated in the log."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def issue() -> CredentialTold:
        names = set(IssueAsked.__struct_fields__) - {"holder", "about"}
        asked = IssueAsked(
            **{name: getattr(data, name) for name in names},
            holder=holder_of(store, data.holder),
            about=tuple(data.about),
        )
        return _told(store, issuing.issue(store, by, asked, kept(store)))

    return await asyncio.to_thread(issue)


@post(
    f"{BASE}/licence",
    opt=dict(needs("admin")),
    request_max_body_size=MOST_OCTETS,
    tags=["credentials"],
    summary="Issue a licence in the shape of GS1 Digital Licences",
)
async def issue_licence(request: _ANY, data: JSONBody[LicenceCredentialSent]) -> CredentialTold:
    """For a prefix or number whose licence was checked here; by the platform."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def issue() -> CredentialTold:
        made = gs1.issue_licence(store, by, data.licence, data.extends, kept(store))
        return _told(store, made)

    return await asyncio.to_thread(issue)


@post(
    f"{BASE}/licence-chain",
    opt=dict(needs("read")),
    request_max_body_size=8 * MOST_OCTETS,
    status_code=200,
    tags=["credentials"],
    summary="Verify GS1 Digital Licences",
)
async def verify_licences(request: _ANY, data: JSONBody[ChainSent]) -> ChainTold:
    """From the licence sent first to a root that the operator trusts; nothing is fetched."""
    store = services(request.scope).store

    def follow() -> ChainTold:
        found = chains.follow(store, data.licences, data.status_lists, datetime.now(UTC))
        links = [
            LinkTold(address=one.url, level=one.level, issuer=one.issuer, value=one.value)
            for one in found.links
        ]
        return ChainTold(standing=found.standing, links=links)

    return await asyncio.to_thread(follow)


@post(
    f"{BASE}/number",
    opt=dict(needs("registry")),
    request_max_body_size=MOST_OCTETS,
    tags=["credentials"],
    summary="Issue the credential of a number",
)
async def issue_number(request: _ANY, data: JSONBody[NumberCredentialSent]) -> CredentialTold:
    """That your organisation numbered a product, lot or piece under its licence."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def issue() -> CredentialTold:
        return _told(store, gs1.issue_key(store, by, data.key, kept(store)))

    return await asyncio.to_thread(issue)


@post(
    f"{BASE}/{{number:str}}/{{step:str}}",
    opt=dict(needs("registry")),
    request_max_body_size=MOST_OCTETS,
    status_code=200,
    tags=["credentials"],
    summary="Suspend, resume or revoke a credential",
)
async def change_credential(
    request: _ANY, number: FromPath[str], step: FromPath[str], data: JSONBody[StepReason]
) -> CredentialTold:
    """``suspension``, ``resumption`` or ``revocation``, with a reason; for its issuer."""
    store, by = services(request.scope).store, principal_of(request.scope)
    if step not in _STEPS:
        raise AttestingUnknownError("attesting.unknown-step")

    def change() -> CredentialTold:
        return _told(store, changing.change(store, by, number, _STEPS[step], data.reason))

    return await asyncio.to_thread(change)


def holder_of(store: Store, written: str) -> int:
    """The organisation that a code, a GLN or a name means; raises `AttestingError`."""
    with store.reading() as connection:
        found = party(connection, written.strip())
    if found is None:
        raise AttestingError("attesting.unknown-party", field="holder")
    return found


def _told(store: Store, one: Issued) -> CredentialTold:
    names = set(CredentialTold.__struct_fields__) - {"address"}
    return CredentialTold(
        address=address(store, one.id), **{name: getattr(one, name) for name in names}
    )


ROUTES = (
    *(list_credentials, issue_credential, issue_licence, verify_licences, issue_number),
    change_credential,
)
