# SPDX-License-Identifier: Apache-2.0
"""What bodies attest, for programs: credentials received, papers, who recognised whom."""

import asyncio
from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, JSONBody

from nguon.attesting import accrediting, queries, reaching, receiving
from nguon.attesting.errors import AttestingUnknownError
from nguon.attesting.model import Accreditation, Attestation, Standing
from nguon.base.messages import text
from nguon.identity.model import Principal
from nguon.store import Store
from nguon.web.attachments import kept_headers
from nguon.web.auth import needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.pages import complete
from nguon.web.services import services

BASE = "/api/v1/attestations"
RECOGNITIONS = "/api/v1/accreditations"
MOST_OCTETS = 4 * 1024 * 1024
_ANY = Request[Any, Any, Any]


class ReceivedSent(msgspec.Struct, kw_only=True):
    """A credential as it was given to you (JWT, or JSON with a proof), and its status lists."""

    credential: str
    status_lists: list[str] = []


class Found(msgspec.Struct, kw_only=True):
    """What was found of a credential, and its code."""

    code: str
    text: str


class ReceivedTold(msgspec.Struct, kw_only=True):
    """An attestation, and what was found when it came in."""

    attestation: Attestation
    found: list[Found]


class Confirmation(msgspec.Struct, kw_only=True):
    """What an officer says of a paper, and why."""

    status: Standing
    reason: str


class RecognitionSent(msgspec.Struct, kw_only=True):
    """That a body (``did:…`` or ``organisation/<number>``) was recognised; no scheme is all."""

    attester: str
    name: str
    accreditor: str
    number: str = ""
    schemes: list[str] = []
    valid_from: date
    valid_to: date | None = None


@get(BASE, opt=dict(needs("read")), tags=["credentials"], summary="Attestations you received")
async def list_attestations(request: _ANY) -> list[Attestation]:
    """Credentials and papers that your organisation was given, the newest first."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(queries.received, store, by.organisation)


@post(
    BASE,
    opt=dict(needs("capture")),
    request_max_body_size=MOST_OCTETS,
    tags=["credentials"],
    summary="Send in a credential you received",
)
async def receive_credential(request: _ANY, data: JSONBody[ReceivedSent]) -> ReceivedTold:
    """Verified at once: signature, contexts, days, status; nothing is fetched."""
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)

    def receive() -> ReceivedTold:
        made = receiving.receive(store, by, data.credential, data.status_lists)
        found = [
            Found(code=one.code, text=text(one.code, language, **one.params))
            for one in made.findings
        ]
        return ReceivedTold(attestation=queries.one(store, made.id), found=found)

    return await asyncio.to_thread(receive)


@get(
    f"{BASE}/waiting",
    opt=dict(needs("supervise")),
    tags=["credentials"],
    summary="Papers that nobody confirmed",
)
async def waiting_papers(request: _ANY) -> list[Attestation]:
    """Of those of whom you are in charge, the newest first."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> list[Attestation]:
        found = queries.papers_waiting(store)
        return [one for one in found if reaching.judges(store, by, one.organisation or 0)]

    return await asyncio.to_thread(read)


@get(f"{BASE}/{{number:str}}", opt=dict(needs("read")), tags=["credentials"], summary="One of them")
async def one_attestation(request: _ANY, number: FromPath[str]) -> Attestation:
    """An attestation that you received; officers see those of whom they are in charge."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(seen, store, by, number)


@get(
    f"{BASE}/{{number:str}}/credential",
    opt=dict(needs("read")),
    tags=["credentials"],
    summary="The credential itself",
)
async def received_credential(request: _ANY, number: FromPath[str]) -> Response[bytes]:
    """Octet by octet as it was received."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def read() -> bytes:
        seen(store, by, number)
        found = queries.secured(store, number)
        if found is None:
            raise AttestingUnknownError("attesting.unknown")
        return found

    octets = await asyncio.to_thread(read)
    kind = "application/vc" if octets.startswith(b"{") else "application/vc+jwt"
    return complete(200, {"content-type": kind, **kept_headers("credential.txt")}, octets)


@post(
    f"{BASE}/{{number:str}}/confirmation",
    opt=dict(needs("supervise")),
    request_max_body_size=MOST_OCTETS,
    status_code=200,
    tags=["credentials"],
    summary="Say what a paper stands as",
)
async def confirm_paper(
    request: _ANY, number: FromPath[str], data: JSONBody[Confirmation]
) -> Attestation:
    """After asking the body that the paper names; for officers."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def confirm() -> Attestation:
        receiving.confirm(store, by, number, data.status, data.reason)
        return queries.one(store, number)

    return await asyncio.to_thread(confirm)


@get(RECOGNITIONS, opt=dict(needs("read")), tags=["credentials"], summary="Recognised bodies")
async def list_recognitions(request: _ANY) -> list[Accreditation]:
    """Who recognised which body for which schemes, as recorded here or on the operator's list."""
    store = services(request.scope).store
    return await asyncio.to_thread(accrediting.of, store)


@post(
    RECOGNITIONS,
    opt=dict(needs("supervise")),
    request_max_body_size=MOST_OCTETS,
    tags=["credentials"],
    summary="Record that a body was recognised",
)
async def recognise(request: _ANY, data: JSONBody[RecognitionSent]) -> Accreditation:
    """Counts for what the body attests under these schemes, within these days."""
    store, by = services(request.scope).store, principal_of(request.scope)
    names = set(RecognitionSent.__struct_fields__) - {"schemes"}
    asked = Accreditation(
        id="", schemes=tuple(data.schemes), **{name: getattr(data, name) for name in names}
    )
    return await asyncio.to_thread(accrediting.record, store, by, asked)


@post(
    f"{RECOGNITIONS}/{{number:str}}/withdrawal",
    opt=dict(needs("supervise")),
    status_code=200,
    tags=["credentials"],
    summary="Record that a recognition ended",
)
async def withdraw(request: _ANY, number: FromPath[str]) -> list[Accreditation]:
    """From today on."""
    store, by = services(request.scope).store, principal_of(request.scope)

    def end() -> list[Accreditation]:
        accrediting.withdraw(store, by, number)
        return accrediting.of(store)

    return await asyncio.to_thread(end)


def seen(store: Store, by: Principal, number: str) -> Attestation:
    """An attestation of the actor's organisation, or of one that an officer is in charge of.

    Raises `AttestingUnknownError`.
    """
    found = queries.one(store, number)
    if found.organisation is None or not reaching.sees(store, by, found.organisation):
        raise AttestingUnknownError("attesting.unknown")
    return found


ROUTES = (
    *(list_attestations, receive_credential, one_attestation, received_credential),
    *(waiting_papers, confirm_paper, list_recognitions, recognise, withdraw),
)
