# SPDX-License-Identifier: Apache-2.0
"""The connection to a database: its engine, its dialect, read and write transactions."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from nguon.store.clock import Clock, system_clock
from nguon.store.dialects import Failure, dialect_of, driver_error
from nguon.store.errors import (
    LogHeldError,
    StoreLostError,
    StoreUnavailableError,
    UnknownDatabaseError,
)
from nguon.store.sequencing import tracked
from nguon.store.stating import put
from nguon.store.tail import Tail


class Database:
    """Gives out connections; errors of the database come out as `StoreError`.

    ``clock`` dates the statements that transactions put into the log, ``tail``
    is told of every entry.

    Raises:
        UnknownDatabaseError: the address is not ``sqlite:///path`` or ``postgresql://…``.
    """

    def __init__(self, url: str, clock: Clock = system_clock) -> None:
        self.clock = clock
        self.secret = b""
        """The store's: what marks in statements are keyed with."""
        self.tail = Tail()
        self.log_held: LogHeldError | None = None
        """Why the log may not be added to, while it may not."""
        try:
            address = make_url(url)
            dialect = dialect_of(address)
        except ArgumentError as error:
            raise UnknownDatabaseError("store.url") from error
        if dialect is None or not address.database:
            raise UnknownDatabaseError("store.url")
        self.dialect = dialect
        try:
            self.engine = dialect.connect(address)
        except OSError as error:
            raise StoreUnavailableError("store.unavailable", reason=str(error)) from error
        self._writing = self.engine.execution_options(write=True)
        self._reading = dialect.reader(self.engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with."""
        with self._translated(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A write transaction: committed at the end, rolled back on any exception.

        What was noted in it goes into the log last, so that nobody waits for the log longer
        than the commit takes.
        """
        with (
            self._translated(),
            self._writing.connect() as connection,
            self.sequenced(connection),
        ):
            yield connection

    @contextmanager
    def sequenced(self, connection: Connection) -> Iterator[None]:
        """A transaction of a connection that its holder keeps, likewise."""
        with tracked(connection, self.tail, self.log_held) as own, connection.begin():
            yield
            if own.statements:
                put(connection, self.dialect, own.statements, self.secret, self.clock())

    def writing(self) -> Connection:
        """A connection whose transactions write, for a holder that keeps it."""
        return self._writing.connect()

    def close(self) -> None:
        """Close every idle connection."""
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            failure = self.dialect.failure(error)
            if failure in (Failure.LOST, Failure.UNAVAILABLE):
                raise unavailable(error, failure) from error
            raise


def unavailable(error: BaseException, failure: Failure) -> StoreUnavailableError:
    """The error for a database that cannot be asked now."""
    kind = StoreLostError if failure is Failure.LOST else StoreUnavailableError
    return kind("store.unavailable", reason=str(driver_error(error)).strip())
