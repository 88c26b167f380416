# SPDX-License-Identifier: Apache-2.0
"""How well a recall worked: a page to read and print, a PDF, the signed report; and its close."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from litestar import Response
from litestar.params import FromPath

from nguon.base.messages import Language, text
from nguon.base.time import HANOI
from nguon.recall import queries
from nguon.recall import report as reports
from nguon.recall.model import SETTLED, Site, Step
from nguon.recall.report import Effectiveness
from nguon.tables import paper
from nguon.tables.writing import Page, Value
from nguon.web.formats import moment, number
from nguon.web.languages import negotiate
from nguon.web.recalls import bars, words
from nguon.web.recalls.faces import Errors, Requested, asking, face_of
from nguon.web.recalls.words import Names
from nguon.web.work.files import download
from nguon.web.work.pages import work

_COLUMNS = ("site", "party", "state", "told", "found", "held", "sold", "disposed")


async def one(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """The report as it stands now."""
    return await page(request, number, [])


async def page(request: Requested, number: str, errors: Errors) -> Response[bytes]:
    """The report with the form that closes; with ``errors`` the close was refused."""
    (store, by), language, face = asking(request), negotiate(request.scope), face_of(request)

    def read() -> dict[str, Any]:
        view = queries.view(store, by, number)
        found = reports.effectiveness(store, by, number)
        names = words.of_sites(store, by, language, found.table)
        return {
            "recall": view.recall,
            "found": found,
            "names": names,
            "figures": figures(found, names, language),
            "progress": bars.of_report(found, language),
            "closing": Step.CLOSE in view.possible,
            "unsettled": sum(n for state, n in found.states.items() if state not in SETTLED),
        }

    context = await asyncio.to_thread(read)
    return work(
        request,
        "recalls/report.html",
        here=face.here,
        status_code=400 if errors else 200,
        base=f"{face.base}/{number}",
        tone=words.tone(context["recall"], datetime.now(UTC)),
        errors=errors,
        wrong=dict(errors),
        **context,
    )


async def pdf(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """The report on paper."""
    (store, by), language = asking(request), negotiate(request.scope)

    def made() -> bytes:
        found = reports.effectiveness(store, by, number)
        names = words.of_sites(store, by, language, found.table)
        told = "; ".join(f"{name}: {value}" for name, value in figures(found, names, language))
        title = f"{text('recalls.report', language)}: {found.recall.title}"
        headings = [text(f"recalls.{name}", language) for name in _COLUMNS]
        rows = [_row(one, names, language) for one in found.table]
        sheet = Page(title, headings, rows, title=title)
        return paper.pdf(sheet, language, subtitle=told)

    return download(await asyncio.to_thread(made), paper.PDF, f"thu-hoi-{number}.pdf")


async def signed(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """The report signed by the server: a compact JWS, its digest, the report in plain JSON."""
    store, by = asking(request)

    def made() -> bytes:
        report = reports.effectiveness(store, by, number)
        return msgspec.json.encode({"signed": reports.signed(store, by, number), "report": report})

    return download(await asyncio.to_thread(made), "application/json", f"thu-hoi-{number}.json")


def figures(found: Effectiveness, names: Names, language: Language) -> list[tuple[str, str]]:
    """The figures, each with its name."""
    ready = [
        ("report-made", moment(found.at.astimezone(HANOI), language)),
        ("report-hours", _decided(found, language)),
        ("report-last", _long(found.seconds_to_last_answer, language)),
        ("report-contacted", _percent(found.contacted, language)),
        ("report-answered", _percent(found.answered, language)),
        ("report-accounted", _percent(found.accounted, language)),
        ("report-recovered", _percent(found.recovered, language)),
        ("told", names.total(found.told)),
        ("found", names.total(found.found)),
        ("held", names.total(found.held)),
        ("sold", names.total(found.sold)),
        ("disposed", names.total(found.disposed)),
        ("over", names.total(found.over)),
    ]
    ready += [
        (f"disposal-{kind}", names.total(some)) for kind, some in found.disposals.items() if some
    ]
    return [(text(f"recalls.{name}", language), value) for name, value in ready if value]


def _row(one: Site, names: Names, language: Language) -> list[Value]:
    amounts = (one.told, one.found, one.held, one.sold, one.disposed)
    return [
        names.place(one.place),
        names.party(one.organisation, one.party),
        text(f"recalls.site-{one.state}", language),
        *(names.total(some) for some in amounts),
    ]


def _decided(found: Effectiveness, language: Language) -> str:
    told = _long(found.seconds_to_decide, language)
    if not told or found.in_time is None:
        return told
    return f"{told} ({text('recalls.in-time' if found.in_time else 'recalls.too-late', language)})"


def _long(seconds: int | None, language: Language) -> str:
    if seconds is None:
        return ""
    hours, minutes = divmod(max(0, seconds) // 60, 60)
    if hours:
        return text("recalls.lasted-hours", language, hours=hours, minutes=minutes)
    return text("recalls.lasted-minutes", language, minutes=minutes)


def _percent(share: float | None, language: Language) -> str:
    return "" if share is None else f"{number(Decimal(f'{share:.1f}'), language)} %"
