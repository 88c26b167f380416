# SPDX-License-Identifier: Apache-2.0
"""The log: an entry for each event, erasure and statement, in commit order, from 1, no gaps."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select

from nguon.store.database import Database
from nguon.store.dialects import Dialect
from nguon.store.erasing import Order, erase_statements
from nguon.store.head import head, hold
from nguon.store.log_things import seqs_of_item
from nguon.store.opening import Opening, Stated, opening, statement, statements
from nguon.store.schema import log, log_head
from nguon.store.sequencing import note
from nguon.store.statements import Statement
from nguon.store.statements_tables import log_about
from nguon.store.stating import add_entries, put
from nguon.store.values import EntryKind, Head, LogEntry

_PORTION = 20_000


class Log:
    """Reads of the log."""

    def __init__(self, database: Database, secret: bytes) -> None:
        self._database = database
        self._secret = secret

    @property
    def dialect(self) -> Dialect:
        """What its database understands."""
        return self._database.dialect

    def head(self) -> Head:
        """The last entry that is committed."""
        with self._database.reading() as connection:
            return head(connection)

    def head_in(self, connection: Connection) -> Head:
        """The last entry as a transaction sees it."""
        return head(connection)

    def seq_at(self, moment: int) -> int:
        """The last entry that was recorded up to a moment (microseconds), 0 where there is none."""
        query = select(func.max(log.c.seq)).where(log.c.record_time <= moment)
        with self._database.reading() as connection:
            return connection.scalar(query) or 0

    def entries(self, start: int, end: int, *, salts: bool = False) -> list[LogEntry]:
        """Entries ``start`` (inclusive) to ``end`` (exclusive), those that exist.

        With ``salts`` they carry what opens them: only for whoever may see the events.
        """
        return self._read(log.c.seq >= start, log.c.seq < end, salts=salts)

    def of_event(self, event: int, *, salts: bool = False) -> list[LogEntry]:
        """All entries about an event, oldest first."""
        return self._read(log.c.event == event, salts=salts)

    def at(self, seqs: Sequence[int], *, salts: bool = False) -> list[LogEntry]:
        """The entries with these numbers, ascending, those that exist."""
        among = self._database.dialect.among(log.c.seq, sorted(set(seqs)))
        return self._read(among, salts=salts) if seqs else []

    def leaves(self, start: int, end: int) -> Iterator[tuple[int, bytes]]:
        """Number and leaf of entries ``start`` (inclusive) to ``end`` (exclusive), in order.

        Read in portions: what is committed meanwhile may be among them.
        """
        for first in range(start, end, _PORTION):
            with self._database.reading() as connection:
                found = self._database.dialect.leaves(connection, first, min(first + _PORTION, end))
            yield from found

    def seqs_of_item(self, key: str) -> list[int]:
        """The numbers of all entries whose leaf marks a thing, ascending."""
        with self._database.reading() as connection:
            return seqs_of_item(connection, key, self._secret)

    def opening(self, event: int) -> Opening | None:
        """What opens the entry of an event: only for whoever may see it in full.

        None where there is none or it was erased. Raises `CorruptBodyError`.
        """
        with self._database.reading() as connection:
            return opening(connection, event)

    def statement(self, seq: int) -> Stated | None:
        """The statement with this number, and what opens it."""
        with self._database.reading() as connection:
            return statement(connection, seq)

    def statements_of(self, about: str) -> list[Stated]:
        """All statements about somebody or something (`nguon.store.stated`), in order."""
        with self._database.reading() as connection:
            return statements(connection, about)

    def about(self, seq: int) -> frozenset[str]:
        """Whom and what a statement concerns (`nguon.store.stated`)."""
        query = select(log_about.c.subject).where(log_about.c.seq == seq)
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query))

    def events_after(self, seq: int) -> int:
        """How many events were recorded after an entry."""
        # The few other entries have an index of their own, which only a literal number finds.
        other = select(func.count()).where(log.c.seq > seq, log.c.kind != literal_column("1"))
        with self._database.reading() as connection:
            query = select(log_head.c.seq, other.scalar_subquery())
            last, others = connection.execute(query).one()
        return max(int(last) - seq, 0) - int(others)

    def note(self, connection: Connection, *statements: Statement) -> None:
        """Have statements put into the log, the last thing before the transaction is committed.

        Raises:
            EntrySizeError: one is too long for an entry; none of these is put in.
        """
        note(connection, *statements)

    def state(self, connection: Connection, statement: Statement) -> int:
        """Put a statement into the log now; gives its number.

        Holds the log until the transaction ends. Raises `EntrySizeError`.
        """
        statement.check()
        database = self._database
        put(connection, database.dialect, [statement], self._secret, database.clock())
        return head(connection).seq

    def take(self, connection: Connection) -> Head:
        """Hold the log until the transaction ends; gives the head, to which nobody adds."""
        return hold(connection)

    def add_entry(self, connection: Connection, kind: EntryKind, leaf: bytes) -> int:
        """Put an entry about no event into the log now; gives its number.

        Holds the log until the transaction ends. Raises `EntrySizeError`.
        """
        return self.add_entries(connection, [(kind, leaf)])

    def add_entries(
        self, connection: Connection, entries: Sequence[tuple[EntryKind, bytes]]
    ) -> int:
        """Put entries about no event into the log now, likewise; gives the number of the last."""
        return add_entries(connection, self._database.dialect, entries, self._database.clock())

    def forget(self, connection: Connection, about: Iterable[str], order: Order) -> list[int]:
        """Erase what was stated about these (`nguon.store.stated`); gives the entries' numbers.

        Holds the log until the transaction ends.
        """
        database = self._database
        return erase_statements(connection, database.dialect, about, order, database.clock())

    def gaps(self) -> list[int]:
        """Numbers after which the next one is missing; the head's where it is not the last.

        Empty in a sound log. Reads the whole log's index.
        """
        following = func.lead(log.c.seq).over(order_by=log.c.seq)
        numbered = select(log.c.seq, following.label("following")).subquery()
        with self._database.reading() as connection:
            last = head(connection).seq
            query = select(numbered.c.seq).where(numbered.c.following != numbered.c.seq + 1)
            found = list(connection.scalars(query.order_by(numbered.c.seq)))
            first, end = connection.execute(select(func.min(log.c.seq), func.max(log.c.seq))).one()
        if (first or 1) != 1:
            found.insert(0, 0)
        if (end or 0) != last:
            found.append(last)
        return found

    def _read(self, *conditions: ColumnElement[bool], salts: bool) -> list[LogEntry]:
        query = select(log).where(*conditions).order_by(log.c.seq)
        with self._database.reading() as connection:
            return [
                LogEntry(
                    row.seq,
                    EntryKind(row.kind),
                    row.event,
                    row.record_time,
                    row.leaf,
                    row.salt if salts else None,
                )
                for row in connection.execute(query)
            ]


def positions(
    connection: Connection, dialect: Dialect, events: Sequence[int]
) -> dict[int, tuple[int, int]]:
    """Number and record time of the first entry of each event."""
    if not events:
        return {}
    found = connection.execute(_positions(dialect), {"events": dialect.listed(events)})
    return {row.event: (row.seq, row.record_time) for row in found}


@cache
def _positions(dialect: Dialect) -> Select[tuple[int, int, int]]:
    """Built once, likewise."""
    named = dialect.among_named(log.c.event, "events")
    return select(log.c.event, log.c.seq, log.c.record_time).where(
        named, log.c.kind == EntryKind.EVENT
    )


def rows(
    first: int, record_time: int, leaves: Iterable[tuple[int, bytes, bytes]]
) -> list[tuple[int, int, int, int, bytes, bytes]]:
    """Rows of `log` from (event, leaf, salt), numbered from ``first``."""
    return [
        (seq, event, record_time, EntryKind.EVENT, leaf, salt)
        for seq, (event, leaf, salt) in enumerate(leaves, first)
    ]
