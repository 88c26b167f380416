# SPDX-License-Identifier: Apache-2.0
"""What a write transaction has still to put into the log, and which numbers it took.

It hangs on the connection while the transaction lasts and no longer: connections
are pooled, and what one transaction left must never be found by the next.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from nguon.base.errors import NguonError
from nguon.store.statements import Statement
from nguon.store.tail import Tail

_KEY = "sequencing"


class Sequencing:
    """One transaction's part of the log."""

    def __init__(self, tail: Tail, held: NguonError | None = None) -> None:
        self._held = held
        self.statements: list[Statement] = []
        self.items: set[int] = set()
        """What its entries name, by hash."""
        self._tail = tail
        self._taken: list[tuple[int, int]] = []

    def took(self, first: int, last: int) -> None:
        """These numbers are the transaction's, if it is committed; raises where the log is held."""
        if self._held is not None:
            raise self._held
        self._tail.expect(first)
        self._taken.append((first, last))

    def committed(self) -> None:
        """The entries stand."""
        for first, last in self._taken:
            self._tail.wrote(first, last, self.items)

    def failed(self) -> None:
        """The entries do not stand, or it is not known."""
        for first, _ in self._taken:
            self._tail.failed(first)


@contextmanager
def tracked(
    connection: Connection, tail: Tail, refused: NguonError | None = None
) -> Iterator[Sequencing]:
    """Around a transaction, its commit included: what it puts into the log."""
    held, own = connection.info, Sequencing(tail, refused)
    held[_KEY] = own
    try:
        yield own
    except BaseException:
        own.failed()
        raise
    else:
        own.committed()
    finally:
        held.pop(_KEY, None)


def note(connection: Connection, *statements: Statement) -> None:
    """Have statements put into the log, the last thing before the transaction is committed.

    Raises:
        EntrySizeError: one is too long for an entry; none of these is put in.
    """
    for one in statements:
        one.check()
    own: Sequencing = connection.info[_KEY]
    own.statements.extend(statements)


def names(connection: Connection, items: Iterable[int]) -> None:
    """What the transaction's entries are about, by hash: what is remembered of it is old."""
    own: Sequencing | None = connection.info.get(_KEY)
    if own is not None:
        own.items.update(items)


def taken(connection: Connection, first: int, last: int) -> None:
    """Numbers of the log that the transaction took."""
    own: Sequencing | None = connection.info.get(_KEY)
    if own is not None:
        own.took(first, last)
