# SPDX-License-Identifier: Apache-2.0
"""The resolver's lanes: a GS1 Digital Link of this server leads to what is known of the thing.

GS1-Conformant Resolver 1.2 over plain ASGI: 400 naming the wrong part of a
malformed link, 404 for what nobody recorded, else what `nguon.web.resolving`
says. Finished answers are kept for the few seconds that they hold; every answer
that leads a reader somewhere is noted as a scan.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from litestar.types import ASGIApp, Receive, Send

from nguon import gs1
from nguon.gs1 import Identifier, IdentifierError, Mode
from nguon.gs1.compression import decompress
from nguon.gs1.keys import PRIMARY_KEYS
from nguon.registry.links.types import SPELLINGS
from nguon.web import linkset
from nguon.web.code_pages import Answer, malformed, unknown
from nguon.web.resolving import Question, respond_to
from nguon.web.services import services

SEGMENTS = tuple(PRIMARY_KEYS)
"""The primary keys that are resolved, all that a Digital Link can have."""

DESCRIPTION_PATH = "/.well-known/gs1resolver"

_METHODS = "GET, HEAD, OPTIONS"
_CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": _METHODS,
    "access-control-allow-headers": "*",
    "access-control-expose-headers": "Link, Location, Content-Language",
}
_ORIGIN = "https://id.gs1.org"
_KEPT = frozenset({200, 300, 307})
_SCANS = frozenset({300, 307, 404})
_MOST_KEPT = 8192
_MEANWHILE = 0.5
_MOST_OCTETS = 4096
_LONGEST = 1200
"""Characters of a request's address and headers together, for its answer to be kept."""


class _Kept(NamedTuple):
    """A finished answer; ``key`` where giving it is a scan."""

    until: float
    key: str | None
    start: tuple[int, list[tuple[bytes, bytes]]]
    body: bytes


_Mark = tuple[str, bytes, bytes, bytes, bytes, bytes]


async def resolve(scope: Any, _: Receive, send: Send) -> None:
    """One request to ``/01/…`` or another primary key."""
    parts = services(scope)
    mark = _mark(scope)
    kept = parts.directory.kept.get(mark)
    if kept is None or kept.until <= parts.directory.clock():
        kept = await _worked_out(scope, mark)
    if kept.key is not None:
        parts.scans.saw(kept.key, scope)
    status, headers = kept.start
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": kept.body, "more_body": False})


def _mark(scope: Mapping[str, Any]) -> _Mark:
    """All of a request that an answer depends on: of a header that comes twice, the first, as
    `nguon.web.languages.header` reads it, else one visitor could choose another's answer.
    """
    accept = language = cookie = None
    for name, value in scope["headers"]:
        if name == b"accept":
            accept = value if accept is None else accept
        elif name == b"accept-language":
            language = value if language is None else language
        elif name == b"cookie":
            cookie = value if cookie is None else cookie
    chosen = cookie if cookie and b"lang=" in cookie else b""
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string", b"")
    return scope["method"], path, query, accept or b"", language or b"", chosen


async def _worked_out(scope: Any, mark: _Mark) -> _Kept:
    """The answer to a request, kept where it will be asked for again."""
    directory = services(scope).directory
    age = directory.age
    (status, headers, body), key, until = await _answered(scope)
    pairs = [
        (name.encode(), value.encode("latin-1")) for name, value in {**_CORS, **headers}.items()
    ]
    pairs.append((b"content-length", str(len(body)).encode()))
    method = scope["method"]
    scanned = key if method == "GET" and status in _SCANS else None
    kept = _Kept(until, scanned, (status, pairs), b"" if method == "HEAD" else body)
    small = len(body) <= _MOST_OCTETS and sum(map(len, mark)) <= _LONGEST
    if small and status in _KEPT and age == directory.age:
        if len(directory.kept) >= _MOST_KEPT:
            directory.kept.clear()
        directory.kept[mark] = kept
    return kept


