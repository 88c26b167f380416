# SPDX-License-Identifier: Apache-2.0
"""A lineage as systems read it: the same for the API and the command line."""

import msgspec

from nguon import gs1
from nguon.base.time import from_microseconds, rfc3339
from nguon.trace.labels import label
from nguon.trace.model import FUTURE, PAST, Direction, Lineage


class ThingView(msgspec.Struct, frozen=True, rename="camel"):
    """A thing found. Times are RFC 3339; ``depth`` counts steps from the item asked about."""

    key: str
    uri: str
    kind: str
    mode: str
    depth: int
    first_recorded: str | None
    last_recorded: str | None


class LinkView(msgspec.Struct, frozen=True, rename="camel"):
    """``source`` went into, under or belongs to ``target``; ``end`` is null while it lasts."""

    source: str
    target: str
    kind: str
    start: str | None
    end: str | None
    quantity: str | None
    unit: str | None


class TraceView(msgspec.Struct, frozen=True, rename="camel"):
    """The lineage of an item, as its reader may see it.

    ``asOf`` is the log position that was read; ``truncated`` says that a limit
    was met; ``withheld`` counts things that are not this reader's to see;
    ``erased`` records about the things found whose content was erased.
    """

    item: str
    direction: Direction
    as_of: int
    truncated: bool
    withheld: int
    erased: int
    things: list[ThingView]
    links: list[LinkView]


def view(lineage: Lineage) -> TraceView:
    """A lineage as the API and the command line give it."""
    return TraceView(
        item=lineage.start,
        direction=lineage.direction,
        as_of=lineage.as_of,
        truncated=lineage.truncated,
        withheld=lineage.withheld,
        erased=lineage.erased,
        things=[
            ThingView(
                node.key,
                gs1.digital_link(node.key),
                label(node.key).kind,
                node.mode,
                node.depth,
                _time(node.first_time),
                _time(node.last_time),
            )
            for node in lineage.nodes
        ],
        links=[
            LinkView(
                link.source,
                link.target,
                link.kind,
                _time(link.start),
                _time(link.end),
                None if link.quantity is None else link.quantity.text,
                None if link.quantity is None else link.quantity.unit,
            )
            for link in lineage.links
        ],
    )


def _time(value: int | None) -> str | None:
    if value is None or value in (PAST, FUTURE):
        return None
    return rfc3339(from_microseconds(value))
