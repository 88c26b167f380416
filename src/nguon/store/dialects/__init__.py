# SPDX-License-Identifier: Apache-2.0
"""What the two databases do differently, behind one protocol; a file each."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from enum import Enum
from typing import Any, Protocol

from sqlalchemy import URL, ColumnElement, Connection, Engine, FromClause, Insert, Table
from sqlalchemy.sql.elements import KeyedColumnElement

Row = Sequence[int | bytes | str | None]
"""A row in the order of its table's columns."""


class Failure(Enum):
    """What a database error means for whoever waits for the write."""

    AGAIN = "again"
    """Somebody else wrote the same at the same time: decide and write again."""
    LOST = "lost"
    """The connection is gone: the write may have happened; a new connection may work."""
    UNAVAILABLE = "unavailable"
    """No space, no access, no answer: nothing was written."""
    REFUSED = "refused"
    """These values can never be written."""


class Dialect(Protocol):
    """The functions that differ."""

    name: str

    def __hash__(self) -> int:
        """Statements are kept by dialect."""

    def connect(self, url: URL) -> Engine:
        """An engine whose write transactions (execution option ``write``) take their lock first."""

    def reader(self, engine: Engine) -> Engine:
        """The engine to read with: in one transaction only where that keeps the view still."""

    def hold_migrations(self, connection: Connection) -> None:
        """Let one process at a time migrate, until the transaction ends."""

    def plan_anew(self, connection: Connection) -> None:
        """Plan each statement by what its tables hold then, until the transaction ends.

        For transactions that fill tables: a plan made for an empty one reads all of it each time.
        """

    def among(self, column: KeyedColumnElement[int], keys: Sequence[int]) -> ColumnElement[bool]:
        """Whether a column is one of many integers, as one parameter."""

    def among_named(self, column: KeyedColumnElement[int], name: str) -> ColumnElement[bool]:
        """`among`, for a statement that is built once: the parameter is given by name."""

    def listed(self, keys: Iterable[int]) -> str | list[int]:
        """The value of such a parameter."""

    def known_digests(
        self, connection: Connection, digests: Sequence[bytes]
    ) -> Sequence[tuple[bytes, int, int]]:
        """The rows of `event_digest` with one of many 32-byte digests, with one parameter."""

    def values(self, keys: Sequence[int], name: str) -> FromClause:
        """A list of integers as a table with the column ``value``."""

    def insert_ignoring(self, table: Table) -> Insert:
        """An insert that leaves the row that is already there."""

    def bulk_insert(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        """Insert many rows, the fastest way there is, in the connection's transaction."""

    def leaves(self, connection: Connection, start: int, end: int) -> list[tuple[int, bytes]]:
        """Number and leaf of the log's entries from ``start`` to before ``end``, in order."""

    def overwriting(self, connection: Connection, /) -> AbstractContextManager[None]:
        """What is deleted meanwhile leaves no trace on its page, where the database can do that."""

    def compact(self, engine: Engine, /) -> None:
        """Let go of earlier states of pages, where the database keeps them in a file of its own."""

    def failure(self, error: BaseException) -> Failure:
        """What an error raised by a statement means."""


def dialect_of(url: URL) -> Dialect | None:
    """The dialect for a database address, if it is one of ours."""
    backend = url.get_backend_name()
    if backend == "sqlite":
        from nguon.store.dialects.sqlite import Sqlite

        return Sqlite()
    if backend == "postgresql":
        from nguon.store.dialects.postgresql import PostgreSQL

        return PostgreSQL()
    return None


def driver_error(error: BaseException) -> Any:
    """The driver's own error under SQLAlchemy's."""
    return getattr(error, "orig", None) or error
