# SPDX-License-Identifier: Apache-2.0
"""Which language a reader gets: ``?lang=``, then the cookie, then ``Accept-Language``."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from nguon.base.messages import DEFAULT_LANGUAGE, LANGUAGES, Language

COOKIE = "lang"
_YEAR = 365 * 24 * 3600


def header(scope: Mapping[str, Any], name: bytes) -> str | None:
    """A request header of an ASGI scope, by its name in lower case."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None


def chosen(scope: Mapping[str, Any]) -> Language | None:
    """The language asked for in the address, if we speak it."""
    query = scope.get("query_string", b"")
    if b"lang=" not in query:
        return None
    return _known(parse_qs(query.decode("latin-1")).get(COOKIE, [""])[-1])


def negotiate(scope: Mapping[str, Any]) -> Language:
    """The language of the answer; Vietnamese where the reader asks for none that we speak."""
    return (
        chosen(scope)
        or _from_cookie(header(scope, b"cookie") or "")
        or _accepted(header(scope, b"accept-language") or "")
        or DEFAULT_LANGUAGE
    )


def by_hand(scope: Mapping[str, Any]) -> tuple[Language, ...]:
    """The languages that the reader chose: in the address, then by the cookie."""
    found = (chosen(scope), _from_cookie(header(scope, b"cookie") or ""))
    return tuple(language for language in found if language)


def switches(scope: Mapping[str, Any]) -> dict[Language, str]:
    """The address of this page in each language; never of another server (``//host/…``)."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    path = scope.get("raw_path") or scope["path"].encode()
    own = "/" + path.decode("latin-1").lstrip("/\\")
    links: dict[Language, str] = {}
    for language in LANGUAGES:
        asked = urlencode({**query, COOKIE: language}, doseq=True)
        links[language] = f"{own}?{asked}"
    return links


def cookie(language: Language) -> str:
    """The ``Set-Cookie`` value that keeps a choice for a year."""
    return f"{COOKIE}={language}; Path=/; Max-Age={_YEAR}; SameSite=Lax; HttpOnly"


def _known(tag: str) -> Language | None:
    primary = tag.strip().lower().partition("-")[0]
    return next((language for language in LANGUAGES if language == primary), None)


def _from_cookie(cookies: str) -> Language | None:
    for pair in cookies.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE:
            return _known(value)
    return None


def _accepted(sent: str) -> Language | None:
    """The best-weighted language that we speak (RFC 9110 section 12.5.4)."""
    best: tuple[float, Language] | None = None
    for part in sent.split(","):
        tag, _, weight = part.partition(";")
        language = _known(tag)
        quality = _quality(weight)
        if language is not None and quality > (best[0] if best else 0):
            best = (quality, language)
    return best[1] if best else None


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
