# SPDX-License-Identifier: Apache-2.0
"""Whole events by their numbers: the rows and their places in the log, before any disclosure."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from nguon.epcis.items import ItemRef
from nguon.store.dialects import Dialect
from nguon.store.log import positions
from nguon.store.packing import unpack_items
from nguon.store.schema import event, log_head


class Loaded(NamedTuple):
    """An event's row with its place in the log."""

    id: int
    time: int
    submitter: int
    digest: bytes
    cbv_hash: bytes
    items: tuple[ItemRef, ...]
    body: bytes
    seq: int
    record_time: int
    head: int
    """The log's head when it was read."""


def load(connection: Connection, dialect: Dialect, ids: Sequence[int]) -> dict[int, Loaded]:
    """The events that exist and are not erased, by number: two statements."""
    if not ids:
        return {}
    rows = connection.execute(_loading(dialect), {"numbers": dialect.listed(ids)}).all()
    places = positions(connection, dialect, [row[0] for row in rows])
    return {row[0]: _made(row, *places[row[0]]) for row in rows}


def _made(row: Any, seq: int, record_time: int) -> Loaded:
    number, time, submitter, digest, cbv_hash, items, body, head = row
    return Loaded(
        number,
        time,
        submitter,
        digest,
        cbv_hash,
        unpack_items(items),
        body,
        seq,
        record_time,
        head,
    )


@cache
def _loading(dialect: Dialect) -> Select[Any]:
    """Built once: building it costs as much as running it."""
    columns = event.c
    return select(
        columns.id,
        columns.time,
        columns.submitter,
        columns.digest,
        columns.cbv_hash,
        columns.item_list,
        columns.body,
        select(log_head.c.seq).scalar_subquery(),
    ).where(dialect.among_named(columns.id, "numbers"), columns.body.is_not(None))
