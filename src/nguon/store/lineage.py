# SPDX-License-Identifier: Apache-2.0
"""Lineage reads: which events name these things, without their bodies.

The item index is the graph: one statement finds the events of a whole level of
a trace, one reads them, one places them in the log.
"""

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    union_all,
)

from nguon.epcis.items import Role
from nguon.gs1 import key_hash
from nguon.store.acts import Act, acts
from nguon.store.database import Database
from nguon.store.dialects import Dialect
from nguon.store.log import positions
from nguon.store.packing import unpack_items
from nguon.store.portions import portions
from nguon.store.ranges import carriers
from nguon.store.schema import INT16, INT64, event, event_item
from nguon.store.values import Action, EventType, LineageEvent

_AT_ONCE = 20_000
"""Keys or numbers in one statement."""
_ALL = 1 << 62
_SPANS = 100
"""Spans of time in one statement."""


class Span(NamedTuple):
    """A time of an item, microseconds; both ends count."""

    key: str
    first: int
    last: int


class Found(dict[str, list[LineageEvent]]):
    """Events by item key; ``cut`` where there were more than might be read."""

    def __init__(self, events: Iterable[tuple[str, list[LineageEvent]]] = ()) -> None:
        super().__init__(events)
        self.cut = False
        self.declared = set[str]()
        """Keys with declarations of errors, which may be there more than once."""

    def settle(self) -> None:
        """Each event once, in the order of time and log."""
        for key in self.declared:
            self[key] = list({entry.id: entry for entry in self[key]}.values())
        for events in self.values():
            events.sort(key=_order)


