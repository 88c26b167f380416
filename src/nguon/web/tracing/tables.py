# SPDX-License-Identifier: Apache-2.0
"""An answer as tables: things, links, records, who has what, gaps."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from nguon.base.messages import Language, text
from nguon.base.time import HANOI, from_microseconds
from nguon.tables.writing import Page, Value
from nguon.trace.model import FUTURE, PAST, Link
from nguon.web.formats import element_string
from nguon.web.tracing.found import Found
from nguon.web.tracing.listed import SORTED
from nguon.web.tracing.panels import GapLine, HeldLine, RecordLine
from nguon.web.tracing.words import Words

SHEETS = ("things", "links", "records", "holdings", "gaps")


class Content(msgspec.Struct, frozen=True):
    """All that goes into the tables of an answer."""

    found: Found
    words: Words
    lanes: dict[str, str]
    records: Sequence[RecordLine]
    held: Sequence[HeldLine]
    gaps: Sequence[GapLine]
    cut: bool
    """Whether there is more than is in the tables: each says so in a last row."""


def pages(content: Content) -> list[Page]:
    """The sheets of the workbook, in their order."""
    return [page(content, name) for name in SHEETS]


def page(content: Content, name: str) -> Page:
    """One of the sheets."""
    language = content.words.language
    columns, rows = _SHEETS[name]
    headings = [text(f"trace-desk.col-{column}", language) for column in columns]
    title = f"{text('trace.title', language)}: {content.found.asked.item}"
    told = list(rows(content))
    if content.cut:
        told.append([text("trace-ask.truncated", language), *("" for _ in columns[1:])])
    return Page(text(f"trace-desk.sheet-{name}", language), headings, told, title)


def _things(content: Content) -> Iterator[list[Value]]:
    words = content.words
    rows = [words.row(node, content.lanes.get(node.key, "")) for node in content.found.things]
    for row in sorted(rows, key=SORTED["steps"]):
        yield [
            words.kind(row.label.kind),
            row.label.short,
            row.product or "",
            element_string(row.key),
            text("trace.start" if row.depth == 0 else f"trace.mode.{row.mode}", words.language),
            row.depth,
            text(f"trace-desk.lane-{row.lane or 'unknown'}", words.language),
            row.first,
            row.last,
        ]


def _links(content: Content) -> Iterator[list[Value]]:
    for link in content.found.lineage.links:
        quantity = link.quantity
        yield [
            element_string(link.source),
            element_string(link.target),
            _link_kind(link, content.words.language),
            _moment(link.start),
            _moment(link.end),
            None if quantity is None else quantity.amount,
            "" if quantity is None else quantity.unit,
            text(f"trace-desk.least-{int(link.confidence)}", content.words.language),
        ]


def _link_kind(link: Link, language: Language) -> str:
    shared = link.kind == "shared"
    return text("trace-desk.link-shared" if shared else f"trace.link.{link.kind}", language)


def _records(content: Content) -> Iterator[list[Value]]:
    for one in content.records:
        more = f" (+{one.count - len(one.things)})" if one.count > len(one.things) else ""
        yield [
            one.at,
            one.step,
            one.place,
            one.giver,
            one.taker,
            ", ".join(one.things) + more,
            one.event or "",
            one.receipt or "",
        ]


def _holdings(content: Content) -> Iterator[list[Value]]:
    language = content.words.language
    for one in content.held:
        hidden = text("trace-desk.held-hidden", language)
        state = text(f"trace-desk.state-{one.state}", language)
        party = hidden if one.hidden else one.party
        yield [party, one.place, state, one.amounts, one.count, one.since, one.sender]


def _gaps(content: Content) -> Iterator[list[Value]]:
    for one in content.gaps:
        yield [one.said, one.thing, element_string(one.key), one.amount, one.at, one.ask]


def _moment(value: int) -> Value:
    if value in (PAST, FUTURE):
        return None
    return from_microseconds(value).astimezone(HANOI)


_SHEETS: dict[str, tuple[tuple[str, ...], Any]] = {
    "things": (
        ("kind", "number", "product", "code", "role", "steps", "lane", "first", "last"),
        _things,
    ),
    "links": (
        ("from-thing", "to-thing", "link", "begin", "end", "amount", "unit", "sure"),
        _links,
    ),
    "records": (
        ("at", "step", "place", "giver", "taker", "goods", "event", "receipt"),
        _records,
    ),
    "holdings": (("party", "place", "state", "amount", "count", "since", "sender"), _holdings),
    "gaps": (("gap", "goods", "code", "amount", "at", "ask"), _gaps),
}
