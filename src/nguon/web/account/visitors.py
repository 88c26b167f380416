# SPDX-License-Identifier: Apache-2.0
"""Pages that stand open to people with and without a session, and the forms on them.

A visitor's form token hangs on a cookie of its own: without it another site
could sign a browser in under an account of its choice.
"""

import secrets
from typing import Any

from litestar import Request, Response

from nguon.web import forgery
from nguon.web import sessions as cookies
from nguon.web.auth import credential_of, signed_in
from nguon.web.forms import Form, read
from nguon.web.pages import render

_MOST_OCTETS = 64 * 1024
_SECONDS = 24 * 3600


def visited(
    request: Request[Any, Any, Any], template: str, *, status_code: int = 200, **context: Any
) -> Response[bytes]:
    """A page with a form."""
    known = _secret(request)
    secret = known or secrets.token_urlsafe(16)
    answer = render(
        request,
        template,
        status_code=status_code,
        cache_control="no-store",
        token=forgery.token(secret),
        **context,
    )
    if known is None:
        answer.set_cookie(cookies.kept(request.scope, cookies.VISITOR, secret, _SECONDS))
    return answer


async def own_form(request: Request[Any, Any, Any], *, most: int = _MOST_OCTETS) -> Form:
    """The form of such a page, with a session or without; raises as `nguon.web.forms.submitted`."""
    await signed_in(request.scope)
    forgery.check_origin(request.scope)
    form = await read(request, most=most)
    forgery.check_token(_secret(request), form.text(forgery.FIELD))
    return form


def holder_of(request: Request[Any, Any, Any]) -> str:
    """What only this browser holds: its session, or the secret of its visitor's cookie."""
    return _secret(request) or ""


def _secret(request: Request[Any, Any, Any]) -> str | None:
    found = credential_of(request.scope)
    return cookies.sent(request.scope, cookies.VISITOR) if found is None else found.secret
