# SPDX-License-Identifier: Apache-2.0
"""A lineage as systems read it: the same for the API and the command line."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from nguon import gs1
from nguon.base.time import from_microseconds, rfc3339
from nguon.trace.amounts import Amount
from nguon.trace.answering import Answer
from nguon.trace.backwards import Backward
from nguon.trace.labels import label
from nguon.trace.model import FUTURE, PAST, Direction, Lineage, Link, Node
from nguon.trace.starting import Starts


class ThingView(msgspec.Struct, frozen=True, rename="camel"):
    """A thing found. Times are RFC 3339; ``depth`` counts steps from what was asked about."""

    key: str
    uri: str
    kind: str
    mode: str
    depth: int
    first_recorded: str | None
    last_recorded: str | None


class LinkView(msgspec.Struct, frozen=True, rename="camel"):
    """``source`` went into, under or belongs to ``target``; ``end`` is null while it lasts.

    ``confidence``: ``exact`` (serial numbers), ``lot``, ``inferred`` (from place and time) or
    ``ambiguous`` (only the product is named).
    """

    source: str
    target: str
    kind: str
    start: str | None
    end: str | None
    quantity: str | None
    unit: str | None
    confidence: str


class BackwardView(msgspec.Struct, frozen=True, rename="camel"):
    """A record of ``key`` at ``time`` that needs one of ``causeTime``, which is later."""

    key: str
    kind: str
    time: str | None
    cause_time: str | None


class AmountView(msgspec.Struct, frozen=True, rename="camel"):
    """How much of a lot was made and used; exact decimals as text, null where records leave
    it open. ``affected`` is at most, ``share`` (0 to 1) by proportion of the inputs.
    """

    key: str
    unit: str
    made: str | None
    used: str | None
    affected: str | None
    share: str | None


class LimitView(msgspec.Struct, frozen=True, rename="camel"):
    """The limit that was met first (``things``, ``depth`` or ``records``), how many steps from
    the start, and how many things known to hang on the answer were left unfollowed.
    """

    name: str
    depth: int
    unfollowed: int


class TraceView(msgspec.Struct, frozen=True, rename="camel"):
    """The lineage of what was asked about, as its reader may see it.

    ``item`` is what the text named, ``kind`` what that is, ``starts`` the things that it
    stands for (``startsTruncated``: the newest of them); ``recorded`` whether any record
    names them. ``asOf`` is the log position that was read; ``truncated`` says that a limit
    was met, ``limit`` which; ``withheld`` counts things that are not this reader's to see;
    ``erased`` records about the things found whose content was erased. ``backwards`` are
    records that run backwards in time, which are not followed.
    """

    item: str
    kind: str
    starts: list[str]
    starts_truncated: bool
    recorded: bool
    direction: Direction
    as_of: int
    truncated: bool
    limit: LimitView | None
    withheld: int
    erased: int
    things: list[ThingView]
    links: list[LinkView]
    backwards: list[BackwardView]
    amounts: list[AmountView]


class LevelView(msgspec.Struct, frozen=True, rename="camel"):
    """A line of a streamed answer: things of one level, and the links that led to them."""

    level: int
    things: list[ThingView]
    links: list[LinkView]


def view(starts: Starts, answer: Answer) -> TraceView:
    """An answer as the API and the command line give it.

    The last line of a streamed one is the same without things and links.
    """
    lineage = answer.lineage
    return TraceView(
        item=starts.key,
        kind=starts.kind,
        starts=list(starts.keys),
        starts_truncated=starts.truncated,
        recorded=answer.recorded,
        direction=lineage.direction,
        as_of=lineage.as_of,
        truncated=lineage.truncated,
        limit=limit_view(lineage),
        withheld=lineage.withheld,
        erased=lineage.erased,
        things=things(lineage.nodes),
        links=links(lineage.links),
        backwards=[_backward(one) for one in answer.backwards],
        amounts=[_amount(one) for one in answer.amounts],
    )


def limit_view(lineage: Lineage) -> LimitView | None:
    """Which limit was met; None where all was found."""
    if lineage.limit is None:
        return None
    return LimitView(lineage.limit, lineage.limit_depth or 0, lineage.unfollowed)


def things(nodes: Iterable[Node]) -> list[ThingView]:
    """Things found, in their order."""
    return [
        ThingView(
            node.key,
            gs1.digital_link(node.key),
            label(node.key).kind,
            node.mode,
            node.depth,
            _time(node.first_time),
            _time(node.last_time),
        )
        for node in nodes
    ]


def links(found: Iterable[Link]) -> list[LinkView]:
    """Links found, in their order."""
    return [
        LinkView(
            link.source,
            link.target,
            link.kind,
            _time(link.start),
            _time(link.end),
            None if link.quantity is None else link.quantity.text,
            None if link.quantity is None else link.quantity.unit,
            link.confidence.name.lower(),
        )
        for link in found
    ]


def _backward(one: Backward) -> BackwardView:
    return BackwardView(one.key, one.kind, _time(one.time), _time(one.cause_time))


def _amount(one: Amount) -> AmountView:
    figures = (one.made, one.used, one.affected, one.share)
    return AmountView(one.key, one.unit, *map(_text, figures))


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _time(value: int | None) -> str | None:
    if value is None or value in (PAST, FUTURE):
        return None
    return rfc3339(from_microseconds(value))
