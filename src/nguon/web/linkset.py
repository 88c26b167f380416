# SPDX-License-Identifier: Apache-2.0
"""The links of an identified thing as values, and as a linkset (RFC 9264, GS1 resolver 1.2).

Every level that is asked for or known has its own context, from the serial
number up to the product; each has exactly one ``gs1:defaultLink`` without
attributes, and describes the same page again under another link type.

``itemDescription`` says what a context is about: the schema that GS1's test
suite loads demands it and would read 1.2's new ``description`` as a relation;
1.2 only calls it deprecated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from nguon.gs1 import Identifier
from nguon.registry.links.types import NAMESPACE

DEFAULT = "defaultLink"
MULTI = "defaultLinkMulti"
HANDLED_BY = "handledBy"
MEDIA_TYPE = "application/linkset+json"
CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
JSON_LD = "application/ld+json"
JSON_LD_CONTEXT = f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="{JSON_LD}"'
_WHOLE_PLACE = ("254", "0")


@dataclass(frozen=True, slots=True)
class Link:
    """One target; ``languages`` empty, ``type`` None: it says nothing about them."""

    relation: str
    href: str
    title: str
    languages: tuple[str, ...] = ()
    type: str | None = None
    context: tuple[str, ...] = ()
    forwards: bool = True
    """Whether the query of a request is passed on."""


@dataclass(frozen=True, slots=True)
class Level:
    """The links of one level of an identifier, which stands at ``anchor``."""

    anchor: str
    title: str
    links: tuple[Link, ...]


def path_of(identifier: Identifier) -> str:
    """The path of an identifier as it was sent, each value encoded; extension ``0`` left out."""
    parts = (part for part in identifier.parts if part != _WHOLE_PLACE)
    return "/".join(f"{ai}/{quote(value, safe='')}" for ai, value in parts)


def encoded(levels: Sequence[Level], *, embedded: bool = False) -> bytes:
    """The linkset document; its first context is that of the key asked for.

    ``embedded``: as JSON-LD, with the context inside.
    """
    head = {"@context": CONTEXT} if embedded else {}
    return msgspec.json.encode({**head, "linkset": [_context(one) for one in levels]})


def _context(one: Level) -> dict[str, Any]:
    context: dict[str, Any] = {
        "anchor": one.anchor,
        "itemDescription": one.title,
    }
    for link in one.links:
        context.setdefault(f"{NAMESPACE}{link.relation}", []).append(_target(link))
    return context


def _target(link: Link) -> dict[str, Any]:
    """A target object; the default has a title and nothing else, whatever it is."""
    target: dict[str, Any] = {"href": link.href, "title": link.title}
    if link.relation == DEFAULT:
        return target
    if link.languages:
        target["hreflang"] = list(link.languages)
    if link.type is not None:
        target["type"] = link.type
    if link.context:
        target["context"] = list(link.context)
    if not link.forwards:
        target["fwqs"] = False
    return target
