# SPDX-License-Identifier: Apache-2.0
"""Which links stand at which level of an identifier; pure.

Our passport is what a code leads to, unless the holder of the code, or of its
product, chose a default of its own: that counts for everything below it. A link
type that the holder gives links of is the holder's, also for lots that nobody
recorded; our page is then described as what it is, an entry in a register.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from nguon.base.messages import LANGUAGES, text
from nguon.gs1 import digital_link
from nguon.passport.service import Known
from nguon.registry.links.model import Delegation
from nguon.registry.links.model import Link as Managed
from nguon.web.linkset import DEFAULT, HANDLED_BY, MULTI, Level, Link

_HTML = "text/html"
_PAGES = {"414": "locationInfo", "417": "registryEntry"}
_REGISTER = "registryEntry"
_TRACE = "traceability"
_RECALL = "recallStatus"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of the keys of an identifier; ``path`` is its own, as it was sent."""

    keys: Sequence[str]
    path: str
    known: Mapping[str, Known]
    links: Mapping[str, Sequence[Managed]]
    defaults: Mapping[str, str]
    delegation: Delegation | None = None
    stopped: bool = False
    """Whether it is recalled or held: then our page comes first, whatever its holder chose."""


def build(asked: Asked, base_url: str) -> tuple[Level, ...]:
    """The levels from the finest up; none where nobody knows anything of them."""
    if not (asked.known or asked.links or asked.delegation or asked.stopped):
        return ()
    names = (asked.known[key].name for key in asked.keys if key in asked.known)
    title = next(filter(None, names), None) or text("resolver.unnamed", "vi")
    levels: list[Level] = []
    inherited: tuple[Link, ...] = ()
    above: set[str] = set()
    for key in reversed(asked.keys):
        first, top = key == asked.keys[0], key == asked.keys[-1]
        handled = top and asked.delegation is not None
        if not (first or handled or key in asked.known or asked.links.get(key)):
            continue
        own = tuple(_link(one) for one in asked.links.get(key, ()))
        chosen = tuple(one for one in own if one.relation == asked.defaults.get(key))
        inherited = () if asked.stopped else chosen or inherited
        path = asked.path if first else digital_link(key, "")[1:]
        entry = asked.known.get(key)
        page = _passport(path, title, base_url, recorded=entry is not None and entry.recorded)
        theirs = above if entry is None and not own else set()
        links = _all(page, own, inherited, theirs)
        if asked.stopped:
            links = _recalled(links, page)
        level = Level(f"{base_url}/{path}", title, links)
        above |= {one.relation for one in own}
        levels.append(_handed(level, path, asked.delegation))
    return tuple(reversed(levels))


def _link(one: Managed) -> Link:
    return Link(one.type, one.href, one.title, one.hreflang, one.media_type, one.context, one.fwqs)


def _passport(path: str, title: str, base_url: str, *, recorded: bool) -> list[Link]:
    """Our page of a level in each language, its journey if recorded."""
    page = f"{base_url}/p/{path}"
    relations = [_PAGES.get(path.partition("/")[0], "pip"), *([_TRACE] if recorded else [])]
    return [
        Link(
            relation,
            f"{page}?lang={lang}",
            text(f"resolver.link-{relation}", lang, name=title),
            (lang,),
            _HTML,
        )
        for relation in relations
        for lang in LANGUAGES
    ]


def _all(
    page: Sequence[Link], own: Sequence[Link], chosen: Sequence[Link], above: AbstractSet[str]
) -> tuple[Link, ...]:
    """The links of one level: the default, its variants, then every type once.

    ``above``: types that the holder gives of something wider, of which this is an unknown part.
    """
    types = {one.relation for one in own}
    given = [*own, *(one for one in chosen if one.relation not in types)]
    taken = {one.relation for one in given} | above
    ours = [one for one in page if one.relation not in taken]
    if not ours:
        first = page[0].relation
        ours = [replace(one, relation=_REGISTER) for one in page if one.relation == first]
    if chosen:
        first_of = _first(chosen)
        variants = chosen
    else:
        first_of = replace(ours[0], href=ours[0].href.partition("?")[0])
        variants = tuple(one for one in ours if one.relation == ours[0].relation)
    default = replace(first_of, relation=DEFAULT, languages=(), type=None, context=())
    multi = [replace(one, relation=MULTI) for one in variants] if len(variants) > 1 else []
    return (default, *multi, *given, *ours)


def _recalled(links: Sequence[Link], page: Sequence[Link]) -> tuple[Link, ...]:
    """The links of something that is stopped: by default, and of its recall, to our page."""
    first = page[0].relation
    ours = [replace(one, relation=_RECALL) for one in page if one.relation == first]
    default = replace(links[0], href=ours[0].href.partition("?")[0], title=ours[0].title)
    multi = [replace(one, relation=MULTI) for one in ours]
    own = [one for one in links if one.relation not in (DEFAULT, MULTI)]
    return (replace(default, forwards=True), *multi, *ours, *own)


def _first(chosen: Sequence[Link]) -> Link:
    """The default among links of one type: one for everybody, else ours and then any language."""
    for language in ((), *((one,) for one in LANGUAGES)):
        for link in chosen:
            if link.languages[:1] == language and not link.context:
                return link
    return chosen[0]


def _handed(level: Level, path: str, to: Delegation | None) -> Level:
    """The same level, where another resolver answers for it."""
    if to is None:
        return level
    there = Link(HANDLED_BY, f"{to.resolver}/{path}", to.title)
    kept = (one for one in level.links if one.relation not in (DEFAULT, MULTI))
    return replace(level, links=(replace(there, relation=DEFAULT), there, *kept))