class Lineage:
    """The lineage reads of a store. What their reader may see is decided by `nguon.trace`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._naming = _naming(database.dialect)
        self._reading = _reading(database.dialect)
        self._sending = _sending(database.dialect)

    def events_of(
        self,
        keys: Sequence[str],
        *,
        skip_members: AbstractSet[str] = frozenset(),
        upto_seq: int | None = None,
        most: int | None = None,
    ) -> Found:
        """For each item key the events that name it, in the order of time and log.

        Keys without events have no entry. A lot's or product's events are also
        those of its pieces, unless it is in ``skip_members``. An event comes with
        the declarations of its submitter that it is in error, whatever they name.
        With ``upto_seq`` what was recorded later is left out. Of more than ``most``
        events those that name the items themselves come before those of their pieces.
        """
        found = Found()
        with self._database.reading() as connection:
            for part in _parts(keys):
                numbers = self._numbers(connection, part, skip_members, most)
                if most is not None:
                    found.cut = found.cut or len(numbers) >= most
                    most = max(most - len(numbers), 0)
                self._read(connection, part, numbers, skip_members, upto_seq, found)
        found.settle()
        return found

    def events(
        self, numbers: Iterable[int], *, upto_seq: int | None = None
    ) -> dict[int, LineageEvent]:
        """Events by number, those that are there, not erased and recorded by ``upto_seq``."""
        found: dict[int, LineageEvent] = {}
        with self._database.reading() as connection:
            for part in _parts(sorted(numbers)):
                for entry, beside in self._events(connection, part, upto_seq):
                    if not beside:
                        found[entry.id] = entry
        return found

    def submitters(self, numbers: Iterable[int]) -> set[int]:
        """Who sent these events."""
        found: set[int] = set()
        with self._database.reading() as connection:
            for part in _parts(sorted(numbers)):
                given = {"numbers": self._database.dialect.listed(part)}
                found.update(connection.scalars(self._sending, given))
        return found

    def acts_of(self, numbers: Iterable[int]) -> dict[int, Act]:
        """What these events say was done, by number; erased ones are left out."""
        found: dict[int, Act] = {}
        with self._database.reading() as connection:
            for part in _parts(sorted(numbers)):
                found |= acts(connection, self._database.dialect, part)
        return found

    def events_within(
        self, spans: Sequence[Span], *, upto_seq: int | None = None, most: int
    ) -> Found:
        """For each item key the events that name it itself at a time within its spans.

        At most about ``most`` events are read; ``cut`` says that there were more.
        """
        found = Found()
        with self._database.reading() as connection:
            for part in portions(spans, _SPANS):
                left = max(most, 0)
                query = select(event_item.c.event).where(or_(*map(_within, part)))
                query = query.distinct().limit(left)
                numbers = set(connection.scalars(query))
                found.cut = found.cut or len(numbers) >= left
                most -= len(numbers)
                keys = list({span.key for span in part})
                self._read(connection, keys, numbers, set(keys), upto_seq, found)
        found.declared.update(found)
        found.settle()
        return found

    def with_terms(self, terms: Collection[int], events: Sequence[int]) -> set[int]:
        """Those of these events that carry one of the index terms (`nguon.epcis.terms`)."""
        found: set[int] = set()
        with self._database.reading() as connection:
            for part in _parts(events):
                found |= carriers(connection, self._database.dialect, sorted(terms), part)
        return found

    def _numbers(
        self,
        connection: Connection,
        keys: Sequence[str],
        skip_members: AbstractSet[str],
        most: int | None,
    ) -> set[int]:
        """The events in question, ``most`` of them where there are more."""
        gathering = [key_hash(key) for key in keys if key not in skip_members]
        numbers: set[int] = set()
        for hashes, of_pieces in (([key_hash(key) for key in keys], 0), (gathering, 1)):
            if not hashes:
                continue
            left = _ALL if most is None else max(most - len(numbers), 0)
            listed = self._database.dialect.listed(hashes)
            given = {"items": listed, "of_pieces": of_pieces, "most": left}
            numbers.update(connection.scalars(self._naming, given))
        return numbers

    def _read(
        self,
        connection: Connection,
        keys: Sequence[str],
        numbers: AbstractSet[int],
        skip_members: AbstractSet[str],
        upto_seq: int | None,
        found: Found,
    ) -> None:
        wanted = set(keys)
        for part in _parts(sorted(numbers)):
            wrong: dict[tuple[int, str | None], list[LineageEvent]] = {}
            entries = []
            for entry, beside in self._events(connection, part, upto_seq):
                if beside:
                    wrong.setdefault((entry.submitter, entry.event_id), []).append(entry)
                else:
                    entries.append(entry)
            for entry in entries:
                declared = wrong.get((entry.submitter, entry.event_id), ()) if wrong else ()
                for key in _named(entry, wanted, skip_members):
                    found.setdefault(key, []).append(entry)
                    if declared:
                        found[key] += declared
                        found.declared.add(key)

    def _events(
        self, connection: Connection, numbers: Sequence[int], upto_seq: int | None
    ) -> Iterable[tuple[LineageEvent, bool]]:
        """The events, and declarations of errors in them by eventID: each with whether it is one
        beside them.
        """
        listed = self._database.dialect.listed(numbers)
        rows = connection.execute(self._reading, {"numbers": listed}).all()
        beside = [row.id for row in rows if row.beside]
        places = positions(connection, self._database.dialect, [*numbers, *beside])
        for row in rows:
            number, time, kind, action, submitter, correction, items, event_id, cbv_hash, _ = row
            seq = places[number][0]
            if upto_seq is None or seq <= upto_seq:
                told = LineageEvent(
                    id=number,
                    seq=seq,
                    time=time,
                    type=EventType(kind),
                    action=Action(action),
                    submitter=submitter,
                    correction=bool(correction),
                    items=unpack_items(items),
                    event_id=event_id,
                    cbv_hash=cbv_hash,
                )
                yield told, bool(row.beside)


def _within(span: Span) -> ColumnElement[bool]:
    column = event_item.c
    return and_(
        column.item == key_hash(span.key),
        column.member == 0,
        column.time.between(span.first, span.last),
    )


def _naming(dialect: Dialect) -> Select[tuple[int]]:
    """Statements are built once: that costs more than running them."""
    column = event_item.c
    named = dialect.among_named(column.item, "items")
    query = select(column.event).where(named, column.member == bindparam("of_pieces", type_=INT16))
    return query.distinct().limit(bindparam("most", type_=INT64))


def _sending(dialect: Dialect) -> Select[tuple[int]]:
    named = dialect.among_named(event.c.id, "numbers")
    return select(event.c.submitter).where(named).distinct()


def _reading(dialect: Dialect) -> CompoundSelect[Any]:
    columns = event.c
    told = (
        columns.id,
        columns.time,
        columns.type,
        columns.action,
        columns.submitter,
        columns.correction,
        columns.item_list,
        columns.event_id,
        columns.cbv_hash,
    )
    there = columns.item_list.is_not(None)
    named = dialect.among_named(columns.id, "numbers")
    # A literal: an index of declarations alone serves nothing else.
    declaring = columns.correction == literal_column("1")
    wrong = columns.event_id.in_(select(columns.event_id).where(named))
    return union_all(
        select(*told, literal_column("0").label("beside")).where(named, there),
        select(*told, literal_column("1").label("beside")).where(declaring, wrong, there),
    )


def _parts(values: Sequence[str] | Sequence[int]) -> Iterable[Sequence]:  # type: ignore[type-arg]
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def _named(
    entry: LineageEvent, wanted: AbstractSet[str], skip_members: AbstractSet[str]
) -> set[str]:
    """The wanted keys that the event really names: their text, not only their hash."""
    return {
        item.key
        for item in entry.items
        if item.key in wanted and not (item.role == Role.MEMBER and item.key in skip_members)
    }


def _order(entry: LineageEvent) -> tuple[int, int]:
    return entry.time, entry.seq
