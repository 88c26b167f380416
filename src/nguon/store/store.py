# SPDX-License-Identifier: Apache-2.0
"""The store as one value: opened by its address, closed once, its parts as attributes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Self

from sqlalchemy import Connection, Table, select

from nguon.store.clock import Clock, system_clock
from nguon.store.database import Database
from nguon.store.dialects import Row
from nguon.store.erasure import Erasure
from nguon.store.errors import LogHeldError
from nguon.store.events import Events
from nguon.store.hooks import Hooks, NamedOrganisations
from nguon.store.jobs import Jobs
from nguon.store.lineage import Lineage
from nguon.store.log import Log
from nguon.store.migrate import migrate
from nguon.store.schema import setting
from nguon.store.writer import Writer


class Store:
    """An open store; safe for use from many threads.

    ``hooks`` are what the rooms above attach; what is in ``before_close`` is
    called before the store closes.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self.hooks = Hooks()
        self.before_close: list[Callable[[], None]] = []
        self.secret: bytes = self.setting("secret")
        database.secret = self.secret
        tail = database.tail
        self.writer = Writer(database, self.secret, clock)
        self.events = Events(database, self.hooks, tail)
        self.lineage = Lineage(database)
        self.log = Log(database, self.secret)
        self.jobs = Jobs(database, clock)
        self.erasure = Erasure(database, self.secret, clock)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._database.dialect.name

    @property
    def named_organisations(self) -> NamedOrganisations:
        """Finds the organisations behind party, place and product keys; the registry sets it."""
        return self.hooks.named

    @named_organisations.setter
    def named_organisations(self, finding: NamedOrganisations) -> None:
        self.hooks.named = finding

    def migrate(self) -> None:
        """Bring the schema up to date; nothing happens where it is."""
        migrate(self._database)

    def setting(self, name: str) -> bytes:
        """A value of the settings table; raises `KeyError` when there is none."""
        with self.reading() as connection:
            value = connection.scalar(select(setting.c.value).where(setting.c.name == name))
        if value is None:
            raise KeyError(name)
        return bytes(value)

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection to read registers with, in one transaction."""
        return self._database.reading()

    def transaction(self) -> AbstractContextManager[Connection]:
        """A write transaction for registers: committed at the end, rolled back on any exception."""
        return self._database.transaction()

    def hold_log(self, reason: LogHeldError | None) -> None:
        """Let nothing be added to the log by this process, for this reason; None ends that."""
        self._database.log_held = reason

    def fill(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows, each in the order of the table's columns, the fastest way there is."""
        if rows:
            self._database.dialect.bulk_insert(connection, table, rows)

    @contextmanager
    def erasing(self) -> Iterator[Connection]:
        """A write transaction whose deleted content does not stay behind in the database's file."""
        database = self._database
        with database.transaction() as connection, database.dialect.overwriting(connection):
            yield connection
        database.dialect.compact(database.engine)

    def close(self) -> None:
        """Write what is waiting, then close every connection."""
        for ending in self.before_close:
            ending()
        self.writer.close()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def open_store(url: str, *, clock: Clock = system_clock) -> Store:
    """Open a store, creating and migrating it where needed.

    ``url`` is ``sqlite:///path`` or ``postgresql://user@host/database``.

    Raises:
        UnknownDatabaseError: another kind of address.
        NewerSchemaError: the database belongs to a newer version.
        StoreUnavailableError: the database does not answer or cannot be written.
    """
    database = Database(url, clock)
    try:
        migrate(database)
        return Store(database, clock)
    except BaseException:
        database.close()
        raise
