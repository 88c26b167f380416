# SPDX-License-Identifier: Apache-2.0
"""Entries about no event on their way into the log, and what they said, read again."""

import os
from collections.abc import Sequence

from sqlalchemy import Connection

from nguon.store import schema
from nguon.store.dialects import Dialect
from nguon.store.head import advance
from nguon.store.leaf import SALT_BYTES
from nguon.store.statements import Statement, fitting
from nguon.store.statements_tables import log_about, log_statement
from nguon.store.values import EntryKind


def put(
    connection: Connection, dialect: Dialect, statements: Sequence[Statement], now: int
) -> None:
    """Write statements as the log's next entries: the head is taken once for all of them."""
    head = advance(connection, len(statements), now)
    first = head.seq - len(statements) + 1
    entries, bodies, about = [], [], set[tuple[str, int]]()
    salts = os.urandom(SALT_BYTES * len(statements))
    for index, one in enumerate(statements):
        seq, salt = first + index, salts[index * SALT_BYTES : (index + 1) * SALT_BYTES]
        kept = None if one.public else salt
        entries.append((seq, 0, head.record_time, EntryKind.STATEMENT, one.leaf(salt), kept))
        bodies.append((seq, one.kind, one.body))
        about.update((subject, seq) for subject in one.about)
    dialect.bulk_insert(connection, schema.log, entries)
    dialect.bulk_insert(connection, log_statement, bodies)
    dialect.bulk_insert(connection, log_about, sorted(about))


def add_entries(
    connection: Connection, dialect: Dialect, kind: EntryKind, leaves: Sequence[bytes], now: int
) -> int:
    """Write leaves as the log's next entries; gives the number of the first.

    Raises:
        EntrySizeError: one is too long.
    """
    whole = [fitting(one) for one in leaves]
    head = advance(connection, len(whole), now)
    first = head.seq - len(whole) + 1
    entries = [(seq, 0, head.record_time, kind, one, None) for seq, one in enumerate(whole, first)]
    dialect.bulk_insert(connection, schema.log, entries)
    return first
