# SPDX-License-Identifier: Apache-2.0
"""Whole events by their numbers: the rows and their places in the log, before any disclosure."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from nguon.epcis.items import ItemRef
from nguon.store.dialects import Dialect
from nguon.store.log import positions
from nguon.store.packing import unpack_items
from nguon.store.schema import event


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


def load(connection: Connection, dialect: Dialect, ids: Sequence[int]) -> dict[int, Loaded]:
    """The events that exist and are not erased, by number: two statements."""
    if not ids:
        return {}
    columns = event.c
    query = select(
        columns.id,
        columns.time,
        columns.submitter,
        columns.digest,
        columns.cbv_hash,
        columns.item_list,
        columns.body,
    ).where(dialect.among(columns.id, ids), columns.body.is_not(None))
    rows = connection.execute(query).all()
    places = positions(connection, dialect, [row.id for row in rows])
    return {
        row.id: Loaded(*row[:5], unpack_items(row.item_list), row.body, *places[row.id])
        for row in rows
    }
