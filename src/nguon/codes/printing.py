# SPDX-License-Identifier: Apache-2.0
"""Ranges of a block: handed to one printer each, marked as printed, made void.

A block's pieces are handed out from its first to its last, so two printers
never have the same one. A range is printed or void, never both; what was not
printed can be made void, and gives its quota back.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping

from nguon.base.time import from_microseconds, to_microseconds
from nguon.codes import blocks, reach, stops
from nguon.codes.errors import IssuingConflictError, IssuingError, IssuingUnknownError
from nguon.codes.model import Block, Export, Mark, MarkKind
from nguon.identity.model import Principal
from nguon.store import Store
from nguon.store import codes as rows
from nguon.store import codes_tables as tables

_LONGEST = 200


def hand_out(
    store: Store, actor: Principal, block_id: str, quantity: int, printer: str, request: str
) -> Export:
    """Hand the next pieces of a block to a printer, alone; the same request, the same range.

    Raises:
        IssuingError: a quantity that cannot be, no printer named.
        IssuingConflictError: so many are not left; the request was another; the lot is stopped.
    """
    reach.require_printer(actor)
    mark, who = request.strip(), printer.strip()[:_LONGEST]
    if not 1 <= len(mark) <= _LONGEST:
        raise IssuingError("codes.request-missing")
    if not who:
        raise IssuingError("codes.printer-missing")
    with store.transaction() as connection:
        rows.hold(connection, f"block/{block_id}")
        row = blocks.own(connection, actor, block_id)
        before = rows.export_of(connection, block_id, mark)
        if before is not None:
            if (before["quantity"], before["printer"]) != (quantity, who):
                raise IssuingConflictError("codes.request-used", request=mark)
            return _exports(connection, [before])[0]
        stops.require_free(store, row["gtin"], row["lot"])
        left = row["quantity"] - row["exported"]
        if not 1 <= quantity <= left:
            raise IssuingConflictError("codes.not-left", quantity=quantity, left=left)
        first = rows.take(connection, block_id, quantity)
        assert first is not None
        _no_void(connection, block_id, first, quantity)
        number = secrets.token_hex(8)
        values = {
            "id": number,
            "block": block_id,
            "first": first,
            "quantity": quantity,
            "printer": who,
            "request": mark,
            "recorded": to_microseconds(datetime.now(UTC)),
            "actor": actor.key_id,
        }
        rows.add(connection, tables.export, values)
        return _exports(connection, rows.exports(connection, "id", [number]))[0]


def fetch(store: Store, actor: Principal, export_id: str, *, hidden: bool) -> RowMapping:
    """Note that a range's file is taken; the range's row, with its block's as ``block``.

    Raises:
        IssuingForbiddenError: hidden parts are for managers.
        IssuingUnknownError: there is no such range for the actor.
        IssuingConflictError: the block has no hidden parts.
    """
    (reach.require_manager if hidden else reach.require_printer)(actor)
    with store.transaction() as connection:
        found = rows.exports(connection, "id", [export_id])
        if not found:
            raise IssuingUnknownError("codes.unknown-export")
        row = blocks.own(connection, actor, found[0]["block"])
        if hidden and not row["hidden"]:
            raise IssuingConflictError("codes.nothing-hidden")
        values = {
            "id": secrets.token_hex(8),
            "export": export_id,
            "part": "hidden" if hidden else "public",
            "recorded": to_microseconds(datetime.now(UTC)),
            "actor": actor.key_id,
        }
        rows.add(connection, tables.fetch, values)
        return found[0]


def mark(
    store: Store,
    actor: Principal,
    block_id: str,
    kind: MarkKind,
    span: tuple[int, int],
    reason: str = "",
) -> Block:
    """Say what became of a range: ``span`` is its first piece, counted from 1, and how many.

    The same again changes nothing.

    Raises:
        IssuingError: a range outside the block; making void without a reason.
        IssuingConflictError: part of it was printed or made void before.
    """
    reach.require_printer(actor)
    if kind is MarkKind.VOID:
        reach.require_manager(actor)
        if not reason.strip():
            raise IssuingError("codes.reason-missing")
    begin, quantity = span[0] - 1, span[1]
    with store.transaction() as connection:
        rows.hold(connection, f"block/{block_id}")
        row = blocks.own(connection, actor, block_id)
        if begin < 0 or quantity < 1 or begin + quantity > row["quantity"]:
            raise IssuingError("codes.range", most=row["quantity"])
        known = rows.marks(connection, [block_id])
        if any(_is(one, kind, begin, quantity) for one in known):
            return blocks.block(row, known)
        for one in known:
            if _meet(one, begin, quantity):
                code = "codes.range-printed" if one["kind"] == "printed" else "codes.range-void"
                raise IssuingConflictError(
                    code, first=one["first"] + 1, last=one["first"] + one["quantity"]
                )
        values = {
            "block": block_id,
            "number": len(known) + 1,
            "kind": kind.value,
            "first": begin,
            "quantity": quantity,
            "reason": reason.strip()[:2000],
            "recorded": to_microseconds(datetime.now(UTC)),
            "actor": actor.key_id,
        }
        rows.add(connection, tables.mark, values)
        return blocks.block(row, rows.marks(connection, [block_id]))


def exports_of(connection: Connection, block_id: str) -> list[Export]:
    """The ranges of a block that printers were handed, in order."""
    return _exports(connection, rows.exports(connection, "block", [block_id]))


def marks_of(connection: Connection, block_id: str) -> list[Mark]:
    """What became of a block's ranges, in the order of recording."""
    return [
        Mark(
            kind=MarkKind(row["kind"]),
            first=row["first"] + 1,
            quantity=row["quantity"],
            reason=row["reason"],
            recorded=from_microseconds(row["recorded"]),
            by=row["actor"],
        )
        for row in rows.marks(connection, [block_id])
    ]


def _exports(connection: Connection, found: Iterable[RowMapping]) -> list[Export]:
    held = list(found)
    taken: dict[str, int] = {}
    for row in rows.fetches(connection, [row["id"] for row in held]):
        taken[row["export"]] = taken.get(row["export"], 0) + 1
    return [
        Export(
            id=row["id"],
            block=row["block"],
            first=row["first"] + 1,
            quantity=row["quantity"],
            printer=row["printer"],
            recorded=from_microseconds(row["recorded"]),
            by=row["actor"],
            fetched=taken.get(row["id"], 0),
        )
        for row in held
    ]


def _no_void(connection: Connection, block_id: str, first: int, quantity: int) -> None:
    for one in rows.marks(connection, [block_id]):
        if one["kind"] == MarkKind.VOID and _meet(one, first, quantity):
            raise IssuingConflictError(
                "codes.range-void", first=one["first"] + 1, last=one["first"] + one["quantity"]
            )


def _meet(one: RowMapping, first: int, quantity: int) -> bool:
    return bool(one["first"] < first + quantity and first < one["first"] + one["quantity"])


def _is(one: RowMapping, kind: MarkKind, first: int, quantity: int) -> bool:
    return (one["kind"], one["first"], one["quantity"]) == (kind.value, first, quantity)


def covered(found: Sequence[RowMapping], kind: MarkKind, at: int) -> bool:
    """Whether a piece, counted from 0 in its block, has a mark of a kind."""
    return any(one["kind"] == kind.value and _meet(one, at, 1) for one in found)
