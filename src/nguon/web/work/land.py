# SPDX-License-Identifier: Apache-2.0
"""Boundaries of plots in the workspace: a list of one's land, one plot's form, files in and out."""

import asyncio
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from nguon.base.errors import NguonError
from nguon.base.messages import Language
from nguon.identity.model import Principal
from nguon.registry import land
from nguon.registry.land import holdings, kept, proposing, reading, service
from nguon.registry.land.errors import LandError
from nguon.registry.land.export import MEDIA_TYPE
from nguon.registry.land.model import Severity
from nguon.registry.land.service import Imported, Looked
from nguon.registry.model import Place
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.errors import NotFoundError
from nguon.web.forms import Form, submitted
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.telling import told as refused_words
from nguon.web.work import land_form
from nguon.web.work.land_drawing import drawing
from nguon.web.work.land_form import Filled
from nguon.web.work.pages import go_to, work

_PAGE = "/w/land"
_KEY = "/:"
_CARRIED = 1_000_000
"""Characters of a file that a page carries from the look to the confirmation."""
Requested = Request[Any, Any, Any]


@get(_PAGE, opt=dict(needs("capture")), include_in_schema=False)
async def land_page(request: Requested, kept: FromQuery[str] = "") -> Response[bytes]:
    """One's land: where a boundary is missing, what is there, files in and out."""
    return await _list(request, kept=kept)


@post(f"{_PAGE}/import", opt=dict(needs("capture")), include_in_schema=False)
async def land_import(request: Requested) -> Response[bytes]:
    """A file of several plots: looked at first, kept when confirmed, all or none."""
    form = await submitted(request)
    upload = form.file("file")
    content = upload.content.decode("utf-8", errors="replace") if upload else form.text("content")
    store, principal = services(request.scope).store, principal_of(request.scope)
    keeping = form.text("step") == "keep"
    try:
        found = await asyncio.to_thread(_import, store, principal, content, keeping)
    except LandError as refused:
        return await _list(request, errors=[("file", refused_words(request, refused))])
    if keeping and all(one.ok for one in found):
        return go_to(f"{_PAGE}?kept={len(found)}")
    return await _list(request, found=found, content=content[:_CARRIED])


@get(f"{_PAGE}/export", opt=dict(needs("read")), include_in_schema=False)
async def land_export(request: Requested, place: FromQuery[str] = "") -> Response[bytes]:
    """The boundaries of one's land (or of one place) as GeoJSON."""
    store, principal = services(request.scope).store, principal_of(request.scope)

    def build() -> bytes:
        keys = [place]
        if not place:
            own = holdings.holdings(store, principal.audience, principal.organisation)
            keys = [one.place.key for one in own]
        return land.geojson(store, principal.audience, keys)

    content = await asyncio.to_thread(build)
    name = "plots.geojson"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


@get(f"{_PAGE}/{{place:path}}", opt=dict(needs("capture")), include_in_schema=False)
async def plot_page(request: Requested, place: FromPath[str]) -> Response[bytes]:
    """The boundary of a place as it stands, and the form for a new one."""
    return await _plot(request, await _own(request, place))


@post(f"{_PAGE}/{{place:path}}", opt=dict(needs("capture")), include_in_schema=False)
async def plot_form(request: Requested, place: FromPath[str]) -> Response[bytes]:
    """A boundary looked at, or kept."""
    form = await submitted(request)
    own = await _own(request, place)
    found = land_form.filled(form, own)
    if found.draft is None:
        return await _plot(request, own, form, found)
    store, principal = services(request.scope).store, principal_of(request.scope)
    confirmed = form.text("confirmed") == "1"
    if form.text("step") == "keep":
        looked = await asyncio.to_thread(
            service.keep, store, principal, found.draft, confirmed=confirmed
        )
        if service.may_keep(looked.examined, confirmed=confirmed):
            return go_to(f"{_PAGE}/{quote(own.key, safe=_KEY)}?kept=1")
    else:
        looked = await asyncio.to_thread(service.look, store, principal.audience, found.draft)
    return await _plot(request, own, form, found, looked)


async def _own(request: Requested, key: str) -> Place:
    store, principal = services(request.scope).store, principal_of(request.scope)
    try:
        return await asyncio.to_thread(service.own_place, store, principal.audience, key.strip("/"))
    except LandError as refused:
        raise NotFoundError(refused.code, **refused.params) from refused


