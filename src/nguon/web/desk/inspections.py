# SPDX-License-Identifier: Apache-2.0
"""Inspections at the desk and in the shop: stamps looked at, minutes written, goods held."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery

from nguon.base.errors import FaultyInputError, NguonError
from nguon.base.time import HANOI
from nguon.identity.model import Principal
from nguon.inspections import checklist, holds, queries, service
from nguon.inspections.errors import InspectionError, InspectionFaultsError
from nguon.inspections.model import Found, HoldOrder, Mark, Visit
from nguon.registry.documents import Folder
from nguon.registry.errors import DocumentRefusedError
from nguon.registry.fields import day as day_of
from nguon.web.auth import PUBLIC, needs, principal_of
from nguon.web.desk import inspections_stamp
from nguon.web.desk import inspections_view as view
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.pages import complete, render
from nguon.web.problems import words
from nguon.web.services import Services, services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE, HERE = "/s/inspections", "inspections"
_FIELDS = ("nonce", "begun", "place", "party", "codes", "findings", "statement", "present")
_PHOTOS = tuple(f"photo-{number}" for number in range(1, 7))
_NEVER = datetime(9000, 1, 1, tzinfo=UTC)
"""What is no time: refused, with its field named."""
Requested = Request[Any, Any, Any]
_Done = TypeVar("_Done")


@get(PAGE, opt=dict(needs("supervise")), include_in_schema=False)
async def listing(request: Requested) -> Response[bytes]:
    """The authority's minutes, the latest first; the way to a new visit."""
    found = await _read(request, lambda parts, by: queries.listed(parts.store, by))
    return work(request, "inspections/list.html", here=HERE, minutes=found)


@get(f"{PAGE}/new", opt=dict(needs("supervise")), include_in_schema=False)
async def form_page(request: Requested, code: FromQuery[str] = "") -> Response[bytes]:
    """The form of a visit, with a nonce of its own."""
    now = datetime.now(HANOI).replace(second=0, microsecond=0, tzinfo=None)
    typed = {"nonce": secrets.token_urlsafe(16), "begun": now.isoformat(), "codes": code}
    return _form(request, typed, [])


@get(f"{PAGE}/blank", opt=dict(PUBLIC), include_in_schema=False)
async def blank(request: Requested) -> Response[bytes]:
    """The form with nothing and nobody on it: what a device keeps for where there is no network."""
    context = _form_context(request, {}, [])
    return render(request, "inspections/blank.html", token="", blank=True, **context)


@post(PAGE, opt=dict(needs("supervise")), include_in_schema=False)
async def record(request: Requested) -> Response[bytes]:
    """Record a visit, once however often its form comes; leads to its minutes."""
    form = await submitted(request)
    typed = {name: form.text(name) for name in _FIELDS}
    typed |= {name: form.text(name) for name in form.names() if name.startswith("mark:")}
    try:
        visit = _visit(typed)
        photos = [
            (one.name, one.content)
            for name in _PHOTOS
            if (one := form.file(name)) is not None and one.content
        ]
        done = await _read(
            request,
            lambda parts, by: service.record(
                parts.store, by, visit, photos, Folder(parts.documents)
            ),
        )
    except (InspectionError, InspectionFaultsError, DocumentRefusedError) as error:
        return _form(request, typed, _faults(request, error))
    return go_to(f"{PAGE}/{done.id}")


