# SPDX-License-Identifier: Apache-2.0
"""The resolver: a GS1 Digital Link of this server leads to what is known of the thing.

GS1-Conformant Resolver 1.2.0 over plain ASGI: 307 to the default or the
requested link with the query passed on, the linkset on request, 400 naming the
wrong part of a malformed link, 404 for what nobody recorded.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar.types import ASGIApp, Receive, Scope, Send

from nguon import gs1
from nguon.base.messages import DEFAULT_LANGUAGE, Language
from nguon.gs1 import Identifier, IdentifierError, Mode
from nguon.web import linkset
from nguon.web.code_pages import Answer, malformed, unknown
from nguon.web.errors import NotFoundError
from nguon.web.guarded import respond
from nguon.web.languages import header, negotiate
from nguon.web.services import services

SEGMENTS = (
    "00", "01", "253", "255", "401", "402", "414", "417",
    "8003", "8004", "8006", "8010", "8013", "8017", "8018",
)  # fmt: skip
"""The primary keys that are resolved: the first segments of the lane."""

DESCRIPTION_PATH = "/.well-known/gs1resolver"

_METHODS = "GET, HEAD, OPTIONS"
_CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": _METHODS,
    "access-control-allow-headers": "*",
    "access-control-expose-headers": "Link, Location, Content-Language",
}
_VARY = {"vary": "Accept, Accept-Language, Cookie"}
_LINKSET_WORDS = frozenset({"linkset", "all"})
_ORIGIN = "https://id.gs1.org"


async def resolve(scope: Any, _: Receive, send: Send) -> None:
    """One request to ``/01/…`` or another primary key."""
    method = scope["method"]
    answer = partial(_answer, send, bare=method == "HEAD")
    if method == "OPTIONS":
        await answer(204, {"allow": _METHODS})
    elif method not in {"GET", "HEAD"}:
        await answer(405, {"allow": _METHODS})
    else:
        await answer(*await _resolved(scope))


async def _resolved(scope: Scope) -> Answer:
    try:
        identifier = read(scope)
    except IdentifierError as error:
        return malformed(scope, error)
    levels = await services(scope).directory.levels(identifier)
    if not levels:
        return unknown(scope, identifier)
    query = scope.get("query_string", b"").decode("latin-1")
    wanted = dict(parse_qsl(query)).get("linkType") if "linkType" in query else None
    if wanted in _LINKSET_WORDS or (wanted is None and _wants_linkset(scope)):
        return _linkset(identifier, levels)
    target = _target(levels, wanted, negotiate(scope))
    headers = {
        **_VARY,
        "location": _forwarded(target.href, query),
        "link": _link_header(identifier, levels[0].anchor),
    }
    return 307, headers, b""


def read(scope: Mapping[str, Any], mount: str = "") -> Identifier:
    """The identifier in a request's address, read strictly; one closing slash is tolerated.

    ``mount`` is what stands before it in the path.

    Raises:
        IdentifierError: what is wrong, with its span in the address as sent.
    """
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    path = raw.decode("latin-1").removeprefix(mount).removesuffix("/")
    query = scope.get("query_string", b"").decode("latin-1")
    sent = f"{path}?{query}" if query else path
    try:
        return gs1.parse(_ORIGIN + sent, mode=Mode.STRICT)
    except IdentifierError as error:
        start, end = (max(position - len(_ORIGIN), 0) for position in (error.start, error.end))
        params = {name: value for name, value in error.params.items() if name != "part"}
        raise IdentifierError(error.code, sent, start, end, **params) from None


def _wants_linkset(scope: Scope) -> bool:
    """Whether the linkset is asked for by its media type, and no page with it."""
    accept = header(scope, b"accept") or ""
    wanted = linkset.MEDIA_TYPE in accept or "application/json" in accept
    return wanted and "text/html" not in accept


def _linkset(identifier: Identifier, levels: tuple[linkset.Level, ...]) -> Answer:
    own = _link_header(identifier, levels[0].anchor)
    headers = {
        **_VARY,
        "content-type": linkset.MEDIA_TYPE,
        "link": f"{own}, {linkset.JSON_LD_CONTEXT}",
    }
    return 200, headers, linkset.encoded(levels)


def _target(
    levels: tuple[linkset.Level, ...], wanted: str | None, language: Language
) -> linkset.Link:
    """The link of a type, from the finest level that has it, in the reader's language if it can be.

    Raises:
        NotFoundError: no level has a link of this type.
    """
    relation = linkset.DEFAULT if wanted is None else linkset.relation_of(wanted)
    for one in levels:
        found = {link.language: link for link in one.links if link.relation == relation}
        if found:
            default = found.get(DEFAULT_LANGUAGE) or next(iter(found.values()))
            return found.get(language) or default
    raise NotFoundError("resolver.no-link-type", headers=_CORS, wanted=wanted or "")


def _forwarded(href: str, query: str) -> str:
    """The target with the query passed on, but for ``linkType``, which has been answered."""
    passed = "&".join(p for p in query.split("&") if p and p.partition("=")[0] != "linkType")
    if not passed:
        return href
    return f"{href}{'&' if '?' in href else '?'}{passed}"


def _link_header(identifier: Identifier, anchor: str) -> str:
    same = f"{_ORIGIN}/{linkset.path_of(identifier)}"
    return (
        f'<{anchor}?linkType=linkset>; rel="linkset"; type="{linkset.MEDIA_TYPE}", '
        f'<{same}>; rel="owl:sameAs"'
    )


async def _answer(
    send: Send, status: int, headers: dict[str, str], body: bytes = b"", *, bare: bool = False
) -> None:
    full = {**_CORS, **headers}
    if not bare:
        await respond(send, status, full, body)
        return
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in full.items()]
    pairs.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def describe(scope: Scope, _: Receive, send: Send) -> None:
    """The resolver description file."""
    body = msgspec.json.encode(
        {
            "name": "Nguồn",
            "resolverRoot": services(scope).base_url,
            "supportedPrimaryKeys": list(SEGMENTS),
            "linkTypeDefaultCanBeLinkset": False,
        }
    )
    await _answer(send, 200, {"content-type": "application/json"}, body)


LANES: dict[str, ASGIApp] = dict.fromkeys(SEGMENTS, resolve)
EXACT: dict[tuple[str, str], ASGIApp] = {("GET", DESCRIPTION_PATH): describe}
