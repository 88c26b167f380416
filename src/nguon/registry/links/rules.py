# SPDX-License-Identifier: Apache-2.0
"""What a link must be like; pure.

GS1-Conformant Resolver 1.2 section 2.5 (target, type, title, language, media
type, context) and the patterns of the GS1 linkset schema.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from nguon.base.errors import Fault
from nguon.registry.links import types
from nguon.registry.links.model import LinkAsked

MOST_LINKS = 100
"""Links of one key."""
_MOST_HREF = 2000
_MOST_TITLE = 200
_MOST_WORDS = 20
_MOST_WORD = 60
_URI = re.compile(r"[0-9A-Za-z\-._~:/?#\[\]@!$&'()*+,;=%]+")
_HOST = re.compile(r"(?=.{1,253}$)[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?(\.[0-9A-Za-z-]+)+")
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:-([A-Za-z]{2}))?")
_MEDIA_TYPE = re.compile(
    r"(application|audio|font|haptics|image|message|model|multipart|text|video)/[\w.+-]{1,100}",
    re.ASCII,
)
_WORD = re.compile(r"[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?")
Found = Iterator[tuple[str, str, dict[str, Any]]]
"""Field, code of what is wrong, parameters."""


def checked(asked: Sequence[LinkAsked], own: str) -> tuple[list[LinkAsked], list[Fault]]:
    """The links in their one spelling, and everything that is wrong with them.

    ``own`` is the address of this server: a link may lead to its pages, never
    back to its resolver.
    """
    faults = []
    if len(asked) > MOST_LINKS:
        faults.append(Fault("/links", "links.too-many", {"most": MOST_LINKS}))
    tidied = [_tidied(one) for one in asked[:MOST_LINKS]]
    seen: set[LinkAsked] = set()
    for number, one in enumerate(tidied):
        found = [*_type(one), *_href(one, own), *_words(one), *_days(one)]
        if one in seen:
            found.append(("href", "links.twice", {}))
        seen.add(one)
        faults += [Fault(f"/links/{number}/{field}", code, params) for field, code, params in found]
    return tidied, faults


def default_fault(default: str | None, links: Sequence[LinkAsked]) -> Fault | None:
    """What is wrong with the choice of a default: it is a link type that public links have."""
    if default is None or any(one.type == default and one.public for one in links):
        return None
    return Fault("/default", "links.default-without-link", {"type": default})


def root_fault(resolver: str, own: str) -> str | None:
    """The code of what is wrong with the root of another resolver."""
    wrong = next(_href(LinkAsked(type="", href=resolver, title=""), own), None)
    if wrong is not None:
        return wrong[1]
    parts = urlsplit(resolver)
    return "links.resolver-root" if parts.query or parts.fragment else None


def _tidied(one: LinkAsked) -> LinkAsked:
    return msgspec.structs.replace(
        one,
        type=types.known(one.type) or one.type,
        href=one.href.strip(),
        title=" ".join(one.title.split()),
        hreflang=tuple(dict.fromkeys(_language(tag) for tag in one.hreflang)),
        media_type=one.media_type.strip().lower() or None if one.media_type else None,
        context=tuple(dict.fromkeys(one.context)),
    )


def _language(tag: str) -> str:
    found = _LANGUAGE.fullmatch(tag)
    if found is None:
        return tag
    return found[1].lower() + (f"-{found[2].upper()}" if found[2] else "")


def _type(one: LinkAsked) -> Found:
    if one.type in types.offered():
        return
    code = "links.type-reserved" if types.known(one.type) else "links.type-unknown"
    yield "type", code, {"type": one.type[:_MOST_WORD]}


def _href(one: LinkAsked, own: str) -> Found:
    if len(one.href) > _MOST_HREF:
        yield "href", "links.href-long", {"most": _MOST_HREF}
        return
    try:
        parts = urlsplit(one.href)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        yield "href", "links.href", {}
        return
    if not one.href.startswith("https://"):
        yield "href", "links.href-https", {}
    elif not _URI.fullmatch(one.href) or not _HOST.fullmatch(host) or port == 0:
        yield "href", "links.href", {}
    elif parts.username is not None:
        yield "href", "links.href-password", {}
    elif _leads_back(one.href, host, own):
        yield "href", "links.href-own", {}


def _leads_back(href: str, host: str, own: str) -> bool:
    """Whether a target is on this server, and not one of its pages."""
    pages = ("/p/", "/r/", "/media/", "/docs")
    return host == urlsplit(own).hostname and not urlsplit(href).path.startswith(pages)


def _words(one: LinkAsked) -> Found:
    if not one.title:
        yield "title", "links.title-missing", {}
    elif len(one.title) > _MOST_TITLE:
        yield "title", "links.title-long", {"most": _MOST_TITLE}
    for tag in one.hreflang:
        if not _LANGUAGE.fullmatch(tag):
            yield "hreflang", "links.language", {"tag": tag[:_MOST_WORD]}
    if one.media_type is not None and not _MEDIA_TYPE.fullmatch(one.media_type):
        yield "media_type", "links.media-type", {"type": one.media_type[:_MOST_WORD]}
    for word in one.context:
        if len(word) > _MOST_WORD or not _WORD.fullmatch(word):
            yield "context", "links.context", {"word": word[:_MOST_WORD]}
    for field in ("hreflang", "context"):
        if len(getattr(one, field)) > _MOST_WORDS:
            yield field, "links.words-many", {"most": _MOST_WORDS}


def _days(one: LinkAsked) -> Found:
    if one.valid_from and one.valid_to and one.valid_to < one.valid_from:
        yield "valid_to", "links.days", {}
