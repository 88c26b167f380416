# SPDX-License-Identifier: Apache-2.0
"""A trace reduced to what its reader may see."""

from typing import NamedTuple

import msgspec

from nguon.base.audience import Audience, Disclosure, EventFacts
from nguon.gs1 import memberships
from nguon.store.values import LineageEvent
from nguon.trace.model import Direction, Lineage, Link, Mode, Node, Window
from nguon.trace.steps import Known, is_lot, is_product


class Findings(NamedTuple):
    """All that the walk found, before any reduction."""

    start: str
    direction: Direction
    as_of: int
    depths: dict[str, tuple[int, Mode]]
    links: set[Link]
    known: Known
    truncated: bool
    windows: dict[tuple[str, Mode], list[Window]]
    """When each thing mattered to the question, by the ways in which it was followed."""


def as_seen_by(audience: Audience, findings: Findings) -> Lineage:
    """The lineage for a reader.

    Where the reader's disclosure of a record is full, its things are named and
    measured. Elsewhere pieces and containers appear as their lot or product, or
    are withheld and counted; quantities are left out.
    """
    disclosed = _disclosures(audience, findings)
    names: dict[str, str | None] = {}
    nodes: dict[str, Node] = {}
    for key, (depth, mode) in sorted(findings.depths.items(), key=lambda entry: entry[1][0]):
        named = mode is Mode.PROCESS or key == findings.start
        if named or _node_disclosure(key, findings, disclosed) is Disclosure.FULL:
            names[key] = key
        else:
            names[key] = _public_name(key)
        name = names[key]
        if name is not None and name not in nodes:
            nodes[name] = _node(name, key, depth, mode, findings, disclosed)
    return Lineage(
        start=findings.start,
        direction=findings.direction,
        as_of=findings.as_of,
        nodes=tuple(nodes.values()),
        links=_links(findings, names, disclosed),
        truncated=findings.truncated,
        withheld=sum(name is None for name in names.values()),
    )


def _disclosures(audience: Audience, findings: Findings) -> dict[int, Disclosure]:
    """What the reader sees of each event; having handled an item is custody of its events."""
    handled = {
        key
        for key in findings.depths
        if any(s.event.submitter == audience.organisation for s in findings.known.of(key))
    }
    return {
        shape.event.id: audience.disclosure(
            EventFacts(submitter=shape.event.submitter, custody=_touches(shape.event, handled))
        )
        for key in findings.depths
        for shape in findings.known.of(key)
    }


def _touches(event: LineageEvent, handled: set[str]) -> bool:
    return any(item.key in handled for item in event.items)


def _node_disclosure(key: str, findings: Findings, disclosed: dict[int, Disclosure]) -> Disclosure:
    return max((disclosed[s.event.id] for s in findings.known.of(key)), default=Disclosure.PUBLIC)


def _public_name(key: str) -> str | None:
    """The lot or product that a label shows anyway; nothing for containers and the like."""
    if is_lot(key) or is_product(key):
        return key
    return next(iter(memberships(key)), None)


def _node(
    name: str,
    key: str,
    depth: int,
    mode: Mode,
    findings: Findings,
    disclosed: dict[int, Disclosure],
) -> Node:
    times = [s.event.time for s in findings.known.of(key)]
    return Node(
        key=name,
        mode=mode,
        depth=depth,
        first_time=min(times, default=None),
        last_time=max(times, default=None),
        disclosure=_node_disclosure(key, findings, disclosed),
    )


def _links(
    findings: Findings, names: dict[str, str | None], disclosed: dict[int, Disclosure]
) -> tuple[Link, ...]:
    kept: set[Link] = set()
    for link in findings.links:
        source, target = names.get(link.source), names.get(link.target)
        if source is None or target is None or source == target:
            continue
        seen = Disclosure.PUBLIC if link.event is None else disclosed[link.event]
        full = seen is Disclosure.FULL
        kept.add(
            msgspec.structs.replace(
                link,
                source=source,
                target=target,
                event=link.event if full else None,
                quantity=link.quantity if full else None,
                unit=link.unit if full else None,
                disclosure=seen,
            )
        )
    return tuple(sorted(kept, key=_order))


def _order(link: Link) -> tuple[str, str, str, int, int, int]:
    return (link.source, link.target, link.kind, link.start, link.end, link.event or 0)
