# SPDX-License-Identifier: Apache-2.0
"""Erasing events: the content goes, the digest and the leaf stay, and the log says so.

What goes: the bytes received, the items, the index rows, the eventID and the
salt. Without the salt the leaf tells nothing of the content, and still proves
that nothing else was changed. Each erased event gets an entry of its own at the
end of the log. The marks of its things, which stand in the leaf anyway, are
kept findable, so that a trace can say that a record about a thing was erased.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, insert, select, update

from nguon.epcis.items import ItemRef
from nguon.gs1 import key_hash
from nguon.store.access_tables import erased_event, erased_mark, erasure
from nguon.store.clock import Clock
from nguon.store.database import Database
from nguon.store.erasing import Order, put_erasures
from nguon.store.errors import HeldError, UnknownEventError
from nguon.store.leaf import marks_in, subject, subjects
from nguon.store.log import positions
from nguon.store.packing import unpack_items
from nguon.store.portions import portions
from nguon.store.schema import event, event_item, event_term, log
from nguon.store.sequencing import names
from nguon.store.values import EntryKind

Held = Callable[[Mapping[int, frozenset[str]]], Iterable[int]]
"""Which events a legal hold keeps, of events with what they name, their eventID and submitter."""


def organisation_key(number: int) -> str:
    """Under which an organisation with all its records is held."""
    return f"organisation:{number}"


def held_organisation(key: str) -> int | None:
    """The organisation that such a key names."""
    head, _, number = key.partition(":")
    return int(number) if head == "organisation" and number.isdecimal() else None


def nothing_held(_events: Mapping[int, frozenset[str]]) -> Iterable[int]:
    """No hold stands."""
    return ()


class Erased(NamedTuple):
    """One erased event: its entry in the log, and the log entry that says so."""

    event: int
    seq: int
    erasure_seq: int


class _Found(NamedTuple):
    """An event that is to be erased."""

    items: tuple[ItemRef, ...]
    callings: frozenset[str]
    """Its eventID, and under which key all records of its submitter are held."""

    @property
    def keys(self) -> frozenset[str]:
        """What it names."""
        return frozenset(item.key for item in self.items)


class Erasure:
    """Erasing, and what was erased."""

    def __init__(self, database: Database, secret: bytes, clock: Clock) -> None:
        self._database = database
        self._secret = secret
        self._clock = clock

    def erase(
        self, events: Sequence[int], *, reason: str, by: str, held: Held = nothing_held
    ) -> list[Erased]:
        """Erase these events, all or none; those that are erased already are passed over.

        Raises:
            HeldError: a legal hold keeps one of them.
            UnknownEventError: one of them does not exist.
        """
        dialect = self._database.dialect
        with self._database.transaction() as connection, dialect.overwriting(connection):
            found = self._found(connection, events)
            kept = sorted(set(held({n: one.keys | one.callings for n, one in found.items()})))
            if kept:
                raise HeldError("store.held", count=len(kept))
            done = self._erase(connection, found, reason, by) if found else []
        dialect.compact(self._database.engine)
        return done

    def about(self, keys: Iterable[str]) -> int:
        """How many erased records were about these things."""
        found: set[int] = set()
        with self._database.reading() as connection:
            if connection.scalar(select(erased_mark.c.event).limit(1)) is None:
                return 0
            marks = [mark for key in keys if (mark := subject(key, self._secret))]
            for some in portions(marks):
                asked = select(erased_mark.c.event).where(erased_mark.c.mark.in_(some))
                found.update(connection.scalars(asked))
        return len(found)

    def _found(self, connection: Connection, events: Sequence[int]) -> dict[int, _Found]:
        """What events name, without those that are erased."""
        among = self._database.dialect.among(event.c.id, events)
        columns = (event.c.id, event.c.item_list, event.c.event_id, event.c.submitter)
        rows = connection.execute(select(*columns).where(among)).all()
        unknown = set(events) - {row.id for row in rows}
        if unknown:
            raise UnknownEventError("store.unknown-event", count=len(unknown))
        return {
            row.id: _Found(
                unpack_items(row.item_list),
                frozenset(filter(None, (row.event_id, organisation_key(row.submitter)))),
            )
            for row in rows
            if row.item_list is not None
        }

    def _erase(
        self, connection: Connection, found: Mapping[int, _Found], reason: str, by: str
    ) -> list[Erased]:
        numbers, order = sorted(found), Order.made(reason, by)
        places = positions(connection, self._database.dialect, numbers)
        self._drop_index(connection, found)
        among = self._database.dialect.among
        gone = {"item_list": None, "body": None, "event_id": None}
        connection.execute(update(event).where(among(event.c.id, numbers)).values(**gone))
        own = and_(among(log.c.event, numbers), log.c.kind == EntryKind.EVENT)
        leaves = connection.execute(select(log.c.event, log.c.leaf).where(own)).all()
        marks = [row for number, leaf in leaves for row in self._marks(number, leaf, found[number])]
        connection.execute(update(log).where(own).values(salt=None))
        erased = [(places[number][0], number) for number in numbers]
        head = put_erasures(connection, self._database.dialect, erased, order, self._clock())
        first = head.seq - len(numbers) + 1
        done = [Erased(n, seq, later) for later, (seq, n) in enumerate(erased, first)]
        told = {"id": order.id, "kind": "events", "reason": reason, "erased_by": by}
        connection.execute(insert(erasure), [told | {"erased": head.record_time}])
        rows = [{"event": o.event, "erasure": order.id, "seq": o.erasure_seq} for o in done]
        connection.execute(insert(erased_event), rows)
        if marks:
            connection.execute(insert(erased_mark), marks)
        return done

    def _marks(self, number: int, entry: bytes, found: _Found) -> list[dict[str, str | int]]:
        """What stays findable of an event: the marks in its leaf."""
        marks = marks_in(entry)
        told = subjects(found.items, self._secret) if marks is None else marks
        return [{"mark": mark, "event": number} for mark in told]

    def _drop_index(self, connection: Connection, found: Mapping[int, _Found]) -> None:
        """Remove index rows; terms are sought by event, for none must stay."""
        among, numbers = self._database.dialect.among, sorted(found)
        hashes = sorted({key_hash(key) for one in found.values() for key in one.keys})
        names(connection, hashes)
        items = and_(among(event_item.c.item, hashes), among(event_item.c.event, numbers))
        connection.execute(delete(event_item).where(items))
        connection.execute(delete(event_term).where(among(event_term.c.event, numbers)))
