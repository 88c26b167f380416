# SPDX-License-Identifier: Apache-2.0
"""Files to take away: templates to fill in, own registers, what was recorded, plots."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from nguon.base.messages import Language, catalogue, text
from nguon.base.time import HANOI
from nguon.entries import imports, listing
from nguon.entries.listing import Listed
from nguon.identity.model import Principal
from nguon.registry import exporting, holdings
from nguon.registry.land import export as land
from nguon.registry.model import Register
from nguon.store import Store
from nguon.tables import cells, paper, writing
from nguon.tables.errors import TableError
from nguon.tables.writing import Page, Value
from nguon.web.auth import needs, principal_of
from nguon.web.errors import NotFoundError, RequestError
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work.files import PAGE, download

_READING = dict(needs("read"))
_MONTH = timedelta(days=30)
_MOST_ON_PAPER = 5_000
_EVENTS = (
    "at",
    "kind",
    "place",
    "partner",
    "product",
    "lot",
    "amount",
    "unit",
    "document",
    "note",
    "receipt",
)
_DELIVERED = ("at", "partner", "product", "lot", "amount", "unit", "place", "note")
Asked = Request[Any, Any, Any]


@get(f"{PAGE}/template/{{name:str}}", opt=_READING, include_in_schema=False)
async def template(request: Asked, name: FromPath[str]) -> Response[bytes]:
    """A table to fill in: headings, one example row, and what goes into each column."""
    kind, _, form = name.partition(".")
    if kind not in imports.KINDS or form not in ("xlsx", "csv"):
        raise NotFoundError("files.no-such-file")
    language = negotiate(request.scope)
    body = await asyncio.to_thread(_template, kind, form, language)
    return download(body, writing.XLSX if form == "xlsx" else writing.CSV, f"mau-{kind}.{form}")


@get(f"{PAGE}/export/{{name:str}}", opt=_READING, include_in_schema=False)
async def register(request: Asked, name: FromPath[str]) -> Response[bytes]:
    """An own register, or the own plots as GeoJSON."""
    what, _, form = name.partition(".")
    principal, store = principal_of(request.scope), services(request.scope).store
    if name == "plots.geojson":
        body = await asyncio.to_thread(_plots, store, principal)
        return download(body, land.MEDIA_TYPE, name)
    if what not in set(Register):
        raise NotFoundError("files.no-such-file")
    headings, rows = await asyncio.to_thread(
        exporting.table, store, principal.organisation, Register(what)
    )
    title = text(f"files.kind-{what}", negotiate(request.scope))
    return await _file(request, Page(title, headings, rows, title=title), what, form)


@get(f"{PAGE}/export", opt=_READING, include_in_schema=False)
async def events(request: Asked) -> Response[bytes]:
    """What the organisation recorded in a period."""
    asked, language = request.query_params, negotiate(request.scope)
    begin, end = period(str(asked.get("from", "")), str(asked.get("to", "")))
    principal, store = principal_of(request.scope), services(request.scope).store
    found = await asyncio.to_thread(listing.of_period, store, principal, begin, end)
    title = text("files.events-title", language, begin=f"{begin:%d/%m/%Y}", end=f"{end:%d/%m/%Y}")
    page = _page(found, _EVENTS, title, language)
    name = f"nhat-ky-{begin:%Y%m%d}-{end:%Y%m%d}"
    return await _file(request, page, name, str(asked.get("format", "xlsx")))


@get(f"{PAGE}/export/receipt/{{name:str}}", opt=_READING, include_in_schema=False)
async def receipt(request: Asked, name: FromPath[str]) -> Response[bytes]:
    """What one form recorded: the delivery sheet, as paper to sign."""
    number, _, form = name.partition(".")
    principal, store = principal_of(request.scope), services(request.scope).store
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise NotFoundError("files.no-such-file")
    found = await asyncio.to_thread(listing.of_receipt, store, principal, int(number))
    if not found:
        raise NotFoundError("entries.unknown-receipt")
    language = negotiate(request.scope)
    title = text("files.receipt-title", language, number=number)
    received = [one for one in found if one.kind == "receive"]
    delivered = len(received) != len(found) and {one.kind for one in found} == {
        "receive",
        "harvest",
    }
    page = (
        _page(received, _DELIVERED, title, language)
        if delivered
        else _page(found, _EVENTS, title, language)
    )
    return await _file(request, page, f"bien-nhan-{number}", form)


def period(begin: str, end: str) -> tuple[date, date]:
    """The days asked for; the last month unless they are."""
    today = datetime.now(UTC).astimezone(HANOI).date()
    try:
        last = cells.day(end) if end.strip() else today
        first = cells.day(begin) if begin.strip() else last - _MONTH
    except TableError as error:
        raise RequestError(error.code, **error.params) from error
    if first > last:
        raise RequestError("files.period", begin=f"{first:%d/%m/%Y}", end=f"{last:%d/%m/%Y}")
    return first, last


async def _file(request: Asked, page: Page, name: str, form: str) -> Response[bytes]:
    """A table in the form asked for."""
    made = _FORMS.get(form)
    if made is None:
        raise NotFoundError("files.no-such-file")
    media_type, write = made
    body = await asyncio.to_thread(write, page, negotiate(request.scope))
    return download(body, media_type, f"{name}.{form}")


def _xlsx(page: Page, _: Language) -> bytes:
    return writing.xlsx([page])


def _csv(page: Page, _: Language) -> bytes:
    return writing.csv_text(page.headings, page.rows)


def _pdf(page: Page, language: Language) -> bytes:
    if len(list(page.rows)) > _MOST_ON_PAPER:
        raise RequestError("files.too-long", most=_MOST_ON_PAPER)
    made = f"{datetime.now(UTC).astimezone(HANOI):%d/%m/%Y %H:%M}"
    return paper.pdf(page, language, subtitle=text("files.made", language, at=made))


_FORMS: dict[str, tuple[str, Callable[[Page, Language], bytes]]] = {
    "xlsx": (writing.XLSX, _xlsx),
    "csv": (writing.CSV, _csv),
    "pdf": (paper.PDF, _pdf),
}


def _page(found: Sequence[Listed], columns: Sequence[str], title: str, language: Language) -> Page:
    headings = [text(f"files.column-{name}", language) for name in columns]
    rows = [[_value(one, name, language) for name in columns] for one in found]
    return Page(title, headings, rows, title=title)


def _value(one: Listed, name: str, language: Language) -> Value:
    value: Value = getattr(one, name)
    code = {"kind": f"files.did-{one.kind}", "unit": f"entries.unit-{one.unit}"}.get(name, "")
    return text(code, language) if code in catalogue(language) else value


def _template(kind: str, form: str, language: Language) -> bytes:
    fields = imports.fields(kind)
    head = [one.heading for one in fields]
    example = [one.example for one in fields]
    if form == "csv":
        return writing.csv_text(head, [example])
    columns = ("column", "required", "example", "choices", "others")
    explained = [
        [
            one.heading,
            text("files.yes", language) if one.required else "",
            one.example,
            one.known,
            ", ".join(one.others),
        ]
        for one in fields
    ]
    about = [text(f"files.about-{name}", language) for name in columns]
    return writing.xlsx(
        [
            Page(text(f"files.kind-{kind}", language), head, [example]),
            Page(
                text("files.about", language), about, explained, wrapped=True,
                title=text("files.about-title", language),
            ),
        ]
    )  # fmt: skip


def _plots(store: Store, principal: Principal) -> bytes:
    found = holdings.of_organisation(store, principal.organisation, Register.PLACE, limit=100_000)
    return land.geojson(store, principal.audience, [one.key for one in found])


ROUTES = (template, register, events, receipt)
