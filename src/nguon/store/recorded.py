# SPDX-License-Identifier: Apache-2.0
"""What was recorded between two places of the log, in bulk: for what is built behind the log.

Without bodies, and for no reader: whoever builds something from it decides what is shown.
"""

from typing import NamedTuple

from sqlalchemy import Connection, select

from nguon.store.dialects import Dialect
from nguon.store.schema import event, log
from nguon.store.values import EntryKind

_TOLD = (EntryKind.EVENT, EntryKind.ERASURE)


class Recorded(NamedTuple):
    """An event as its rows have it; ``items`` are packed (`nguon.store.packing`)."""

    seq: int
    id: int
    time: int
    type: int
    action: int
    submitter: int
    correction: int
    items: bytes
    event_id: str | None
    cbv_hash: bytes


class Portion(NamedTuple):
    """The events of a portion of the log that are not erased, in its order.

    ``erased`` are the numbers of those of which its entries say that they are erased,
    wherever they were recorded.
    """

    events: list[Recorded]
    erased: set[int]


def recorded(connection: Connection, dialect: Dialect, after: int, upto: int) -> Portion:
    """What the entries after ``after`` up to ``upto`` (inclusive) tell: two statements."""
    asked = select(log.c.seq, log.c.event, log.c.kind).where(
        log.c.seq > after, log.c.seq <= upto, log.c.kind.in_(_TOLD)
    )
    entries = connection.execute(asked.order_by(log.c.seq)).all()
    places = {number: seq for seq, number, kind in entries if kind == EntryKind.EVENT}
    erased = {number for _, number, kind in entries if kind == EntryKind.ERASURE and number}
    if not places:
        return Portion([], erased)
    columns = event.c
    reading = select(
        columns.id,
        columns.time,
        columns.type,
        columns.action,
        columns.submitter,
        columns.correction,
        columns.item_list,
        columns.event_id,
        columns.cbv_hash,
    ).where(dialect.among(columns.id, list(places)), columns.item_list.is_not(None))
    rows = connection.execute(reading)
    found = [Recorded(places[row[0]], *row) for row in rows]
    found.sort(key=lambda one: one.seq)
    return Portion(found, erased)
