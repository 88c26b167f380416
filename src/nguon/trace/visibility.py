# SPDX-License-Identifier: Apache-2.0
"""A trace reduced to what its reader may see."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import msgspec

from nguon.base.audience import Audience, Disclosure, EventFacts
from nguon.gs1 import memberships
from nguon.store.custody import PARTIES, Handling, in_custody, party_keys, things
from nguon.store.hooks import NamedOrganisations
from nguon.store.values import LineageEvent
from nguon.trace.model import Direction, Limit, Lineage, Link, Mode, Node, Window
from nguon.trace.steps import Known, is_lot, is_product

_NOBODY = -1
"""No organisation."""


class Findings(NamedTuple):
    """All that the walk found, before any reduction."""

    start: str
    direction: Direction
    as_of: int
    depths: dict[str, tuple[int, Mode]]
    links: Collection[Link]
    """Each once."""
    known: Known
    truncated: bool
    windows: dict[tuple[str, Mode], list[Window]]
    """When each thing mattered to the question, by the ways in which it was followed."""
    cut: bool = False
    """Records were left unread: custody, which rests on the first of them, is not known."""
    limit: Limit | None = None
    limit_depth: int | None = None
    unfollowed: int = 0
    starts: tuple[str, ...] = ()
    partial: bool = False
    """The walk goes on: custody is concluded only of things whose records were all read."""
    fresh: AbstractSet[str] | None = None
    """Of a part: the things to tell now; those of depth ``since`` and more for the first time."""
    since: int = 0
    indexed: bool = False
    """Told by the index: links come in the order in which they are told; all things were read."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The things asked about."""
        return self.starts or (self.start,)


def as_seen(findings: Findings, disclosed: Mapping[int, Disclosure]) -> Lineage:
    """The lineage for a reader who sees so much of each event.

    Where the disclosure of a record is full, its things are named and measured.
    Elsewhere pieces and containers appear as their lot or product, or are
    withheld and counted; quantities are left out.
    """
    whole = findings.indexed and all(level is Disclosure.FULL for level in disclosed.values())
    levels = _opened(findings) if whole else _levels(findings, disclosed)
    if whole and findings.fresh is None and _own_names(findings, levels):
        told = _as_found(findings, levels)
    else:
        told = _reduced(findings, disclosed, levels)
    return Lineage(
        start=findings.start,
        starts=findings.starts,
        direction=findings.direction,
        as_of=findings.as_of,
        nodes=told.nodes,
        links=told.links,
        truncated=findings.truncated,
        withheld=told.withheld,
        limit=findings.limit,
        limit_depth=findings.limit_depth,
        unfollowed=findings.unfollowed,
    )


