# SPDX-License-Identifier: Apache-2.0
"""Preselection for queries: events that carry a term of every group, streamed in order.

Driven by the group with the fewest index rows; the other groups are probed page
by page. In the order of recording, a small group is gathered and sorted; where
all are large the log itself is walked.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from nguon.store import ranges
from nguon.store.dialects import Dialect
from nguon.store.errors import ScanLimitError
from nguon.store.loading import Loaded, load
from nguon.store.log import positions
from nguon.store.schema import event, event_term, log
from nguon.store.values import Cursor, EntryKind, Order, Window

_FIRST_PAGE = 64
_PAGE = 1024
_SMALL = 20_000
"""Index rows that are gathered at once."""
_ROWS_PER_EVENT = 50
"""Index rows that cost as much as reading one event, in the scan limit."""


class Candidates:
    """One preselection; make it anew for each stream."""

    def __init__(
        self,
        dialect: Dialect,
        groups: Sequence[Sequence[int]],
        window: Window,
        order: Order,
        *,
        descending: bool,
        after: Cursor | None,
        scan_limit: int | None,
    ) -> None:
        self._dialect = dialect
        self._groups = groups
        self._window = window
        self._order = order
        self._descending = descending
        self._after = after
        self._limit = scan_limit
        self._budget = None if scan_limit is None else scan_limit * _ROWS_PER_EVENT

    def pages(self, connection: Connection) -> Iterator[list[Loaded]]:
        """Loaded events, page by page, in order.

        Raises:
            ScanLimitError: the limit is used up.
        """
        if not all(self._groups):
            return
        for numbers in self._numbers(connection):
            self._spend(len(numbers) * _ROWS_PER_EVENT)
            loaded = load(connection, self._dialect, numbers)
            page = [loaded[number] for number in numbers if number in loaded]
            yield [entry for entry in page if self._within(entry)]

    def _numbers(self, connection: Connection) -> Iterator[list[int]]:
        if len(self._groups) == 1 and self._order is Order.EVENT_TIME:
            return self._by_time(connection, 0)
        sizes = [ranges.size_of(connection, self._dialect, group, _SMALL) for group in self._groups]
        smallest = min(sizes, default=_SMALL)
        if smallest == 0:
            return iter(())
        driving = sizes.index(smallest) if sizes else None
        if self._order is Order.EVENT_TIME:
            return self._by_time(connection, driving)
        if driving is not None and smallest < _SMALL:
            return self._gathered(connection, driving)
        return self._by_log(connection)

    def _by_time(self, connection: Connection, driving: int | None) -> Iterator[list[int]]:
        after = self._after
        for places in self._places(connection, driving, self._descending, after):
            yield self._probed(connection, [number for _, number in places], driving)

    def _gathered(self, connection: Connection, driving: int) -> Iterator[list[int]]:
        numbers: list[int] = []
        for places in self._places(connection, driving, True, None):
            numbers += self._probed(connection, [number for _, number in places], driving)
        seqs = positions(connection, self._dialect, numbers)
        ordered = sorted(numbers, key=lambda number: seqs[number], reverse=self._descending)
        left = [number for number in ordered if self._follows(seqs[number][0])]
        for start in range(0, len(left), _FIRST_PAGE):
            yield left[start : start + _FIRST_PAGE]

    def _by_log(self, connection: Connection) -> Iterator[list[int]]:
        size, last = _FIRST_PAGE, None if self._after is None else self._after.position
        while True:
            rows = connection.execute(self._log_page(last, size)).all()
            self._spend(len(rows))
            yield self._probed(connection, [row.event for row in rows], None)
            if len(rows) < size:
                return
            size, last = _PAGE, rows[-1].seq

    def _log_page(self, last: int | None, size: int) -> Select[Any, Any]:
        query = select(log.c.seq, log.c.event).where(log.c.kind == EntryKind.EVENT)
        if self._window.upto_seq is not None:
            query = query.where(log.c.seq <= self._window.upto_seq)
        if self._window.record_from is not None:
            query = query.where(log.c.record_time >= self._window.record_from)
        if self._window.record_to is not None:
            query = query.where(log.c.record_time < self._window.record_to)
        if last is not None:
            query = query.where(log.c.seq < last if self._descending else log.c.seq > last)
        return query.order_by(log.c.seq.desc() if self._descending else log.c.seq).limit(size)

    def _places(
        self, connection: Connection, driving: int | None, descending: bool, after: Cursor | None
    ) -> Iterator[list[ranges.Place]]:
        table, branches = event, ranges.everything()
        if driving is not None:
            table, branches = event_term, ranges.terms(self._dialect, self._groups[driving])
        window = self._window
        span = ranges.Span(window.time_from, window.time_to, descending, after)
        size = _FIRST_PAGE if self._order is Order.EVENT_TIME else _PAGE
        for places in ranges.pages(connection, branches, table, span, size):
            self._spend(len(places))
            yield places

    def _probed(self, connection: Connection, numbers: list[int], driving: int | None) -> list[int]:
        """Those that carry a term of every other group."""
        for index, group in enumerate(self._groups):
            if index != driving and numbers:
                carriers = ranges.carriers(connection, self._dialect, group, numbers)
                numbers = [number for number in numbers if number in carriers]
        return numbers

    def _within(self, entry: Loaded) -> bool:
        window = self._window
        return (
            (window.time_from is None or entry.time >= window.time_from)
            and (window.time_to is None or entry.time < window.time_to)
            and (window.record_from is None or entry.record_time >= window.record_from)
            and (window.record_to is None or entry.record_time < window.record_to)
            and (window.upto_seq is None or entry.seq <= window.upto_seq)
        )

    def _follows(self, seq: int) -> bool:
        if self._after is None:
            return True
        return seq < self._after.position if self._descending else seq > self._after.position

    def _spend(self, rows: int) -> None:
        if self._budget is None:
            return
        self._budget -= rows
        if self._budget < 0:
            raise ScanLimitError("store.scan-limit", limit=self._limit)
