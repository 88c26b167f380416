# SPDX-License-Identifier: Apache-2.0
"""Tables and statements of the search: entries, their folded words, prefix reads by reader.

A word belongs to a reader: `EVERYBODY`, an organisation's id, or `WHOLE` for
those who see everything; so a word that a reader may not know is never read.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Select,
    Table,
    Text,
    delete,
    exists,
    func,
    literal,
    select,
    union,
)

from nguon.store.dialects import dialect_of
from nguon.store.schema import INT64, metadata

EVERYBODY, WHOLE = 0, -1
_LAST = "\U0010ffff"
_AT_ONCE = 500

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


def count(connection: Connection, readers: Sequence[int], prefix: str, most: int) -> int:
    """How many words of these readers begin so, counted up to ``most``."""
    rows = _words(readers, prefix, most).subquery()
    return connection.execute(select(func.count()).select_from(rows)).scalar_one()


def entries(
    connection: Connection,
    readers: Sequence[int],
    prefix: str,
    registers: Sequence[str] = (),
    *,
    besides: Sequence[str] = (),
    most: int,
) -> list[EntryRow]:
    """The entries of the first ``most`` words that begin so, with words that begin as ``besides``.

    An entry may come by words that its reader may not know: the caller looks.
    """
    words = _words(readers, prefix, most).subquery()
    own = search_entry.c
    query = select(search_entry).where(own.id.in_(select(words.c.entry)))
    if registers:
        query = query.where(own.register.in_(registers))
    for word in besides:
        whole = own.open_words + literal(" ") + own.own_words
        query = query.where(whole.contains(f" {word}", autoescape=True))
    return [EntryRow(*row) for row in connection.execute(query)]


def replace(
    connection: Connection, rows: Sequence[EntryRow], words: Iterable[tuple[int, str, int]]
) -> None:
    """Write entries and their words (reader, word, entry) in the place of what they had."""
    numbers = [row.id for row in rows]
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        connection.execute(delete(search_word).where(search_word.c.entry.in_(some)))
        connection.execute(delete(search_entry).where(search_entry.c.id.in_(some)))
    dialect = dialect_of(connection.engine.url)
    assert dialect is not None
    dialect.bulk_insert(connection, search_entry, rows)
    dialect.bulk_insert(connection, search_word, list(words))


def is_empty(connection: Connection) -> bool:
    """Whether nothing was ever indexed."""
    return not connection.execute(select(exists(select(search_entry.c.id)))).scalar_one()


def _words(readers: Sequence[int], prefix: str, most: int) -> Select[int]:
    """A range read of the primary key for each reader."""
    own = search_word.c
    parts = [
        select(own.entry.label("entry"))
        .where(own.reader == reader, own.word >= prefix, own.word < literal(prefix + _LAST))
        .order_by(own.word, own.entry)
        .limit(most)
        for reader in readers
    ]
    if len(parts) == 1:
        return parts[0]
    cut = [part.subquery() for part in parts]
    merged = union(*(select(part.c.entry) for part in cut)).subquery()
    return select(merged.c.entry)