class _Told(NamedTuple):
    """What the reader is told; ``withheld`` things are counted alone."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    withheld: int


def _by_depth(findings: Findings) -> list[tuple[str, tuple[int, Mode]]]:
    return sorted(findings.depths.items(), key=lambda entry: entry[1][0])


def _own_names(findings: Findings, levels: Mapping[str, Disclosure]) -> bool:
    """Whether the reader is told everything under its own name."""
    return all(
        levels[key] is Disclosure.FULL or mode is Mode.PROCESS or _public_name(key) == key
        for key, (_, mode) in findings.depths.items()
    )


def _as_found(findings: Findings, levels: Mapping[str, Disclosure]) -> _Told:
    """All that the index found, whose links name nothing else: nothing to rename, to withhold or
    to put in order.
    """
    span = findings.known.span
    nodes = [
        Node(key, mode, depth, *span(key), levels[key])
        for key, (depth, mode) in _by_depth(findings)
    ]
    links = [
        link
        if link.event is not None
        else msgspec.structs.replace(link, quantity=None, disclosure=Disclosure.PUBLIC)
        for link in findings.links
        if link.source != link.target
    ]
    return _Told(tuple(nodes), tuple(links), withheld=0)


def _reduced(
    findings: Findings, disclosed: Mapping[int, Disclosure], levels: Mapping[str, Disclosure]
) -> _Told:
    """Things and links under the names that the reader may know, at the levels that he sees."""
    names: dict[str, str | None] = {}
    nodes: dict[str, Node] = {}
    for key, (depth, mode) in _by_depth(findings):
        open_to_reader = mode is Mode.PROCESS or levels[key] is Disclosure.FULL
        names[key] = key if open_to_reader else _public_name(key)
        name = names[key]
        told = findings.fresh is None or key in findings.fresh
        if told and name is not None and name not in nodes:
            nodes[name] = Node(name, mode, depth, *findings.known.span(key), levels[key])
    withheld = sum(
        name is None and findings.depths[key][0] >= findings.since for key, name in names.items()
    )
    return _Told(tuple(nodes.values()), _links(findings, names, disclosed), withheld)


def records(findings: Findings) -> Mapping[int, LineageEvent]:
    """The events found, by number."""
    return findings.known.records(findings.depths)


def sees_all(audience: Audience) -> bool:
    """Whether a reader sees every record in full, whatever it says."""
    return audience.disclosure(EventFacts(_NOBODY)) is Disclosure.FULL


def disclosures(
    audience: Audience,
    findings: Findings,
    holders_of: NamedOrganisations,
    provinces: Mapping[int, frozenset[str]],
) -> dict[int, Disclosure]:
    """What the reader sees of each event found; ``provinces`` are those of the mandate."""
    if sees_all(audience):
        return dict.fromkeys(findings.known.all_numbers(findings.depths), Disclosure.FULL)
    events = records(findings)
    handlings = [Handling(e.seq, e.submitter, e.items) for e in events.values()]
    reader = audience.organisation
    holders = {} if reader is None else holders_of(party_keys(handlings))
    told = () if findings.cut else handlings
    custody = set() if reader is None else in_custody(reader, told, holders)
    if findings.partial:
        custody &= findings.known.by_key.keys()
    return {
        event.id: audience.disclosure(
            EventFacts(
                submitter=event.submitter,
                named=frozenset(
                    holders[item.key]
                    for item in event.items
                    if item.role in PARTIES and item.key in holders
                ),
                custody=not things(event.items).isdisjoint(custody),
                provinces=provinces.get(event.id, frozenset()),
            )
        )
        for event in events.values()
    }


def _opened(findings: Findings) -> dict[str, Disclosure]:
    """The same where every record is seen in full."""
    asked, known = frozenset(findings.asked), findings.known
    return {
        key: Disclosure.FULL
        if key in asked or known.span(key)[0] is not None
        else Disclosure.PUBLIC
        for key in findings.depths
    }


def _levels(findings: Findings, disclosed: Mapping[int, Disclosure]) -> dict[str, Disclosure]:
    """How much the reader may know of each thing: as much as of a record that ties it in.

    An own record about a thing does not open what others recorded of its way.
    """
    levels = dict.fromkeys(findings.depths, Disclosure.PUBLIC)
    levels.update((key, Disclosure.FULL) for key in findings.asked if key in levels)
    for link in findings.links:
        for key in (link.source, link.target):
            if key not in levels:
                continue
            if link.event is not None:
                level = disclosed[link.event]
            else:
                own = (disclosed[number] for number in findings.known.numbers(key))
                level = max(own, default=Disclosure.PUBLIC)
            levels[key] = max(levels[key], level)
    return levels


def _public_name(key: str) -> str | None:
    """The lot or product that a label shows anyway; nothing for containers and the like."""
    if is_lot(key) or is_product(key):
        return key
    return next(iter(memberships(key)), None)


def _links(
    findings: Findings, names: dict[str, str | None], disclosed: Mapping[int, Disclosure]
) -> tuple[Link, ...]:
    kept: list[Link] = []
    ordered = findings.indexed
    for link in findings.links:
        source, target = names.get(link.source), names.get(link.target)
        if source is None or target is None or source == target:
            continue
        seen = Disclosure.PUBLIC if link.event is None else disclosed[link.event]
        full = seen is Disclosure.FULL
        same = source == link.source and target == link.target
        if same and seen is link.disclosure:
            kept.append(link)
            continue
        ordered = ordered and same and (full or link.event is None)
        kept.append(
            msgspec.structs.replace(
                link,
                source=source,
                target=target,
                event=link.event if full else None,
                quantity=link.quantity if full else None,
                disclosure=seen,
            )
        )
    return tuple(kept if ordered else sorted(set(kept), key=_order))


def _order(link: Link) -> tuple[str, str, str, int, int, int]:
    return (link.source, link.target, link.kind, link.start, link.end, link.event or 0)
