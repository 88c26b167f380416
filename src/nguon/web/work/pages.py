# SPDX-License-Identifier: Apache-2.0
"""Pages of the workspace: the frame around them, and the way on after a form."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from litestar import Request, Response

from nguon.base.messages import Language
from nguon.identity.model import Role
from nguon.messages import counting
from nguon.web import forgery
from nguon.web.auth import credential_of, principal_of, signed_of
from nguon.web.languages import negotiate
from nguon.web.pages import render
from nguon.web.services import services
from nguon.web.work.navigation import menu

_ADDRESS = "%/?#&=:;,+@!$'()*[]~"
"""Marks that an address has already where it is put together; letters with accents it has not."""


@dataclass(frozen=True, slots=True)
class Me:
    """Who works here, as the frame says it; ``person`` is None for a key."""

    person: int | None
    name: str
    organisation: str
    role: Role | None


def work(
    request: Request[Any, Any, Any],
    template: str,
    *,
    here: str,
    status_code: int = 200,
    **context: Any,
) -> Response[bytes]:
    """A page of the workspace; ``here`` is the id of its entry in the menu."""
    found = credential_of(request.scope)
    by = principal_of(request.scope)
    return render(
        request,
        template,
        status_code=status_code,
        cache_control="no-store",
        me=me(request),
        nav=menu(by.scopes),
        here=here,
        unread=counting.unread(services(request.scope).store, by.organisation),
        scopes=by.scopes,
        token=forgery.token(found.secret) if found is not None and found.ambient else "",
        **context,
    )


def me(request: Request[Any, Any, Any]) -> Me:
    """Who asks."""
    principal = principal_of(request.scope)
    signed = signed_of(request.scope)
    if signed is None:
        return Me(None, principal.name, "", None)
    organisation = named(signed.names, negotiate(request.scope))
    return Me(principal.person, principal.name, organisation, signed.role)


def named(names: tuple[str, str | None], language: Language) -> str:
    """An organisation's name in a language."""
    vietnamese, english = names
    return english or vietnamese if language == "en" else vietnamese


def go_to(path: str, **headers: str) -> Response[bytes]:
    """The way on after a form was taken: 303, so that reloading sends nothing again."""
    return Response(
        b"", status_code=303, headers={"location": quote(path, safe=_ADDRESS), **headers}
    )
