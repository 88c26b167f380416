# SPDX-License-Identifier: Apache-2.0
"""The organiser's pages: drills, a new one, one with its clock and answers, the report."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Response
from litestar.params import FromPath

from nguon.base.messages import Language, hint, text
from nguon.base.quantity import PIECE
from nguon.gs1 import IdentifierError
from nguon.identity.model import Scope
from nguon.recall.drills import queries, report, service
from nguon.recall.drills.errors import UnknownDrillError
from nguon.recall.drills.model import Answer, Asked, Kind, Site
from nguon.recall.drills.queries import View
from nguon.recall.errors import RecallError
from nguon.recall.model import Quantities
from nguon.tables import paper
from nguon.tables.writing import Page, Value
from nguon.trace.asking.errors import QuestionError
from nguon.trace.errors import StartUnknownError
from nguon.web.drills import words
from nguon.web.formats import element_string, number
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.recalls.faces import Errors, Face, Requested, asking, faults, further
from nguon.web.recalls.typed import chosen, quantities
from nguon.web.recalls.words import Names
from nguon.web.work.files import download
from nguon.web.work.pages import go_to, work

DESK = Face("/s/drills", "desk-drills", "supervise")
OWN = Face("/w/drills", "drills", "capture")
_FIELDS = ("kind", "start", "title", "account", "notices")
_COLUMNS = ("site", "shipped", "found", "answered")


def face_of(request: Requested) -> Face:
    """The side that a page belongs to."""
    return DESK if request.scope["path"].startswith(DESK.base) else OWN


async def listing(request: Requested) -> Response[bytes]:
    """The drills of one's organisation, those it is asked in, what is due; and the form."""
    return await _listing(request, {}, [])


async def start(request: Requested) -> Response[bytes]:
    """Begin a drill."""
    form = await submitted(request)
    store, by = asking(request)
    asked = Asked(
        kind=chosen(Kind, form.text("kind"), Kind.MOCK_RECALL),
        start=form.text("start"),
        title=form.text("title"),
        account=form.text("account"),
        notices=form.text("notices") == "1",
    )
    try:
        made = await asyncio.to_thread(service.start, store, by, asked)
    except (RecallError, StartUnknownError, IdentifierError, QuestionError) as error:
        typed = {name: form.text(name) for name in _FIELDS}
        return await _listing(request, typed, faults(request, error, "start"))
    return go_to(f"{face_of(request).base}/{made.id}")


