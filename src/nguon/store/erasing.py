# SPDX-License-Identifier: Apache-2.0
"""Entries of the log that say what was erased, and the erasing of statements.

What goes of a statement is its body and salt. Without the salt its leaf tells nothing of
what it said, and still proves that nothing else was changed.
"""

import os
import secrets
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from nguon.store import schema
from nguon.store.dialects import Dialect
from nguon.store.head import advance
from nguon.store.leaf import SALT_BYTES, erasure_leaf
from nguon.store.portions import batches
from nguon.store.statements_tables import log_about, log_statement
from nguon.store.values import EntryKind, Head


class Order(NamedTuple):
    """On which something is erased; the log commits to its ``digest``."""

    id: str
    digest: bytes

    @classmethod
    def made(cls, reason: str, by: str) -> "Order":
        """A new order."""
        number = secrets.token_hex(8)
        parts = (number, reason, by)
        return cls(number, sha256(b"\0".join(part.encode() for part in parts)).digest())


def put_erasures(
    connection: Connection,
    dialect: Dialect,
    erased: Sequence[tuple[int, int]],
    order: Order,
    now: int,
) -> Head:
    """Write the log's next entries: that these ones (number, event or 0) are erased."""
    head = advance(connection, len(erased), now)
    salts = os.urandom(SALT_BYTES * len(erased))
    entries = []
    for index, (seq, event) in enumerate(erased):
        salt = salts[index * SALT_BYTES : (index + 1) * SALT_BYTES]
        leaf = erasure_leaf(seq, order.digest, salt)
        later = head.seq - len(erased) + 1 + index
        entries.append((later, event, head.record_time, EntryKind.ERASURE, leaf, salt))
    dialect.bulk_insert(connection, schema.log, entries)
    return head


def erase_statements(
    connection: Connection, dialect: Dialect, about: Iterable[str], order: Order, now: int
) -> list[int]:
    """Erase what was stated about these; gives the numbers of the entries.

    The log says so for each. Those that are erased already are passed over.
    """
    seqs = set[int]()
    for some in batches(about):
        found = select(log_about.c.seq).where(log_about.c.subject.in_(some))
        seqs.update(connection.scalars(found))
    done = list[int]()
    for part in batches(sorted(seqs)):
        own = schema.log.c.seq.in_(part), schema.log.c.salt.is_not(None)
        gone = update(schema.log).where(*own).values(salt=None).returning(schema.log.c.seq)
        done.extend(connection.scalars(gone))
        said = log_statement.c.seq.in_(part)
        connection.execute(update(log_statement).where(said).values(body=None))
    done.sort()
    if done:
        put_erasures(connection, dialect, [(seq, 0) for seq in done], order, now)
    return done