async def _answered(scope: Any) -> tuple[Answer, str | None, float]:
    """The answer, the key that it is about, and until when it is fresh."""
    method = scope["method"]
    if method not in {"GET", "HEAD"}:
        return (204 if method == "OPTIONS" else 405, {"allow": _METHODS}, b""), None, 0
    try:
        question = Question(scope, read(scope), _query(scope))
    except IdentifierError as error:
        decompressed = _decompressed(scope)
        if decompressed is None:
            return malformed(scope, error), None, 0
        question = decompressed
    directory = services(scope).directory
    found = await directory.find(question.identifier)
    key = question.identifier.key
    if not found.levels:
        return unknown(scope, question.identifier), key, 0
    # What is being renewed answers a moment longer, so that the answer is not put together again.
    soon = directory.clock() + _MEANWHILE
    return respond_to(question, found), key, max(found.fresh, min(soon, found.until))


def read(scope: Mapping[str, Any], mount: str = "") -> Identifier:
    """The identifier in a request's address, read strictly; one closing slash is tolerated.

    ``mount`` is what stands before it in the path.

    Raises:
        IdentifierError: what is wrong, with its span in the address as sent.
    """
    path = _path(scope).removeprefix(mount)
    query = _query(scope)
    sent = f"{path}?{query}" if query else path
    try:
        return gs1.parse(_ORIGIN + sent, mode=Mode.STRICT)
    except IdentifierError as error:
        start, end = (max(position - len(_ORIGIN), 0) for position in (error.start, error.end))
        params = {name: value for name, value in error.params.items() if name != "part"}
        raise IdentifierError(error.code, sent, start, end, **params) from None


def _path(scope: Mapping[str, Any]) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("latin-1").removesuffix("/")


def _query(scope: Mapping[str, Any]) -> str:
    sent: bytes = scope.get("query_string", b"")
    return sent.decode("latin-1")


def compressed(framework: ASGIApp) -> ASGIApp:
    """A lane for single segments that are nobody's: compressed links are resolved (section 2.3),
    all else goes to the framework.
    """

    async def lane(scope: Any, receive: Receive, send: Send) -> None:
        ours = _mark(scope) in services(scope).directory.kept or _decompressed(scope) is not None
        await (resolve if ours else framework)(scope, receive, send)

    return lane


def _decompressed(scope: Mapping[str, Any]) -> Question | None:
    """The question that a wholly or partly compressed link stands for; None where it is none."""
    sent = f"{_ORIGIN}{_path(scope)}"
    query = _query(scope)
    sent = f"{sent}?{query}" if query else sent
    try:
        link = decompress(sent)
        if link == sent:
            return None
        identifier = gs1.parse(link, mode=Mode.STRICT)
    except IdentifierError:
        return None
    return Question(scope, identifier, link.partition("?")[2], compressed=True)


async def describe(scope: Any, _: Receive, send: Send) -> None:
    """The resolver description file (section 3 of the standard)."""
    method = scope["method"]
    body = msgspec.json.encode(
        {
            "name": "Nguồn",
            "resolverRoot": services(scope).base_url,
            "supportedPrimaryKeys": list(SEGMENTS),
            "supportedLinkType": [{"namespace": SPELLINGS[-1], "prefix": SPELLINGS[0]}],
            "linkTypeDefaultCanBeLinkset": False,
            "jsonLdContextLocation": linkset.CONTEXT,
        }
    )
    asked = method == "OPTIONS"
    headers = {**_CORS, **({"allow": _METHODS} if asked else {"content-type": "application/json"})}
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    pairs.append((b"content-length", b"0" if asked else str(len(body)).encode()))
    status = 204 if asked else 200
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    sent = body if method == "GET" else b""
    await send({"type": "http.response.body", "body": sent, "more_body": False})


LANES: dict[str, ASGIApp] = dict.fromkeys(SEGMENTS, resolve)
EXACT: dict[tuple[str, str], ASGIApp] = {
    (method, DESCRIPTION_PATH): describe for method in ("GET", "HEAD", "OPTIONS")
}
