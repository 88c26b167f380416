# SPDX-License-Identifier: Apache-2.0
"""What the resolver answers to an identifier: the link to follow, the links there are, a choice.

GS1-Conformant Resolver 1.2: 307 to the default or the requested link with the
query passed on (section 2.12: whole and as it was sent); the linkset on request
(2.9, 2.10); 300 where nothing tells links apart (2.6.3); 404 for an absent link
type (2.6.2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from nguon.gs1 import Identifier
from nguon.registry.links import types
from nguon.web import choosing, linkset
from nguon.web.choosing import Wish
from nguon.web.code_pages import Answer
from nguon.web.directory import Found
from nguon.web.errors import NotFoundError
from nguon.web.languages import by_hand, header, negotiate
from nguon.web.linkset import Level, Link
from nguon.web.pages import HTML, page, page_headers
from nguon.web.problems import answer
from nguon.web.stopped import CACHE

_VARY = {"vary": "Accept, Accept-Language, Cookie", "cache-control": CACHE}
_LINKSET_WORDS = frozenset({"linkset", "all"})
_RECALL = "gs1:recallStatus https://gs1.org/voc/recallStatus"
_HANDLED = "gs1:handledBy https://gs1.org/voc/handledBy"


class Question(NamedTuple):
    """A request for an identifier; ``query`` as it was sent (or compressed into the link)."""

    scope: Mapping[str, Any]
    identifier: Identifier
    query: str
    compressed: bool = False


def respond_to(question: Question, found: Found) -> Answer:
    """The answer where something is known of an identifier: ``found`` has levels."""
    accept = header(question.scope, b"accept") or ""
    asked = dict(parse_qsl(question.query)) if "=" in question.query else {}
    wanted = asked.get("linkType")
    if wanted in _LINKSET_WORDS or (wanted is None and _wants_linkset(accept)):
        return _linkset(question, found.levels, accept)
    if found.stopped is not None and (wanted is None or "text/html" in accept):
        return _to(question, found, found.stopped)
    if found.delegation is not None:
        return _elsewhere(question, found)
    wish = Wish(
        asked.get("context", ""),
        accept,
        header(question.scope, b"accept-language") or "",
        by_hand(question.scope),
    )
    links = _default(found.levels, wish) if wanted is None else _typed(found.levels, wanted, wish)
    if not links:
        absent = NotFoundError("resolver.no-link-type", wanted=wanted or "")
        way = (f"{found.levels[0].anchor}?linkType=linkset", "resolver.links")
        return answer(question.scope, absent, way)
    if len(links) > 1:
        return _choice(question, found.levels[0], links, accept)
    if not links[0].forwards:
        return _to(question._replace(query=""), found, links[0].href)
    return _to(question, found, links[0].href)


def _to(question: Question, found: Found, target: str) -> Answer:
    """Where a link leads, with the query passed on."""
    location = forwarded(target, question.query)
    told = _links(question, found.levels[0])
    if found.stopped is not None:
        told = f'{told}, <{found.stopped}>; rel="{_RECALL}"'
    return 307, {**_VARY, "location": location, "link": told}, b""


def forwarded(href: str, query: str) -> str:
    """The target with the query passed on as it was sent, before a fragment."""
    if not query:
        return href
    target, mark, fragment = href.partition("#")
    joint = "" if target.endswith(("?", "&")) else "&" if "?" in target else "?"
    return f"{target}{joint}{query}{mark}{fragment}"


def _wants_linkset(accept: str) -> bool:
    """Whether the linkset is asked for by a media type of its own, and no page with it."""
    wanted = any(name in accept for name in (linkset.MEDIA_TYPE, "application/json"))
    return wanted and "text/html" not in accept


def _default(levels: Sequence[Level], wish: Wish) -> tuple[Link, ...]:
    """The default link; a variant of it where the request says which suits it better."""
    first = levels[0].links
    variants = [link for link in first if link.relation == linkset.MULTI]
    found = choosing.variant(variants, wish) if variants else None
    return (found or first[0],)


def _typed(levels: Sequence[Level], wanted: str, wish: Wish) -> tuple[Link, ...]:
    """The links of a type, from the finest level that has it, that suit a request best."""
    relation = types.name_of(wanted)
    if relation == linkset.MULTI:
        return _default(levels, wish)
    for level in levels:
        links = [link for link in level.links if link.relation == relation]
        if links:
            return choosing.best(links, wish)
    return ()


def _linkset(question: Question, levels: Sequence[Level], accept: str) -> Answer:
    if _wants_page(accept):
        return _page(question, 200, levels)
    embedded = linkset.JSON_LD in accept and linkset.MEDIA_TYPE not in accept
    headers = {
        **_VARY,
        "content-type": linkset.JSON_LD if embedded else linkset.MEDIA_TYPE,
        "link": f"{_links(question, levels[0])}, {linkset.JSON_LD_CONTEXT}",
    }
    return 200, headers, linkset.encoded(levels, embedded=embedded)


def _choice(question: Question, level: Level, links: Sequence[Link], accept: str) -> Answer:
    """300: the links that nothing tells apart, as a page or as a linkset of them alone."""
    left = replace(level, links=tuple(links))
    if _wants_page(accept):
        return _page(question, 300, [left])
    headers = {**_VARY, "content-type": linkset.MEDIA_TYPE, "link": _links(question, level)}
    return 300, headers, linkset.encoded([left])


def _wants_page(accept: str) -> bool:
    return "text/html" in accept and linkset.MEDIA_TYPE not in accept


def _page(question: Question, status: int, levels: Sequence[Level]) -> Answer:
    language = negotiate(question.scope)
    html = page(
        question.scope,
        "resolver/links.html",
        levels=levels,
        choice=status == 300,
        said=lambda link: types.title(link.relation, language),
    )
    own = page_headers(question.scope, "no-store")
    headers = {**_VARY, **own, "vary": _VARY["vary"], "content-type": HTML}
    headers["link"] = _links(question, levels[0])
    return status, headers, html.encode()


def _elsewhere(question: Question, found: Found) -> Answer:
    """To the resolver that answers for this prefix, with the uncompressed key (section 2.8)."""
    there = found.levels[0].links[0].href
    links = f'<{there}>; rel="{_HANDLED}"'
    if question.compressed:
        links = f"{links}, {_same(found.levels[0])}"
    return 307, {**_VARY, "location": forwarded(there, question.query), "link": links}, b""


def _links(question: Question, level: Level) -> str:
    anchor = level.anchor
    links = f'<{anchor}?linkType=linkset>; rel="linkset"; type="{linkset.MEDIA_TYPE}"'
    return f"{links}, {_same(level)}" if question.compressed else links


def _same(level: Level) -> str:
    return f'<{level.anchor}>; rel="owl:sameAs"'
