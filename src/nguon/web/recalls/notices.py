# SPDX-License-Identifier: Apache-2.0
"""A holder's side of a recall, made for a phone: what is recalled here, and one thing a page."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from litestar import Response
from litestar.params import FromPath

from nguon.base.messages import Language, text
from nguon.base.quantity import PIECE
from nguon.recall import queries, service
from nguon.recall.errors import RecallError, UnknownRecallError
from nguon.recall.inputs import Answer, Disposal
from nguon.recall.model import ENDED, SETTLED, DisposalKind, DisposalState, Site, SiteState
from nguon.recall.queries import SiteView
from nguon.registry.documents import Folder
from nguon.registry.errors import DocumentRefusedError
from nguon.web.clocks import clock
from nguon.web.formats import number
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.recalls import words
from nguon.web.recalls.faces import OWN, Errors, Requested, asking, faults, further
from nguon.web.recalls.typed import MOST_FILES, chosen, files, quantities
from nguon.web.services import services
from nguon.web.work.pages import go_to, work

PAGE, HERE = "/w/recalls", "recall-notices"
_FILES = tuple(f"photo-{index}" for index in range(1, MOST_FILES + 1))
_UNITS = ("H87", "KGM", "LTR")
Rows = Sequence[tuple[str | None, str]]


async def listing(request: Requested) -> Response[bytes]:
    """The notices of one's own sites, what is pressing first; requests for information."""
    (store, by), language, now = asking(request), negotiate(request.scope), datetime.now(UTC)

    def read() -> dict[str, Any]:
        found = queries.mine(store, by, after=request.query_params.get("after", ""))
        names = words.of_sites(store, by, language, [site for _, site in found])
        by_id = {site.id: (recall, site) for recall, site in found}
        lines = words.site_lines([site for _, site in found], names, PAGE, now, language)
        titled = [
            {**line, "title": recall.title, "done": site.state in SETTLED or recall.state in ENDED}
            for line in lines
            for recall, site in (by_id[line["link"].rpartition("/")[2]],)
        ]
        asked = queries.asked(store, by, after=request.query_params.get("asked", ""))
        return {
            "open": [line for line in titled if not line["done"]],
            "done": [line for line in titled if line["done"]],
            "asked": asked,
            "ways": further(request, found),
            "count": len(found),
            "asked_ways": further(request, asked, "asked"),
        }

    return work(request, "recalls/notices.html", here=HERE, **await asyncio.to_thread(read))


async def one(request: Requested, site: FromPath[str]) -> Response[bytes]:
    """A notice: what is recalled, what one has of it by one's own records, what to do.

    A maker who was told of a recall of his goods is led on to it.
    """
    if "-" not in site:
        return go_to(f"{OWN.base}/{site}")
    return await _page(request, site, "recalls/notice.html", {}, [])


async def see(request: Requested, site: FromPath[str]) -> Response[bytes]:
    """Selling has stopped."""
    await submitted(request)
    store, by = asking(request)
    await asyncio.to_thread(service.see, store, by, site)
    return go_to(f"{PAGE}/{site}/answer")


async def answer_form(request: Requested, site: FromPath[str]) -> Response[bytes]:
    """The form to say what was found."""
    return await _page(request, site, "recalls/answer.html", {}, [])


async def answer(request: Requested, site: FromPath[str]) -> Response[bytes]:
    """Take what was found, held and sold."""
    form, language = await submitted(request), negotiate(request.scope)
    store, by = asking(request)
    view = await asyncio.to_thread(queries.site, store, by, site)
    said, errors = _answer(form, rows_of(view.site), language)
    if not errors:
        try:
            await asyncio.to_thread(service.answer, store, by, site, said)
        except UnknownRecallError:
            raise
        except RecallError as error:
            named = {name: f"{name}-0" for name in ("found", "held", "sold")}
            errors = faults(request, error, "", named)
    if errors:
        typed = {name: form.text(name) for name in form.names()}
        return await _page(request, site, "recalls/answer.html", typed, errors)
    return go_to(f"{PAGE}/{site}")


async def dispose_form(request: Requested, site: FromPath[str]) -> Response[bytes]:
    """The form to record a disposal."""
    return await _page(request, site, "recalls/dispose.html", {}, [])


