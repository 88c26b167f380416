# SPDX-License-Identifier: Apache-2.0
"""Any stamp in an officer's hands, ours or foreign: by camera, on a photograph, or typed."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.params import FromQuery

from nguon.identity.errors import TooManyAttemptsError
from nguon.inspections import about
from nguon.scans.reading import read
from nguon.web import scan_page
from nguon.web.auth import needs, principal_of
from nguon.web.desk import inspections_view as view
from nguon.web.errors import BodyTooLargeError, PhotoError
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE, HERE = "/s/inspections/about", "inspections"
Requested = Request[Any, Any, Any]


@get(PAGE, opt=dict(needs("supervise")), include_in_schema=False)
async def stamp(request: Requested, code: FromQuery[str] = "") -> Response[bytes]:
    """Issuer, stop, what is missing by clause, where the rest is; what to do next."""
    return await _looked_at(request, code, shown=code) if code.strip() else _page(request)


@post(PAGE, opt=dict(needs("supervise")), include_in_schema=False, status_code=200)
async def photographed(request: Requested) -> Response[bytes]:
    """A typed code or a photograph of a stamp: leads to what is known of it.

    What is no code of goods may be anything, a card with a person's number too: it is told of
    on the spot, and stands in no address.
    """
    try:
        typed, found = await scan_page.received(request)
    except (PhotoError, TooManyAttemptsError, BodyTooLargeError) as error:
        status = 429 if isinstance(error, TooManyAttemptsError) else 400
        return _page(request, status_code=status, errors=[("photo", told(request, error))])
    codes = [typed] if typed else [one.text for one in found]
    if len(codes) != 1:
        choices = [scan_page.choice(request, one) for one in found]
        return _page(request, choices=choices, nothing=not choices)
    if read(codes[0], "").identifier is None:
        return await _looked_at(request, codes[0], shown=typed)
    return go_to(f"{PAGE}?{urlencode({'code': codes[0]})}")


async def _looked_at(request: Requested, code: str, *, shown: str) -> Response[bytes]:
    language, by = negotiate(request.scope), principal_of(request.scope)
    parts = services(request.scope)

    def look() -> dict[str, Any]:
        found = about.about(parts.store, by, code, parts.base_url.partition("//")[2])
        return view.about_context(parts.store, by, found, language)

    return _page(request, code=shown, **await asyncio.to_thread(look))


def _page(request: Requested, *, status_code: int = 200, **context: Any) -> Response[bytes]:
    whole = {"code": "", "errors": [], "choices": [], "nothing": False, "about": None, **context}
    answer = work(request, "inspections/about.html", here=HERE, status_code=status_code, **whole)
    answer.headers.update(scan_page.CAMERA)
    return answer


ROUTES = (stamp, photographed)
