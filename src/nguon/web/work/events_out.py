# SPDX-License-Identifier: Apache-2.0
"""The events of an organisation to take away, also those that its other systems sent."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.response import Stream

from nguon.base.messages import Language, catalogue, text
from nguon.entries import sent
from nguon.entries.sent import Sent
from nguon.tables import writing
from nguon.tables.writing import Page, Value
from nguon.web.auth import needs, principal_of
from nguon.web.errors import NotFoundError
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work.files import PAGE, download
from nguon.web.work.files_out import period

_COLUMNS = Sent.__struct_fields__
_WORDS = {"step": "passport.step-{}", "part": "files.part-{}", "unit": "entries.unit-{}"}
_JSON = "application/ld+json"


@get(f"{PAGE}/export/events", opt=dict(needs("read")), include_in_schema=False)
async def events_out(request: Request[Any, Any, Any]) -> Response[Any]:
    """A period's events as XLSX, CSV or an EPCIS document."""
    asked, language = request.query_params, negotiate(request.scope)
    form = str(asked.get("format", "xlsx"))
    if form not in ("xlsx", "csv", "json"):
        raise NotFoundError("files.no-such-file")
    begin, end = period(str(asked.get("from", "")), str(asked.get("to", "")))
    store, principal = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(sent.numbers, store, principal, begin, end)
    name = f"su-kien-{begin:%Y%m%d}-{end:%Y%m%d}.{form}"
    if form == "json":
        return _stream(sent.document(store, principal, found), name)
    rows = (_row(one, language) for one in sent.rows(store, principal, found, language))
    headings = [text(f"files.sent-{column}", language) for column in _COLUMNS]
    title = text("files.sent-title", language, begin=f"{begin:%d/%m/%Y}", end=f"{end:%d/%m/%Y}")
    made = writing.XLSX if form == "xlsx" else writing.CSV
    page = Page(title, headings, rows, title=title)
    body = await asyncio.to_thread(_written, page, form)
    return download(body, made, name)


def _written(page: Page, form: str) -> bytes:
    if form == "csv":
        return writing.csv_text(page.headings, page.rows)
    return writing.xlsx([page])


def _stream(parts: Iterator[bytes], name: str) -> Stream:
    return Stream(
        parts,
        media_type=_JSON,
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        },
    )


def _row(one: Sent, language: Language) -> Sequence[Value]:
    return [_value(one, column, language) for column in _COLUMNS]


def _value(one: Sent, column: str, language: Language) -> Value:
    value = getattr(one, column)
    if column == "correction":
        return text("files.yes", language) if value else ""
    code = _WORDS.get(column, "").format(value)
    return text(code, language) if value and code in catalogue(language) else value


ROUTES = (events_out,)
