# SPDX-License-Identifier: Apache-2.0
"""Investigating a case, ending one without a recall, and closing one: forms and their steps."""

import asyncio
from typing import Any

from litestar import Response
from litestar.params import FromPath

from nguon.recall import queries, service
from nguon.recall.errors import RecallError, UnknownRecallError
from nguon.recall.inputs import Closing, Finding, FindingKind
from nguon.recall.queries import View
from nguon.registry import queries as registry
from nguon.registry.documents import Folder
from nguon.registry.errors import DocumentRefusedError
from nguon.web.attachments import kept_headers
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.recalls import cases, report, words
from nguon.web.recalls.faces import Errors, Requested, asking, face_of, faults
from nguon.web.recalls.typed import chosen, codes, files
from nguon.web.services import services
from nguon.web.work.pages import go_to, work

_HOURS = 24


async def investigation(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """What an investigator may write down, add, ask and determine."""
    return await _investigation(request, number, {}, [])


async def investigate(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """Take a finding, added things, a request or that goods have to be recalled."""
    form, face = await submitted(request), face_of(request)
    store, by = asking(request)
    kind = chosen(FindingKind, form.text("kind"), FindingKind.FINDING)
    typed = {name: form.text(f"{name}-{kind}") for name in ("words", "keys", "party", "days")}
    keys, wrong = codes(typed["keys"], negotiate(request.scope))
    if wrong:
        return await _investigation(request, number, {**typed, "kind": kind}, [("keys-add", wrong)])

    def take() -> None:
        folder = Folder(services(request.scope).documents)
        asked = registry.organisation_by_code(store, by.audience, typed["party"])
        finding = Finding(
            kind=kind,
            seen=form.number("seen"),
            words=typed["words"],
            keys=keys,
            organisation=asked.id if asked else None,
            party=None if asked else typed["party"] or None,
            days=form.number(f"days-{kind}") or None,
            files=files(form, f"file-{kind}"),
        )
        service.investigate(store, by, number, finding, folder)

    try:
        await asyncio.to_thread(take)
    except UnknownRecallError:
        raise
    except (RecallError, DocumentRefusedError) as error:
        named = {name: f"{name}-{kind}" for name in ("words", "keys", "party", "days", "files")}
        field = f"file-{kind}" if isinstance(error, DocumentRefusedError) else ""
        errors = faults(request, error, field, named)
        return await _investigation(request, number, {**typed, "kind": kind}, errors)
    return go_to(f"{face.base}/{number}")


async def dismiss(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """End a case without a recall."""
    form, face = await submitted(request), face_of(request)
    store, by = asking(request)
    closing = _closing(form, "words-dismiss")
    try:
        await asyncio.to_thread(service.dismiss, store, by, number, closing)
    except UnknownRecallError:
        raise
    except RecallError as error:
        errors = faults(request, error, "words-dismiss", {"words": "words-dismiss"})
        return await cases.page(request, number, errors)
    return go_to(f"{face.base}/{number}")


async def close(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """Close a recall; what is missing is said with it."""
    form, face = await submitted(request), face_of(request)
    store, by = asking(request)
    try:
        await asyncio.to_thread(service.close, store, by, number, _closing(form, "words"))
    except UnknownRecallError:
        raise
    except RecallError as error:
        return await report.page(request, number, faults(request, error))
    return go_to(f"{face.base}/{number}/report")


async def paper(request: Requested, number: FromPath[str], file: FromPath[str]) -> Response[bytes]:
    """A file of the case or of a disposal."""
    store, by = asking(request)
    folder = Folder(services(request.scope).documents)
    await asyncio.to_thread(queries.find, store, by, number)
    found, content = await asyncio.to_thread(queries.file, store, folder, by, file)
    return Response(content, headers=kept_headers(found.name), media_type=found.media_type)


async def _investigation(
    request: Requested, number: str, typed: dict[str, str], errors: Errors
) -> Response[bytes]:
    (store, by), language, face = asking(request), negotiate(request.scope), face_of(request)

    def read() -> dict[str, Any]:
        found: View = queries.view(store, by, number)
        asked = (one.organisation for one in found.requests)
        names = words.named(store, by, language, organisations=asked)
        return {"view": found, "recall": found.recall, "names": names}

    return work(
        request,
        "recalls/investigate.html",
        here=face.here,
        status_code=400 if errors else 200,
        base=face.base,
        kinds=[FindingKind.FINDING, FindingKind.ADD, FindingKind.ASK, FindingKind.DETERMINE],
        hours=_HOURS,
        typed=typed,
        errors=errors,
        wrong=dict(errors),
        **await asyncio.to_thread(read),
    )


def _closing(form: Form, name: str) -> Closing:
    missing = form.text("missing") or None
    return Closing(words=form.text(name), seen=form.number("seen"), missing=missing)
