# SPDX-License-Identifier: Apache-2.0
"""Sites of recalls for programs: acknowledge, answer, dispose, verify; requests and files."""

import msgspec
from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody

from nguon.recall import proofs, queries, service
from nguon.recall.inputs import Answer, Contact, Disposal, Verification
from nguon.recall.model import Disposed, Site, SiteTaken
from nguon.recall.model import Request as Asked
from nguon.recall.proofs import SiteProof
from nguon.recall.queries import SiteView
from nguon.registry.documents import Folder
from nguon.tlog.receipts import number_of
from nguon.web.attachments import kept_headers
from nguon.web.recalls_api import Requested, call, getting, posting

BASE = "/api/v1/recall-sites"


class WordsSent(msgspec.Struct, frozen=True):
    """Something written."""

    words: str


class SiteSteps(msgspec.Struct, frozen=True):
    """Some of what happened at a site; with ``after`` the next page is asked for."""

    steps: list[SiteTaken]
    after: str | None


@getting(f"{BASE}/{{site_id:str}}", "A site")
async def show_site(request: Requested, site_id: FromPath[str]) -> SiteView:
    """What it was told of, what it answered and did, and what you may do now."""
    return await call(request, lambda parts, by: queries.site(parts.store, by, site_id))


@getting(f"{BASE}/{{site_id:str}}/steps", "What happened at a site")
async def site_steps(
    request: Requested, site_id: FromPath[str], after: FromQuery[str] = ""
) -> SiteSteps:
    """A thousand at once, from the first."""
    found = await call(
        request,
        lambda parts, by: queries.site_steps(parts.store, by, site_id, after=after, limit=1000),
    )
    return SiteSteps(found, found.after)


@getting(f"{BASE}/{{site_id:str}}/proof", "What proves what a site was told")
async def prove_site(request: Requested, site_id: FromPath[str]) -> SiteProof:
    """What it was told and said, with the log's entries opened and the numbers of their receipts;
    for the site itself and who leads the case. `nguon recall verify` checks it without us.
    """
    return await call(
        request,
        lambda parts, by: proofs.of_site(
            parts.store, by, site_id, receipt=lambda seq: number_of(parts.tlog, seq)
        ),
    )


@posting(f"{BASE}/{{site_id:str}}/seen", "Acknowledge the notice", status_code=200)
async def acknowledge(request: Requested, site_id: FromPath[str]) -> Site:
    """Again, it changes nothing."""
    return await call(request, lambda parts, by: service.see(parts.store, by, site_id))


@posting(f"{BASE}/{{site_id:str}}/answer", "Answer", status_code=200)
async def answer_notice(request: Requested, site_id: FromPath[str], data: JSONBody[Answer]) -> Site:
    """What was found, what is held of it, what was sold; a later answer replaces it."""
    return await call(request, lambda parts, by: service.answer(parts.store, by, site_id, data))


@posting(f"{BASE}/{{site_id:str}}/contact", "Note a contact by hand", status_code=200)
async def note_contact(request: Requested, site_id: FromPath[str], data: JSONBody[Contact]) -> Site:
    """Whom of a party without account was spoken to, how and when."""
    return await call(request, lambda parts, by: service.contact(parts.store, by, site_id, data))


@posting(f"{BASE}/{{site_id:str}}/remind", "Remind a site", status_code=200)
async def remind_site(request: Requested, site_id: FromPath[str]) -> Site:
    """By hand, besides what the server does by itself."""
    return await call(request, lambda parts, by: service.remind(parts.store, by, site_id))


@posting(f"{BASE}/{{site_id:str}}/disposals", "Report a disposal", files=True)
async def report_disposal(
    request: Requested, site_id: FromPath[str], data: JSONBody[Disposal]
) -> Disposed:
    """`relabel`, `repurpose`, `reexport` or `destroy`, with evidence; sent again with the same
    `reference` it is the same disposal.
    """
    return await call(
        request,
        lambda parts, by: service.dispose(parts.store, by, site_id, data, Folder(parts.documents)),
    )


@posting(f"{BASE}/{{site_id:str}}/verify", "Verify or refuse a disposal", status_code=200)
async def verify_disposal(
    request: Requested, site_id: FromPath[str], data: JSONBody[Verification]
) -> Disposed:
    """As an officer in charge of the case or of the site's province (`supervise`)."""
    return await call(request, lambda parts, by: service.verify(parts.store, by, site_id, data))


@posting(
    "/api/v1/recall-requests/{request_id:str}/reply",
    "Answer a request for information",
    status_code=200,
)
async def reply_request(
    request: Requested, request_id: FromPath[str], data: JSONBody[WordsSent]
) -> Asked:
    """Once, as the organisation that was asked."""
    return await call(
        request, lambda parts, by: service.reply(parts.store, by, request_id, data.words)
    )


@getting("/api/v1/recall-files/{file_id:str}", "A file of a recall")
async def show_file(request: Requested, file_id: FromPath[str]) -> Response[bytes]:
    """The octets, as whoever may read its case or its site."""
    found, content = await call(
        request,
        lambda parts, by: queries.file(parts.store, Folder(parts.documents), by, file_id),
    )
    return Response(content, headers=kept_headers(found.name), media_type=found.media_type)


ROUTES = (
    show_site,
    site_steps,
    prove_site,
    acknowledge,
    answer_notice,
    note_contact,
    remind_site,
    report_disposal,
    verify_disposal,
    reply_request,
    show_file,
)
