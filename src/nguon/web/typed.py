# SPDX-License-Identifier: Apache-2.0
"""What was typed into a form whose sender was not signed in any more.

It waits for half an hour on the server's disk, for that browser alone and, where
the session is still known, for its person. After signing in the form is there
again; nothing is done until it is sent once more. Files, passwords and form
tokens are never kept, and nothing that another site made a browser send.

Whoever sends many such forms has only the newest ones kept. Strangers share a
room of their own, so that none of them costs a person who has an account a form.
"""

import os
import re
import secrets
import time
from collections import defaultdict
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from nguon.identity.accounts import browsers, sessions
from nguon.identity.accounts.attempts import network
from nguon.web import auth, forgery
from nguon.web import sessions as cookies
from nguon.web.errors import ProveAgainError, SignInAgainError, UnauthenticatedError, WebError
from nguon.web.forms import Form, read
from nguon.web.problems import wants_page
from nguon.web.services import services

PAGE = "/account/typed"
SECONDS = 30 * 60
_SHOWN_FOR = 120
"""Seconds for which it can be shown again after it was shown once."""
_MOST_OCTETS = 256 * 1024
_MOST_OF_ONE = 20
"""Forms of one person, or from one address where no person is known."""
_MOST_OF_STRANGERS = 200
"""Forms from addresses where no person is known: some fifty megabytes."""
_POOL = re.compile(r"[ps][0-9a-f]{1,16}")
_PAGES = ("/w/", "/s/")
_SECRET = ("password", "old", "new", forgery.FIELD)


class Typed(msgspec.Struct, frozen=True):
    """A form that waits: where it goes, its fields as they came, whose it is."""

    path: str
    fields: tuple[tuple[str, str], ...]
    expires: float
    person: int | None = None
    files: bool = False
    """There were files, which are to be chosen again."""


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """As `nguon.web.auth.guard`; a person's form that comes too late is kept."""
    try:
        await auth.guard(connection, handler)
    except UnauthenticatedError as error:
        if not isinstance(connection, Request) or not _of_person(connection):
            raise
        form = await _form(connection)
        if form is None:
            raise
        headers = _kept(connection, form, "/account/sign-in")
        raise SignInAgainError(error.code, headers=headers) from error
    except ProveAgainError as error:
        if not isinstance(connection, Request) or not _of_person(connection):
            raise
        form = await _form(connection)
        if form is not None:
            error.headers.update(_kept(connection, form, "/account/confirm"))
        raise


def _of_person(request: Request[Any, Any, Any]) -> bool:
    scope: Any = request.scope
    known = cookies.sent(scope) or cookies.sent(scope, cookies.MARK)
    ours = scope["path"].startswith(_PAGES) and wants_page(scope)
    return bool(
        scope["method"] == "POST" and ours and known and "authorization" not in request.headers
    )


async def _form(request: Request[Any, Any, Any]) -> Form | None:
    with suppress(WebError):
        forgery.check_origin(request.scope)
        return await read(request, most=_MOST_OCTETS)
    return None


def _kept(request: Request[Any, Any, Any], form: Form, way: str) -> dict[str, str]:
    """Puts the form down; the headers of the answer, which leads to where to sign in."""
    scope: Any = request.scope
    session, store = cookies.sent(scope), services(scope).store
    person = sessions.whose(store, session) if session else None
    client = request.client.host if request.client else ""
    pool = pool_of(person or browsers.marked(store, cookies.sent(scope, cookies.MARK)), client)
    typed = Typed(
        path=scope["path"],
        fields=tuple((name, text) for name in form.names() for text in _texts(form, name)),
        expires=time.time() + SECONDS,
        person=person,
        files=bool(form.files),
    )
    headers = {"location": f"{way}?next={PAGE}"}
    with suppress(OSError):
        token = keep(folder_of(scope), pool, typed)
        cookie = cookies.kept(scope, cookies.TYPED, token, SECONDS)
        headers["set-cookie"] = cookie.to_header(header="")
    return headers


def _texts(form: Form, name: str) -> list[str]:
    secret = name in _SECRET or "password" in name
    return [] if secret else form.all(name)


def folder_of(scope: Any) -> Path:
    """Where forms wait."""
    return services(scope).uploads.parent / "typed"


def pool_of(person: int | None, address: str) -> str:
    """With which others a form shares its room: its person's, else those from its network."""
    if person is not None:
        return f"p{person:x}"
    return f"s{sha256(network(address).encode()).hexdigest()[:16]}"


def keep(folder: Path, pool: str, typed: Typed) -> str:
    """Put a form down; gives the token that finds it. Those whose time is over leave, and the
    oldest of a pool that has too many.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = time.time()
    waiting: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for entry in os.scandir(folder):
        with suppress(FileNotFoundError):
            waiting[entry.name.partition("-")[0]].append((entry.stat().st_mtime, entry.path))
    leaving = [path for some in waiting.values() for at, path in some if at < now - SECONDS]
    leaving += [path for _, path in sorted(waiting[pool])[: 1 - _MOST_OF_ONE or None]]
    strangers = [some for name, some in waiting.items() if name.startswith("s")]
    if pool.startswith("s") and sum(map(len, strangers)) >= _MOST_OF_STRANGERS:
        crowded = max(strangers, key=len)
        leaving.append(min(crowded)[1])
    for path in leaving:
        Path(path).unlink(missing_ok=True)
    token = f"{pool}-{secrets.token_urlsafe(24)}"
    _write(_path(folder, token), typed)
    return token


def find(folder: Path, token: str, person: int | None) -> Typed | None:
    """The form that waits for this browser and person."""
    try:
        found = msgspec.json.decode(_path(folder, token).read_bytes(), type=Typed)
    except (OSError, msgspec.DecodeError):
        return None
    theirs = found.person in (None, person)
    return found if theirs and found.expires >= time.time() else None


def shown(folder: Path, token: str, typed: Typed) -> None:
    """It was shown: for a moment more it may be, should the answer have been lost."""
    expires = min(typed.expires, time.time() + _SHOWN_FOR)
    with suppress(OSError):
        _write(_path(folder, token), msgspec.structs.replace(typed, expires=expires))


def _path(folder: Path, token: str) -> Path:
    pool = token.partition("-")[0]
    digest = sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    return folder / f"{pool if _POOL.fullmatch(pool) else 's0'}-{digest}"


def _write(path: Path, typed: Typed) -> None:
    written = path.with_suffix(f".{secrets.token_hex(4)}")
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(typed))
    written.replace(path)
