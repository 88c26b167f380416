# SPDX-License-Identifier: Apache-2.0
"""The links of an identified thing as values, and as a linkset (RFC 9264, GS1 resolver 1.2.0).

Every level that is asked for or known has its own context, from the serial
number up to the product; each has exactly one ``gs1:defaultLink`` without
attributes, and says the same page again under a descriptive link type.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from nguon.base.messages import LANGUAGES, Language, text
from nguon.gs1 import Identifier

GS1 = "https://gs1.org/voc/"
DEFAULT = "defaultLink"
MEDIA_TYPE = "application/linkset+json"
JSON_LD_CONTEXT = (
    "<https://ref.gs1.org/standards/resolver/linkset-context>; "
    'rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
)
_SPELLINGS = ("gs1:", GS1, "https://www.gs1.org/voc/", "https://ref.gs1.org/voc/")
_HTML = "text/html"
_WHOLE_PLACE = ("254", "0")
_PAGES = {"414": "locationInfo", "417": "registryEntry"}


@dataclass(frozen=True, slots=True)
class Link:
    """One target; ``language`` and ``type`` are absent on the default link."""

    relation: str
    href: str
    title: str
    language: Language | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """The links of one level of an identifier, which stands at ``anchor``."""

    anchor: str
    title: str
    links: tuple[Link, ...]


def level(path: str, title: str, base_url: str, *, recorded: bool) -> Level:
    """The links of a level: its passport in each language, its journey if recorded.

    ``path`` is that of its Digital Link, ``01/…/10/…/21/…``, encoded.
    """
    page = f"{base_url}/p/{path}"
    links = [Link(DEFAULT, page, title)]
    relations = [_PAGES.get(path.partition("/")[0], "pip")]
    if recorded:
        relations.append("traceability")
    for relation in relations:
        words = f"resolver.link-{relation}"
        links += [
            Link(relation, f"{page}?lang={lang}", text(words, lang, name=title), lang, _HTML)
            for lang in LANGUAGES
        ]
    return Level(f"{base_url}/{path}", title, tuple(links))


def path_of(identifier: Identifier) -> str:
    """The path of an identifier as it was sent, each value encoded; extension ``0`` left out."""
    parts = (part for part in identifier.parts if part != _WHOLE_PLACE)
    return "/".join(f"{ai}/{quote(value, safe='')}" for ai, value in parts)


def relation_of(link_type: str) -> str | None:
    """The GS1 link type of a ``linkType`` in any of its spellings; None for another vocabulary."""
    for head in _SPELLINGS:
        if link_type.startswith(head):
            return link_type[len(head) :]
    return None


def encoded(levels: tuple[Level, ...]) -> bytes:
    """The linkset document; its first context is that of the key asked for."""
    return msgspec.json.encode({"linkset": [_context(one) for one in levels]})


def _context(one: Level) -> dict[str, Any]:
    context: dict[str, Any] = {
        "anchor": one.anchor,
        "itemDescription": one.title,
    }
    for link in one.links:
        context.setdefault(f"{GS1}{link.relation}", []).append(_target(link))
    return context


def _target(link: Link) -> dict[str, Any]:
    target: dict[str, Any] = {"href": link.href, "title": link.title}
    if link.language is not None:
        target["hreflang"] = [link.language]
    if link.type is not None:
        target["type"] = link.type
    return target
