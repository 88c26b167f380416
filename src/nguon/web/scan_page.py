# SPDX-License-Identifier: Apache-2.0
"""The scan page: a code by the camera, on a photograph, or typed; it works without a script."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, get, post

from nguon.base.messages import text
from nguon.gs1 import Identifier
from nguon.identity.accounts import attempts
from nguon.identity.accounts.attempts import Limit
from nguon.identity.errors import TooManyAttemptsError
from nguon.scans.reading import LONGEST, read
from nguon.scans.visitors import network
from nguon.web import foreign, scan_photo
from nguon.web.account.visitors import own_form, visited
from nguon.web.auth import PUBLIC
from nguon.web.errors import BodyTooLargeError, PhotoError
from nguon.web.forms import Upload
from nguon.web.languages import header, negotiate
from nguon.web.passport_view import kind_name
from nguon.web.scan_photo import Seen
from nguon.web.services import services
from nguon.web.telling import told

PAGE = "/scan"
PHOTOS = Limit(30, 10)
"""Photographs from one address: each takes some 0.1 s of a core."""
CAMERA = {"permissions-policy": "camera=(self), geolocation=(), microphone=(), payment=()"}
"""The header of pages that may ask for the camera."""
_ROOM = 64 * 1024
"""Octets that a form has besides its photograph."""
_SHOWN = 120


class Choice(msgspec.Struct, frozen=True):
    """One of several codes on a photograph: what it is, how it is shown, and its text."""

    kind: str
    words: str
    text: str


@get(PAGE, opt=dict(PUBLIC), include_in_schema=False)
async def scan_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The three ways."""
    return _page(request)


@post(PAGE, opt=dict(PUBLIC), include_in_schema=False, status_code=200)
async def scanned(request: Request[Any, Any, Any]) -> Response[Any]:
    """A typed code or a photograph; leads on, or says what the code is or what went wrong."""
    try:
        typed, found = await received(request)
    except (PhotoError, TooManyAttemptsError, BodyTooLargeError) as error:
        status = 429 if isinstance(error, TooManyAttemptsError) else 400
        return _page(request, status_code=status, errors=[("photo", told(request, error))])
    if typed:
        return await foreign.answered(request, typed)
    if not found:
        return _page(request, status_code=200, nothing=True)
    if len(found) == 1:
        return await foreign.answered(request, found[0].text)
    return _page(request, choices=[choice(request, one) for one in found])


async def received(request: Request[Any, Any, Any]) -> tuple[str, list[Seen]]:
    """The text that was typed, else the codes on the photograph that was sent.

    Raises `PhotoError`, `TooManyAttemptsError` or `BodyTooLargeError`, and as `own_form`.
    """
    early = _may_be_large(request)
    if early:
        await asyncio.to_thread(_counted, request)
    form = await own_form(request, most=scan_photo.MOST_OCTETS + _ROOM)
    if typed := form.text("code"):
        return typed[:LONGEST], []
    return "", await _photographed(request, form.file("photo"), counted=early)


def _may_be_large(request: Request[Any, Any, Any]) -> bool:
    """Whether a body may take much memory: such senders are counted before it is read."""
    announced = header(request.scope, b"content-length") or ""
    return not (announced.isdigit() and int(announced[:12]) <= _ROOM)


async def _photographed(
    request: Request[Any, Any, Any], photo: Upload | None, *, counted: bool
) -> list[Seen]:
    if photo is None or not photo.content:
        raise PhotoError("scans.nothing-sent")
    if not counted:
        await asyncio.to_thread(_counted, request)
    return await scan_photo.codes_on(photo.content)


def _counted(request: Request[Any, Any, Any]) -> None:
    """Raises `TooManyAttemptsError` where too many photographs come from one address."""
    client = request.scope.get("client")
    address = network(client[0]) if client else ""
    attempts.take(services(request.scope).store, {f"photo {address}": PHOTOS})


def choice(request: Request[Any, Any, Any], seen: Seen) -> Choice:
    """A code of a photograph as a page offers it."""
    language = negotiate(request.scope)
    reading = read(seen.text, "")
    words = _named(reading.identifier) if reading.identifier else ""
    kind = kind_name(reading.identifier.kind, language) if reading.identifier else ""
    shown = reading.content is None or reading.content.sort == "words"
    line = words or (seen.text[:_SHOWN] if shown else text("scans.not-shown", language))
    return Choice(kind, line, seen.text)


def _named(identifier: Identifier) -> str:
    return " ".join(f"({ai}) {value}" for ai, value in identifier.parts)


def _page(
    request: Request[Any, Any, Any], *, status_code: int = 200, **context: Any
) -> Response[bytes]:
    whole = {"errors": [], "choices": [], "nothing": False, **context}
    answer = visited(request, "scan/page.html", status_code=status_code, **whole)
    answer.headers.update(CAMERA)
    return answer


ROUTES = (scan_page, scanned)