async def _list(
    request: Requested,
    *,
    errors: list[tuple[str, str]] | None = None,
    found: list[Imported] | None = None,
    content: str = "",
    kept: str = "",
) -> Response[bytes]:
    store, principal = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)
    own = await asyncio.to_thread(
        holdings.holdings, store, principal.audience, principal.organisation
    )
    plots = [_imported(one, language) for one in found or ()]
    return work(
        request,
        "work/land.html",
        here="land",
        status_code=422 if errors else 200,
        errors=errors or [],
        holdings=[_holding(one, language) for one in own],
        missing=sum(1 for one in own if one.boundary is None),
        total=holdings.total(own),
        plots=plots,
        all_ok=bool(plots) and all(plot["ok"] for plot in plots),
        content=content,
        kept=kept if kept.isdigit() else "",
    )


async def _plot(
    request: Requested,
    place: Place,
    form: Form | None = None,
    found: Filled | None = None,
    looked: Looked | None = None,
) -> Response[bytes]:
    store, principal = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)
    now = await asyncio.to_thread(kept.boundary, store, principal.audience, place.key)
    wrong = {name: _words(request, one) for name, one in (found.wrong if found else {}).items()}
    faults = (*looked.examined.faults, *(found.notes if found else ())) if looked else ()
    area = land_form.area_words(now.area, place, language) if now else ("", None)
    return work(
        request,
        "work/plot.html",
        here="land",
        status_code=422 if wrong else 200,
        place=place,
        name=place.name.in_language(language),
        action=f"{_PAGE}/{quote(place.key, safe=_KEY)}",
        now=now,
        now_area=area,
        now_picture=_picture(now, place, language),
        errors=list(wrong.items()),
        wrong=wrong,
        guesses=[
            (str(one.epsg), land_form.named(one, language))
            for one in (found.guesses if found else ())
        ],
        systems=land_form.system_options(place, language),
        sources=land_form.source_options(language),
        typed=_typed(form, found),
        looked=looked is not None,
        may_keep=looked is not None and looked.examined.ok,
        ask=looked is not None and bool(looked.examined.of(Severity.WARNING)),
        faults=land_form.told(faults, language),
        preview=land_form.preview(looked, place, language) if looked else {},
        kept=request.query_params.get("kept") == "1",
        waits=await asyncio.to_thread(proposing.waits, store, place.key),
    )


def _import(store: Store, principal: Principal, content: str, keeping: bool) -> list[Imported]:
    return service.import_plots(store, principal, reading.read(content), keeping=keeping)


def _typed(form: Form | None, found: Filled | None) -> dict[str, str]:
    names = ("list", "system", "area", "accuracy", "source")
    typed = {name: form.text(name) if form is not None else "" for name in names}
    typed["content"] = (found.content if found else "")[:_CARRIED]
    if found is not None and found.draft is not None and not typed["content"]:
        typed["system"] = str(found.draft.system.epsg)
    return typed


def _words(request: Requested, one: NguonError | str) -> str:
    return one if isinstance(one, str) else refused_words(request, one)


def _picture(now: kept.Boundary | None, place: Place, language: Language) -> Any:
    if now is None:
        return None
    area = land_form.area_words(now.area, place, language)[0]
    return drawing(now.parts, (), land_form.picture_words(place, area, language))


def _holding(one: holdings.Holding, language: Language) -> dict[str, Any]:
    boundary = one.boundary
    return {
        "address": f"{_PAGE}/{quote(one.place.key, safe=_KEY)}",
        "name": one.place.name.in_language(language),
        "holder": one.holder,
        "code": one.place.national_code,
        "area": land_form.area_words(boundary.area, one.place, language)[0] if boundary else None,
        "point": boundary is not None and boundary.is_point,
        "recorded": boundary.recorded if boundary else None,
    }


def _imported(one: Imported, language: Language) -> dict[str, Any]:
    return {
        "number": one.number,
        "label": one.label,
        "ok": one.ok,
        "area": one.area,
        "faults": land_form.told(one.faults, language),
    }


ROUTES = (land_page, land_import, land_export, plot_page, plot_form)