@get(f"{PAGE}/{{number:str}}", opt=dict(needs("supervise")), include_in_schema=False)
async def one(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """The minutes as they are printed; below them the form of a hold."""
    return await _minutes(request, number, {}, [])


@post(f"{PAGE}/{{number:str}}/hold", opt=dict(needs("supervise")), include_in_schema=False)
async def hold(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """Hold goods that were found."""
    form = await submitted(request)
    typed = {"reason": form.text("reason"), "until": form.text("until")}
    try:
        order = HoldOrder(
            codes=tuple(form.all("hold-code")),
            reason=typed["reason"],
            until=_day(typed["until"]),
            inspection=number,
        )
        await _read(request, lambda parts, by: holds.place(parts.store, by, order))
    except (InspectionError, InspectionFaultsError) as error:
        return await _minutes(request, number, typed, _faults(request, error))
    return go_to(f"{PAGE}/{number}")


@post(f"{PAGE}/{{number:str}}/lift", opt=dict(needs("supervise")), include_in_schema=False)
async def lift(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """Let held goods go, with the reason."""
    form = await submitted(request)
    held, reason = form.text("hold"), form.text("lift-reason")
    try:
        await _read(request, lambda parts, by: holds.lift(parts.store, by, held, reason))
    except (InspectionError, InspectionFaultsError) as error:
        return await _minutes(request, number, {}, _faults(request, error))
    return go_to(f"{PAGE}/{number}")


@get(
    f"{PAGE}/{{number:str}}/photos/{{at:int}}",
    opt=dict(needs("supervise")),
    include_in_schema=False,
)
async def photo(request: Requested, number: FromPath[str], at: FromPath[int]) -> Response[bytes]:
    """A photograph of one's own authority's minutes."""
    media_type, content = await _read(
        request,
        lambda parts, by: queries.photo(parts.store, Folder(parts.documents), by, number, at),
    )
    policy = "default-src 'none'; sandbox"
    headers = {"content-type": media_type, "content-security-policy": policy}
    return complete(200, {**headers, "cache-control": "private, no-store"}, content)


async def _read(request: Requested, ask: Callable[[Services, Principal], _Done]) -> _Done:
    return await asyncio.to_thread(ask, services(request.scope), principal_of(request.scope))


def _visit(typed: dict[str, str]) -> Visit:
    marks = [
        Mark(name.removeprefix("mark:"), Found(value), typed.get(f"mark-words:{name[5:]}", ""))
        for name, value in typed.items()
        if name.startswith("mark:") and value in set(Found)
    ]
    return Visit(
        nonce=typed["nonce"],
        begun=_moment(typed["begun"]),
        codes=tuple(line.strip() for line in typed["codes"].splitlines() if line.strip()),
        marks=tuple(marks),
        **{name: typed[name] for name in ("place", "party", "findings", "statement", "present")},
    )


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=HANOI).astimezone(UTC)
    except ValueError:
        return _NEVER


def _day(text: str) -> date:
    try:
        return date.fromisoformat(day_of(text))
    except (NguonError, ValueError):
        return date.min


def _faults(request: Requested, error: NguonError) -> list[tuple[str, str]]:
    if isinstance(error, FaultyInputError):
        language = negotiate(request.scope)
        return [
            (one.pointer.strip("/").partition("/")[0], words(one.code, language, one.params))
            for one in error.faults
        ]
    return [("codes", told(request, error))]


def _form(
    request: Requested, typed: dict[str, str], errors: list[tuple[str, str]]
) -> Response[bytes]:
    return work(
        request,
        "inspections/form.html",
        here=HERE,
        status_code=400 if errors else 200,
        **_form_context(request, typed, errors),
    )


def _form_context(
    request: Requested, typed: dict[str, str], errors: list[tuple[str, str]]
) -> dict[str, Any]:
    language = negotiate(request.scope)
    lines = checklist.of_day(datetime.now(HANOI).date())
    return {
        "typed": typed,
        "errors": errors,
        "wrong": dict(errors),
        "lines": view.checklist_lines(lines, language),
        "found": view.found_choices(language),
        "photos": _PHOTOS,
    }


async def _minutes(
    request: Requested, number: str, typed: dict[str, str], errors: list[tuple[str, str]]
) -> Response[bytes]:
    language = negotiate(request.scope)

    def read(parts: Services, by: Principal) -> dict[str, Any]:
        return view.minutes_context(parts, by, number, language)

    return work(
        request,
        "inspections/minutes.html",
        here=HERE,
        status_code=400 if errors else 200,
        typed=typed,
        errors=errors,
        wrong=dict(errors),
        base=PAGE,
        **await _read(request, read),
    )


ROUTES = (listing, *inspections_stamp.ROUTES, form_page, blank, record, one, hold, lift, photo)
