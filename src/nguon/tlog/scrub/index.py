# SPDX-License-Identifier: Apache-2.0
"""The other way round: each index row with the event that it is of, each event with its entry.

Rows that are missing are found from the entries; here are found those that are too many.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table

from nguon.epcis.items import Role
from nguon.gs1 import key_hash
from nguon.store import Store
from nguon.store import scrub_reads as reads
from nguon.store.packing import unpack_items
from nguon.store.rows import SAME_CONTENT, SAME_NAME, name_digest, naming_party
from nguon.store.schema import event, event_digest, event_item, event_term
from nguon.tlog.scrub.findings import Finding

PORTION = 500
TABLES: dict[str, Table] = {
    str(one.name): one for one in (event_item, event_term, event_digest, event)
}

Fits = Callable[[Any, Any], bool]
Step = tuple[list[Finding], list[Any], int]
"""Findings, the key of the last row (empty at the end), how many rows."""


def check(store: Store, name: str, after: Sequence[Any], doubted: frozenset[int]) -> Step:
    """The next rows of a table; nothing is said of ``doubted`` events: that was said already."""
    table = TABLES[name]
    with store.reading() as connection:
        rows = reads.walk(connection, table, after, PORTION)
        findings = _unlogged(connection, rows) if table is event else _stray(connection, name, rows)
    last = [getattr(rows[-1], column.name) for column in table.primary_key] if rows else []
    kept = [one for one in findings if one.event not in doubted]
    return kept, last if len(rows) == PORTION else [], len(rows)


def _unlogged(connection: Connection, rows: reads.Rows) -> list[Finding]:
    logged = reads.logged(connection, [row.id for row in rows]) if rows else set()
    return [Finding("scrub.unlogged", "event.id", 0, r.id) for r in rows if r.id not in logged]


def _stray(connection: Connection, name: str, rows: reads.Rows) -> list[Finding]:
    numbers = {row.event for row in rows}
    events = reads.outlines(connection, numbers, _OUTLINES[name]) if rows else {}
    fits, kept = _FITS[name], dict[int, Any]()
    findings = []
    for row in rows:
        of = events.get(row.event)
        if of is None or not fits(row, _with_items(of, kept) if name == "event_item" else of):
            findings.append(Finding("scrub.stray", name, 0, row.event))
    return findings


def _with_items(of: Any, kept: dict[int, Any]) -> Any:
    """Time and index entries of an event, unpacked once."""
    if of.id not in kept:
        items = _unpacked(of)
        kept[of.id] = (
            of.time,
            {(key_hash(i.key), int(i.role is Role.MEMBER), int(i.role)) for i in items},
        )
    return kept[of.id]


def _unpacked(of: Any) -> Sequence[Any]:
    try:
        return unpack_items(of.item_list) if of.item_list is not None else ()
    except Exception:  # noqa: BLE001 - whatever damaged octets are taken for
        return ()


def _item(row: Any, of: Any) -> bool:
    time, entries = of
    return row.time == time and (row.item, row.member, row.role) in entries


def _term(row: Any, of: Any) -> bool:
    # Which terms it has is known from its body alone; a query looks at the event again.
    return bool(of.whole) and bool(row.time == of.time)


def _digest(row: Any, of: Any) -> bool:
    if row.submitter == SAME_CONTENT:
        return bool(row.digest == of.cbv_hash)
    party = naming_party(row.submitter)
    if row.submitter == SAME_NAME or party == of.submitter:
        return of.event_id is None or bool(row.digest == name_digest(of.event_id))
    return bool((row.digest, row.submitter) == (of.digest, of.submitter))


_OUTLINES: dict[str, Sequence[ColumnElement[Any]]] = {
    "event_item": (event.c.time, event.c.item_list),
    "event_term": (event.c.time, event.c.body.is_not(None).label("whole")),
    "event_digest": (event.c.cbv_hash, event.c.event_id, event.c.digest, event.c.submitter),
}
"""What a row is compared with."""
_FITS: dict[str, Fits] = {"event_item": _item, "event_term": _term, "event_digest": _digest}
