# SPDX-License-Identifier: Apache-2.0
"""What lies in containers now, one level deep, as aggregations say it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from nguon.epcis.items import Role
from nguon.gs1 import key_hash
from nguon.store.packing import unpack_items
from nguon.store.portions import portions, rows_by
from nguon.store.schema import event, event_item
from nguon.store.values import Action

_TOGETHER = 50
_MOST = 5_000
"""Records that are read of so many containers together, the earliest."""


def packed(connection: Connection, containers: Collection[str]) -> dict[str, set[str]]:
    """The things that were put into these containers and not taken out again; erased records
    and those declared in error say nothing.
    """
    naming = select(event_item.c.event).where(event_item.c.role == Role.PARENT)
    naming = naming.where(event_item.c.member == 0).order_by(event_item.c.event).limit(_MOST)
    numbers = [
        number
        for some in portions(sorted(map(key_hash, containers)), _TOGETHER)
        for number in connection.scalars(naming.where(event_item.c.item.in_(some)))
    ]
    query = select(*_COLUMNS).where(event.c.item_list.is_not(None))
    rows = rows_by(connection, query, event.c.id, numbers)
    wrong = {_declared(row) for row in rows if row["correction"]}
    found: dict[str, set[str]] = {key: set() for key in containers}
    for row in sorted(rows, key=lambda one: (one["time"], one["id"])):
        if not row["correction"] and _declared(row) not in wrong:
            _follow(row, found)
    return found


_COLUMNS = (
    *(event.c.id, event.c.time, event.c.action, event.c.correction, event.c.submitter),
    *(event.c.event_id, event.c.cbv_hash, event.c.item_list),
)


def _declared(row: RowMapping) -> tuple[int, Any]:
    """What an error declaration and the event that it withdraws have in common."""
    return row["submitter"], row["event_id"] or bytes(row["cbv_hash"])


def _follow(row: RowMapping, found: dict[str, set[str]]) -> None:
    items = unpack_items(row["item_list"])
    children = {item.key for item in items if item.role is Role.CHILD}
    for item in items:
        if item.role is Role.PARENT and item.key in found:
            inside = found[item.key]
            if row["action"] == Action.DELETE:
                inside -= children or set(inside)
            else:
                inside |= children
