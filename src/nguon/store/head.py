# SPDX-License-Identifier: Apache-2.0
"""The log's head: which entry is the last, and taking the numbers of the next ones."""

from sqlalchemy import Connection, bindparam, case, select, update

from nguon.store.schema import INT64, log_head
from nguon.store.sequencing import taken
from nguon.store.values import Head


def head(connection: Connection) -> Head:
    """The head as this connection sees it."""
    row = connection.execute(_HEAD).one()
    return Head(row[0], row[1])


_HEAD = select(log_head.c.seq, log_head.c.record_time)


def hold(connection: Connection) -> Head:
    """Take the log until the transaction ends, without adding to it; gives its head."""
    row = connection.execute(_MOVE, {"entries": 0, "now": 0}).one()
    return Head(row.seq, row.record_time)


def advance(connection: Connection, entries: int, now: int) -> Head:
    """Take the log until the transaction ends, and move its head.

    Returns the new head; its record time is the clock's, or the previous one
    where the clock has gone back.
    """
    row = connection.execute(_MOVE, {"entries": entries, "now": now}).one()
    taken(connection, row.seq - entries + 1, row.seq)
    return Head(row.seq, row.record_time)


_NOW = bindparam("now", type_=INT64)
_MOVE = (
    update(log_head)
    .values(
        seq=log_head.c.seq + bindparam("entries", type_=INT64),
        record_time=case((log_head.c.record_time > _NOW, log_head.c.record_time), else_=_NOW),
    )
    .returning(log_head.c.seq, log_head.c.record_time)
)
"""Built once: building it costs more than running it."""
