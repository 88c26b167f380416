# SPDX-License-Identifier: Apache-2.0
"""Questions to the captured events: index terms preselect, the whole condition decides.

Only events that the reader sees in full are answered: the reduced form of a
record still names the pieces that others hold. The log's head at the first page
is the snapshot that all pages share, so that their union is exactly what was
recorded then.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from nguon.base.audience import Audience, Disclosure
from nguon.base.time import to_microseconds
from nguon.capture.errors import ResultTooLargeError
from nguon.epcis.query import EventQuery
from nguon.epcis.terms import term
from nguon.store import Store
from nguon.store.events import cursor_of
from nguon.store.values import Cursor, Order, StoredEvent, Window

SCAN_LIMIT = 20_000
"""Events that one page may read before the query is refused as too complex."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a page begins."""

    upto: int
    """The snapshot: the log's head at the first page."""
    after: Cursor | None = None
    given: int = 0
    """Events on earlier pages."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the events asked for, and where the next page starts."""

    events: list[StoredEvent]
    following: Start | None


def page(
    store: Store, audience: Audience, query: EventQuery, size: int, start: Start | None = None
) -> Page:
    """The next ``size`` events of a query, of those that this reader sees in full.

    Raises:
        ResultTooLargeError: more than ``maxEventCount`` match.
        ScanLimitError: too many events would have to be read.
    """
    first = start or Start(store.events.head().seq)
    left = size
    if query.event_count_limit is not None:
        left = min(size, query.event_count_limit - first.given)
    order = Order(query.order_by or Order.EVENT_TIME)
    with closing(_matching(store, audience, query, order, first)) as stream:
        events = list(islice(stream, max(left, 0)))
        more = next(stream, None) is not None
        if query.max_event_count is not None and start is None:
            _require_at_most(query.max_event_count, len(events) + more, stream)
    store.events.note(audience, events)
    given = first.given + len(events)
    if not more or not events or given == query.event_count_limit:
        return Page(events, None)
    return Page(events, Start(first.upto, cursor_of(events[-1], order), given))


def by_event_id(
    store: Store, audience: Audience, event_id: str, cbv_hash: str | None
) -> list[StoredEvent]:
    """The events with an eventID, oldest first; ``cbv_hash`` where the ID is a CBV hash (hex).

    An event that was captured without an eventID goes by its hash.
    """
    found = [
        entry
        for entry in store.events.by_event_id(audience, event_id)
        if entry.disclosure is Disclosure.FULL
    ]
    if cbv_hash is None:
        return found
    groups = [[term("cbvHash", cbv_hash)]]
    unnamed = [
        entry
        for entry in store.events.candidates(audience, groups, order=Order.RECORD_TIME)
        if entry.event.event_id is None and entry.cbv_hash.hex() == cbv_hash
    ]
    store.events.note(audience, unnamed)
    return sorted(found + unnamed, key=lambda entry: entry.seq)


def _matching(
    store: Store, audience: Audience, query: EventQuery, order: Order, start: Start
) -> Generator[StoredEvent, None, None]:
    window = Window(
        _micros(query.event_time.start),
        _micros(query.event_time.end),
        _micros(query.record_time.start),
        _micros(query.record_time.end),
        start.upto,
    )
    candidates = store.events.candidates(
        audience,
        query.term_groups(),
        window=window,
        order=order,
        descending=query.descending,
        after=start.after,
        scan_limit=SCAN_LIMIT,
    )
    for entry in candidates:
        if entry.disclosure is Disclosure.FULL and query.matches(entry.event):
            yield entry


def _require_at_most(most: int, seen: int, rest: Iterator[StoredEvent]) -> None:
    count = seen + sum(1 for _ in islice(rest, max(most + 1 - seen, 0)))
    if count > most:
        raise ResultTooLargeError("capture.result-too-large", limit=most)


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else to_microseconds(moment)
