# SPDX-License-Identifier: Apache-2.0
"""Reads of events. Each takes the audience it answers and shows no more than that may see."""

from collections.abc import Collection, Generator, Mapping, Sequence

from sqlalchemy import Connection, select

from nguon.base.audience import Audience
from nguon.base.time import to_microseconds
from nguon.epcis.terms import term
from nguon.gs1 import key_hash
from nguon.store import ranges
from nguon.store.candidates import Candidates
from nguon.store.database import Database
from nguon.store.disclosing import disclose, handled, note, touched_by
from nguon.store.head import head
from nguon.store.hooks import Hooks
from nguon.store.loading import load
from nguon.store.portions import rows_by
from nguon.store.schema import event, event_item, event_term
from nguon.store.sight import sight
from nguon.store.tail import Tail
from nguon.store.told import Entry
from nguon.store.values import Cursor, Head, Order, StoredEvent, Window

_PAGE = 200


class Events:
    """The event reads of a store."""

    def __init__(self, database: Database, hooks: Hooks, tail: Tail) -> None:
        self._database = database
        self._sight = sight(database.dialect, hooks, tail)

    def head(self) -> Head:
        """The last log entry: what a reader can cut on to see one state throughout."""
        with self._database.reading() as connection:
            return head(connection)

    def by_ids(self, audience: Audience, ids: Sequence[int]) -> list[StoredEvent]:
        """The events with these numbers, in this order, those that exist and may be seen."""
        with self._database.reading() as connection:
            found = self._show(connection, audience, ids)
        self.note(audience, found)
        return found

    def by_event_id(self, audience: Audience, event_id: str) -> list[StoredEvent]:
        """The event with this eventID and the error declarations that repeat it, oldest first."""
        branches = [event_term.c.term == term("eventID", event_id)]
        span = ranges.Span(descending=False)
        with self._database.reading() as connection:
            pages = ranges.pages(connection, branches, event_term, span, _PAGE)
            numbers = [number for page in pages for _, number in page]
            found = self._show(connection, audience, numbers)
        same = [entry for entry in found if entry.event.event_id == event_id]
        self.note(audience, same)
        return sorted(same, key=lambda entry: entry.seq)

    def by_items(
        self,
        audience: Audience,
        keys: Collection[str],
        *,
        limit: int,
        window: Window = Window(),  # noqa: B008 - an immutable value
        upto_seq: int | None = None,
    ) -> list[StoredEvent]:
        """The newest events that name one of these items, newest first; those of the ``window``.

        A lot's or product's events are also those of its pieces. Events where
        the reader may not see that the item is named are left out.
        """
        if upto_seq is not None:
            window = window._replace(upto_seq=upto_seq)
        found = self._by_items(audience, set(keys), limit, window)
        self.note(audience, found)
        return found

    def _by_items(
        self, audience: Audience, wanted: set[str], limit: int, window: Window
    ) -> list[StoredEvent]:
        found: list[StoredEvent] = []
        if not wanted:
            return found
        branches = ranges.items(self._database.dialect, [key_hash(key) for key in sorted(wanted)])
        size = min(max(limit, 1), _PAGE)
        span = ranges.Span(window.time_from, window.time_to)
        upto_seq = window.upto_seq
        with self._database.reading() as connection:
            for page in ranges.pages(connection, branches, event_item, span, size):
                for entry in self._show(connection, audience, [number for _, number in page]):
                    late = upto_seq is not None and entry.seq > upto_seq
                    if late or wanted.isdisjoint(item.key for item in entry.items):
                        continue
                    found.append(entry)
                    if len(found) == limit:
                        return found
        return found

    def sent_by(self, submitter: int, begin: int, end: int, *, most: int) -> list[int]:
        """The numbers of an organisation's events of a time, the end excluded, in its order."""
        query = (
            select(event.c.id)
            .where(event.c.submitter == submitter, event.c.time >= begin, event.c.time < end)
            .order_by(event.c.time, event.c.id)
            .limit(most)
        )
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def latest_of(self, submitter: int, *, most: int) -> list[int]:
        """The numbers of an organisation's newest events, the newest first."""
        query = (
            select(event.c.id)
            .where(event.c.submitter == submitter)
            .order_by(event.c.time.desc(), event.c.id.desc())
            .limit(most)
        )
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def candidates(
        self,
        audience: Audience,
        term_groups: Sequence[Collection[int]],
        *,
        window: Window = Window(),  # noqa: B008 - an immutable value
        order: Order = Order.EVENT_TIME,
        descending: bool = True,
        after: Cursor | None = None,
        scan_limit: int | None = None,
    ) -> Generator[StoredEvent, None, None]:
        """The events that carry a term of every group, as a stream in the order asked for.

        Terms preselect: the caller checks the full condition on what it gets,
        which may be a reduced event, and tells `note` what it shows. Take what
        you need and close the generator; continue with `cursor_of` the last one
        taken.

        Raises:
            ScanLimitError: more than ``scan_limit`` events were read for it.
        """
        scan = Candidates(
            self._database.dialect,
            [sorted(group) for group in term_groups],
            window,
            order,
            descending=descending,
            after=after,
            scan_limit=scan_limit,
        )
        with self._database.reading() as connection:
            for page in scan.pages(connection):
                yield from disclose(connection, self._sight, audience, page)

    def note(self, audience: Audience, shown: Sequence[StoredEvent]) -> None:
        """Have it recorded for their owners that a reader was shown these events."""
        note(self._sight.hooks, audience, shown)

    def named(self, keys: Collection[str]) -> set[str]:
        """Those of these item keys that events name at all, whoever may see them; one statement."""
        hashes = {key_hash(key): key for key in keys}
        asked = self._database.dialect.values(list(hashes), "asked").c.value
        naming = select(event_item.c.event).where(event_item.c.item == asked).exists()
        with self._database.reading() as connection:
            return {hashes[number] for number in connection.scalars(select(asked).where(naming))}

    def digests(self, ids: Collection[int]) -> dict[int, bytes]:
        """The record digests of these events: what cases about them are found by; for no reader."""
        with self._database.reading() as connection:
            query = select(event.c.id, event.c.digest)
            found = rows_by(connection, query, event.c.id, sorted(ids))
        return {row["id"]: bytes(row["digest"]) for row in found}

    def handled(self, organisation: int | None, keys: Collection[str]) -> set[str]:
        """Those of these things that are or were an organisation's to handle: the chain of custody
        goes from their maker to it. To record something about them is no part of the chain.
        """
        with self._database.reading() as connection:
            return handled(connection, self._sight, organisation, set(keys))

    def touched(self, audience: Audience, entries: Sequence[Entry]) -> Mapping[int, frozenset[str]]:
        """The provinces of the reader's mandate that these records touched, by their numbers."""
        with self._database.reading() as connection:
            return touched_by(connection, self._sight, audience, entries, head(connection).seq)

    def _show(
        self, connection: Connection, audience: Audience, ids: Sequence[int]
    ) -> list[StoredEvent]:
        loaded = load(connection, self._database.dialect, ids)
        present = [loaded[number] for number in ids if number in loaded]
        return disclose(connection, self._sight, audience, present)


def cursor_of(entry: StoredEvent, order: Order) -> Cursor:
    """Where a stream in this order continues after an event."""
    if order is Order.RECORD_TIME:
        return Cursor(entry.seq, entry.id)
    return Cursor(to_microseconds(entry.event.event_time), entry.id)