async def one(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """A drill with its clock and answers."""
    return await _one(request, number, [])


async def note(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """Write down an answer that came by telephone."""
    form = await submitted(request)
    store, by = asking(request)
    view = await asyncio.to_thread(queries.view, store, by, number)
    site = next((one for one in view.sites if one.number == form.number("site")), None)
    if site is None:
        raise UnknownDrillError("drills.unknown-site")
    errors = await answered(
        request, form, [site], lambda said: service.note(store, by, number, site.number, said)
    )
    if errors:
        return await _one(request, number, errors)
    return go_to(f"{face_of(request).base}/{number}")


async def end(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """End a drill."""
    await submitted(request)
    store, by = asking(request)
    await asyncio.to_thread(service.end, store, by, number)
    return go_to(f"{face_of(request).base}/{number}")


async def pdf(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """The report on paper."""
    (store, by), language = asking(request), negotiate(request.scope)

    def made() -> bytes:
        found = queries.view(store, by, number)
        names = words.names(store, by, language, found)
        told = "; ".join(f"{n}: {value}" for n, value in words.figures(found, names, language))
        kind = text(f"drills.kind-{found.drill.kind}", language)
        title = f"{text('drills.mark', language)}: {kind}: {found.drill.title}"
        headings = [text(f"drills.{name}", language) for name in _COLUMNS]
        rows = _rows(found, names, language)
        return paper.pdf(Page(title, headings, rows, title=title), language, subtitle=told)

    return download(await asyncio.to_thread(made), paper.PDF, f"dien-tap-{number}.pdf")


async def signed(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """The report signed by the server: a compact JWS and its digest."""
    await submitted(request)
    store, by = asking(request)
    made = await asyncio.to_thread(report.signed, store, by, number)
    return download(msgspec.json.encode(made), "application/json", f"dien-tap-{number}.json")


def rows_of(sites: Sequence[Site]) -> list[tuple[str | None, str]]:
    """The products and units that sites are asked for, each once."""
    told = [(key, quantity.unit) for one in sites for key, quantity in one.told]
    return list(dict.fromkeys(told)) or [(None, PIECE)]


async def answered(request: Requested, form: Form, sites: Sequence[Site], take: Any) -> Errors:
    """Take what a form says was found; what is wrong with it otherwise."""
    found, wrong = quantities(form, "found", rows_of(sites))
    if wrong:
        said = text("recalls.no-number", negotiate(request.scope))
        return [(field, said) for field in wrong]
    try:
        await asyncio.to_thread(take, Answer(found=found, words=form.text("words")))
    except UnknownDrillError:
        raise
    except RecallError as error:
        return faults(request, error, "", {"found": "found-0"})
    return []


async def _listing(request: Requested, typed: dict[str, str], errors: Errors) -> Response[bytes]:
    (store, by), language, face = asking(request), negotiate(request.scope), face_of(request)

    def read() -> dict[str, Any]:
        own = queries.listed(store, by, after=request.query_params.get("after", ""))
        asked = queries.asked(store, by, after=request.query_params.get("asked", ""))
        return {
            "drills": own,
            "ways": further(request, own),
            "asked": asked,
            "asked_ways": further(request, asked, "asked"),
            "yearly": queries.due(store, by) if face is OWN else None,
        }

    return work(
        request,
        "drills/list.html",
        here=face.here,
        status_code=400 if errors else 200,
        base=face.base,
        now=datetime.now(UTC),
        may=by.may(Scope.SUPERVISE) or by.may(Scope.REGISTRY),
        kind_options=[
            (
                kind.value,
                text(f"drills.kind-{kind}", language),
                hint(f"drills.kind-{kind}", language),
            )
            for kind in Kind
        ],
        notices_hint=hint("drills.notices", language),
        typed={**dict.fromkeys(_FIELDS, ""), "kind": Kind.MOCK_RECALL.value, **typed},
        errors=errors,
        wrong=dict(errors),
        **await asyncio.to_thread(read),
    )


async def _one(request: Requested, number: str, errors: Errors) -> Response[bytes]:
    (store, by), language, face = asking(request), negotiate(request.scope), face_of(request)

    def read() -> dict[str, Any]:
        found = queries.view(store, by, number)
        names = words.names(store, by, language, found)
        shown = words.figures(found, names, language)
        return {"found": found, "drill": found.drill, "names": names, "figures": shown}

    return work(
        request,
        "drills/one.html",
        here=face.here,
        status_code=400 if errors else 200,
        base=f"{face.base}/{number}",
        back=face.base,
        rows_of=rows_of,
        unit_of=lambda unit: words.unit_of(unit, language),
        errors=errors,
        wrong=dict(errors),
        **await asyncio.to_thread(read),
    )


def _rows(found: View, names: Names, language: Language) -> list[Sequence[Value]]:
    """The table of a report: its sites, or the lines that its kind has."""
    result = found.drill.result
    rows: list[Sequence[Value]] = [
        (_named(one, names), _total(names, one.told), _total(names, one.found), one.answered)
        for one in found.sites
    ]
    rows += [
        (text(f"drills.way-{way.direction.value}", language), way.things, way.gaps, way.complete)
        for way in result.ways
    ]
    rows += [
        (element_string(one.lot), number(one.came, language), one.accounted, one.fits)
        for one in result.balances
    ]
    rows += [
        (
            text(f"drills.check-{one.code}", language),
            one.of,
            one.count or "",
            text(f"drills.mark-{one.mark}", language),
        )
        for one in result.checks
    ]
    return rows


def _named(one: Site, names: Names) -> str:
    if not one.shown:
        return text("drills.hidden", names.language)
    return f"{names.party(one.organisation, one.party)}, {names.place(one.place)}"


def _total(names: Names, some: Quantities) -> str:
    return names.total(some) or "–"
