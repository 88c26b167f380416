# SPDX-License-Identifier: Apache-2.0
"""Tables and statements of the search: entries, their folded words, prefix reads by reader.

A word belongs to a reader: `EVERYBODY`, an organisation's id, or `WHOLE` for
those who see everything; so a word that a reader may not know is never read.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Table,
    Text,
    delete,
    exists,
    literal,
    select,
)

from nguon.store.dialects import Dialect, dialect_of
from nguon.store.portions import portions
from nguon.store.schema import INT64, metadata

EVERYBODY, WHOLE = 0, -1
_LAST = "\U0010ffff"

search_entry = Table(
    "search_entry",
    metadata,
    Column("id", INT64, primary_key=True, autoincrement=False),
    Column("register", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("province", Text),
    Column("owners", Text, nullable=False),
    Column("open_words", Text, nullable=False),
    Column("own_words", Text, nullable=False),
)
"""``open_words`` what everybody may find it by, ``own_words`` what its owners besides."""

search_word = Table(
    "search_word",
    metadata,
    Column("reader", INT64, primary_key=True, autoincrement=False),
    Column("word", Text, primary_key=True),
    Column("entry", INT64, primary_key=True, autoincrement=False),
)


class EntryRow(NamedTuple):
    """A row of `search_entry`."""

    id: int
    register: str
    key: str
    province: str | None
    owners: str
    open_words: str
    own_words: str


def numbers(connection: Connection, readers: Sequence[int], prefix: str, most: int) -> list[int]:
    """The entries of these readers' words that begin so, in the order of words, up to ``most``."""
    own, found = search_word.c, dict[int, None]()
    for reader in readers:
        query = (
            select(own.entry)
            .where(own.reader == reader, own.word >= prefix, own.word < prefix + _LAST)
            .order_by(own.word, own.entry)
            .limit(most)
        )
        found.update(dict.fromkeys(connection.scalars(query).all()))
    return list(found)


def entries(
    connection: Connection,
    some: Sequence[int],
    registers: Sequence[str] = (),
    words: Sequence[str] = (),
) -> list[EntryRow]:
    """Those of some entries that are of these registers and have all these words.

    An entry may come by words that its reader may not know: the caller looks.
    """
    own = search_entry.c
    query = select(search_entry).where(_dialect(connection).among(own.id, some))
    if registers:
        query = query.where(own.register.in_(registers))
    for word in words:
        whole = own.open_words + literal(" ") + own.own_words
        query = query.where(whole.contains(f" {word}", autoescape=True))
    return [EntryRow(*row) for row in connection.execute(query)]


def replace(
    connection: Connection,
    rows: Sequence[EntryRow],
    words: Sequence[tuple[int, str, int]],
    before: Sequence[int],
) -> None:
    """Write entries and their words (reader, word, entry); those of ``before`` had some."""
    for some in portions(before):
        connection.execute(delete(search_word).where(search_word.c.entry.in_(some)))
        connection.execute(delete(search_entry).where(search_entry.c.id.in_(some)))
    dialect = _dialect(connection)
    dialect.bulk_insert(connection, search_entry, rows)
    dialect.bulk_insert(connection, search_word, words)


def is_empty(connection: Connection) -> bool:
    """Whether nothing was ever indexed."""
    return not connection.execute(select(exists(select(search_entry.c.id)))).scalar_one()


def _dialect(connection: Connection) -> Dialect:
    found = dialect_of(connection.engine.url)
    assert found is not None
    return found