async def dispose(request: Requested, site: FromPath[str]) -> Response[bytes]:
    """Take a disposal with its photographs."""
    form, language = await submitted(request), negotiate(request.scope)
    store, by = asking(request)
    view = await asyncio.to_thread(queries.site, store, by, site)
    quantity, wrong = quantities(form, "quantity", rows_of(view.site))
    errors = [(field, text("recalls.no-number", language)) for field in wrong]
    if not errors:
        disposal = Disposal(
            kind=chosen(DisposalKind, form.text("kind"), DisposalKind.DESTROY),
            quantity=quantity,
            words=form.text("words"),
            files=files(form, *_FILES),
            reference=form.text("reference") or None,
        )
        folder = Folder(services(request.scope).documents)
        try:
            await asyncio.to_thread(service.dispose, store, by, site, disposal, folder)
        except UnknownRecallError:
            raise
        except (RecallError, DocumentRefusedError) as error:
            field = "photo-1" if isinstance(error, DocumentRefusedError) else ""
            named = {"quantity": "quantity-0", "files": "photo-1"}
            errors = faults(request, error, field, named)
    if errors:
        typed = {name: form.text(name) for name in form.names()}
        return await _page(request, site, "recalls/dispose.html", typed, errors)
    return go_to(f"{PAGE}/{site}")


async def reply(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """Answer a request for information."""
    form = await submitted(request)
    store, by = asking(request)
    await asyncio.to_thread(service.reply, store, by, number, form.text("words"))
    return go_to(PAGE)


def rows_of(site: Site) -> Rows:
    """The products, each with its unit, that a site is asked about."""
    known = (*site.told, *site.sold_before, *site.found, *site.held)
    rows = tuple(dict.fromkeys((key, quantity.unit) for key, quantity in known))
    return rows or ((None, PIECE),)


def _answer(form: Form, rows: Rows, language: Language) -> tuple[Answer, Errors]:
    if form.text("concerned") == "no":
        return Answer(concerned=False, words=form.text("words")), []
    found, held, sold = (quantities(form, name, rows) for name in ("found", "held", "sold"))
    errors = [
        (field, text("recalls.no-number", language)) for field in (*found[1], *held[1], *sold[1])
    ]
    errors += [
        (f"found-{index}", text("recalls.number-missing", language))
        for index in range(len(rows))
        if not form.text(f"found-{index}")
    ]
    said = Answer(found=found[0], held=held[0], sold=sold[0], words=form.text("words"))
    return said, errors


async def _page(
    request: Requested, site: str, template: str, typed: dict[str, str], errors: Errors
) -> Response[bytes]:
    (store, by), language, now = asking(request), negotiate(request.scope), datetime.now(UTC)

    def read() -> dict[str, Any]:
        found = queries.site(store, by, site)
        sites, deciders = [found.site], (found.recall.opened_by, found.recall.maker)
        names = words.of_sites(store, by, language, sites)
        more = words.named(store, by, language, organisations=deciders)
        names.organisations.update(more.organisations)
        return {"view": found, "names": names}

    context = await asyncio.to_thread(read)
    view: SiteView = context["view"]
    stage = _stage(view)
    return work(
        request,
        template,
        here=HERE,
        status_code=400 if errors else 200,
        page=f"{PAGE}/{site}",
        recall=view.recall,
        site=view.site,
        stage=stage,
        rows=_asked(view.site, context["names"], language),
        kinds=[(one.value, text(f"recalls.disposal-{one}", language)) for one in DisposalKind],
        tone="danger" if view.site.late(now) else words.SITE_TONES[view.site.state],
        clock="" if stage == 3 else clock(view.site.due, now, language),
        late=view.site.late(now),
        ended=view.recall.state in ENDED,
        photos=_FILES,
        typed=typed,
        errors=errors,
        wrong=dict(errors),
        **context,
    )


def _stage(view: SiteView) -> int:
    """How many of the three things are done; a disposal that waits for an officer is."""
    if view.site.state in {SiteState.UNREACHED, SiteState.TOLD}:
        return 0
    if view.site.state is SiteState.SEEN:
        return 1
    return 2 if view.site.state is SiteState.HELD and _left(view) else 3


def _left(view: SiteView) -> bool:
    """Whether goods are held of which no disposal is recorded."""
    counted = [one.quantity for one in view.disposals if one.state is not DisposalState.REFUSED]
    done = words.totals(tuple(pair for some in counted for pair in some))
    held = words.totals(view.site.held)
    return any(much > done.get(unit, 0) for unit, much in held.items())


def _asked(site: Site, names: words.Names, language: Language) -> list[dict[str, str]]:
    told = {(key, quantity.unit): quantity.amount for key, quantity in site.told}
    return [
        {
            "name": names.product(key),
            "unit": text(f"entries.unit-{unit}", language) if unit in _UNITS else unit,
            "told": number(told[key, unit], language) if (key, unit) in told else "0",
        }
        for key, unit in rows_of(site)
    ]
