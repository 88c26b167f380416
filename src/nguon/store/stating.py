# SPDX-License-Identifier: Apache-2.0
"""Entries about no event on their way into the log, and what they said, read again."""

import os
from collections.abc import Sequence

from sqlalchemy import Connection

from nguon.store import schema
from nguon.store.dialects import Dialect
from nguon.store.head import advance
from nguon.store.leaf import SALT_BYTES, marks_in
from nguon.store.statements import Statement, fitting
from nguon.store.statements_tables import log_about, log_mark, log_statement
from nguon.store.values import EntryKind


def put(
    connection: Connection,
    dialect: Dialect,
    statements: Sequence[Statement],
    secret: bytes,
    now: int,
) -> None:
    """Write statements as the log's next entries: the head is taken once for all of them.

    ``secret`` is the store's, for the marks of their subjects.
    """
    head = advance(connection, len(statements), now)
    first = head.seq - len(statements) + 1
    entries, bodies, about, marks = [], [], set[tuple[str, int]](), set[tuple[str, int]]()
    salts = os.urandom(SALT_BYTES * len(statements))
    for index, one in enumerate(statements):
        seq, salt = first + index, salts[index * SALT_BYTES : (index + 1) * SALT_BYTES]
        kept = None if one.public else salt
        entries.append(
            (seq, 0, head.record_time, EntryKind.STATEMENT, one.leaf(salt, secret), kept)
        )
        bodies.append((seq, one.kind, one.body))
        about.update((subject, seq) for subject in one.about)
        marks.update((mark, seq) for mark in one.marks(secret))
    dialect.bulk_insert(connection, schema.log, entries)
    dialect.bulk_insert(connection, log_statement, bodies)
    dialect.bulk_insert(connection, log_about, sorted(about))
    dialect.bulk_insert(connection, log_mark, sorted(marks))


def add_entries(
    connection: Connection, dialect: Dialect, added: Sequence[tuple[EntryKind, bytes]], now: int
) -> int:
    """Write leaves as the log's next entries; gives the number of the last.

    Things are found in lost ones by their marks, except where they have the root only.

    Raises:
        EntrySizeError: one is too long.
    """
    for _, leaf in added:
        fitting(leaf)
    head = advance(connection, len(added), now)
    numbered = list(enumerate(added, head.seq - len(added) + 1))
    entries = [(seq, 0, head.record_time, kind, leaf, None) for seq, (kind, leaf) in numbered]
    dialect.bulk_insert(connection, schema.log, entries)
    lost = [(seq, leaf) for seq, (kind, leaf) in numbered if kind is EntryKind.LOST]
    marks = {(mark, seq) for seq, leaf in lost for mark in marks_in(leaf) or ()}
    dialect.bulk_insert(connection, log_mark, sorted(marks))
    return head.seq
