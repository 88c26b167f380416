# SPDX-License-Identifier: Apache-2.0
"""Reads of what was issued: blocks, one block, its pieces; for whoever may know of them."""

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import RowMapping

from nguon.base.audience import Audience
from nguon.base.time import to_microseconds
from nguon.codes import blocks, keyring, printing, reach
from nguon.codes import pieces as making
from nguon.codes.errors import IssuingError, IssuingUnknownError
from nguon.codes.model import Block, Export, Mark, Piece, Quota
from nguon.identity.model import Principal, Scope
from nguon.store import Store
from nguon.store import codes as rows
from nguon.store import codes_tables as tables

MOST_PIECES = 10_000
"""Pieces of one answer of `pieces`."""


class Whole(msgspec.Struct, frozen=True):
    """A block with its ranges."""

    block: Block
    exports: tuple[Export, ...]
    marks: tuple[Mark, ...]


def pieces(
    store: Store,
    principal: Principal,
    block_id: str,
    *,
    offset: int,
    limit: int,
    stem: str = making.CANONICAL,
) -> list[Piece]:
    """Pieces of one's own block from ``offset`` (from 0), at most ``limit``; void ones left out.

    Hidden parts are there where the block was ordered with them and the principal is a manager.

    Raises:
        IssuingUnknownError: there is no such block for this principal.
        IssuingForbiddenError: another's block; neither manager nor clerk.
        IssuingError: an offset or limit that cannot be.
        KeysLostError: the installation's keys are not those of its data.
    """
    reach.require_printer(principal)
    if offset < 0 or not 0 <= limit <= MOST_PIECES:
        raise IssuingError("codes.quantity", most=MOST_PIECES)
    ring = keyring.of(store)
    with store.reading() as connection:
        row = blocks.own(connection, principal, block_id)
        ring.prove(connection)
        void = [one for one in rows.marks(connection, [block_id]) if one["kind"] == "void"]
    count = max(min(limit, row["quantity"] - offset), 0)
    hidden = principal.may(Scope.REGISTRY)
    found = making.made(ring, row, offset, count, stem=stem, hidden=hidden)
    return [
        piece
        for at, piece in enumerate(found, offset)
        if not any(one["first"] <= at < one["first"] + one["quantity"] for one in void)
    ]


def of_export(
    store: Store, principal: Principal, export_id: str, *, hidden: bool, stem: str
) -> Iterator[Piece]:
    """The pieces of a range that a printer was handed; that they are taken is noted first."""
    handed = printing.fetch(store, principal, export_id, hidden=hidden)
    ring = keyring.of(store)
    with store.reading() as connection:
        row = blocks.own(connection, principal, handed["block"])
        ring.prove(connection)
    return making.made(ring, row, handed["first"], handed["quantity"], stem=stem, hidden=hidden)


def given(
    store: Store,
    audience: Audience,
    *,
    of: int | None = None,
    before: Block | None = None,
    limit: int = 100,
) -> list[Block]:
    """The blocks that a reader may see, or those ``of`` one organisation, the newest first."""
    table = tables.block
    cursor = None if before is None else (to_microseconds(before.recorded), before.id)
    with store.reading() as connection:
        seen = [*reach.visible(audience, table)]
        if of is not None:
            seen.append(table.c.organisation == of)
        found = rows.given(connection, table, seen, before=cursor, limit=limit)
        marks = rows.marks(connection, [row["id"] for row in found])
    return [blocks.block(row, marks) for row in found]


def whole(store: Store, principal: Principal, block_id: str) -> Whole:
    """A block with its ranges; raises `IssuingUnknownError`."""
    with store.reading() as connection:
        row = blocks.one(connection, principal, block_id)
        return Whole(
            blocks.block(row, rows.marks(connection, [block_id])),
            tuple(printing.exports_of(connection, block_id)),
            tuple(printing.marks_of(connection, block_id)),
        )


class Handed(msgspec.Struct, frozen=True):
    """A range that a printer was handed, with its block, and whether all of it was printed."""

    block: Block
    export: Export
    printed: bool


def handed(store: Store, principal: Principal, export_id: str) -> Handed:
    """A range of one's own block, without noting that its file is taken.

    Raises:
        IssuingUnknownError: there is no such range for this principal.
        IssuingForbiddenError: neither manager nor clerk.
    """
    reach.require_printer(principal)
    with store.reading() as connection:
        found = rows.exports(connection, "id", [export_id])
        if not found:
            raise IssuingUnknownError("codes.unknown-export")
        row = blocks.own(connection, principal, found[0]["block"])
        marks = rows.marks(connection, [row["id"]])
        [export] = [
            one for one in printing.exports_of(connection, row["id"]) if one.id == export_id
        ]
    done = sum(_common(found[0], one) for one in marks if one["kind"] == "printed")
    return Handed(blocks.block(row, marks), export, done == export.quantity)


def _common(one: RowMapping, other: RowMapping) -> int:
    """How many pieces two ranges of a block have in common."""
    ends = (row["first"] + row["quantity"] for row in (one, other))
    return int(max(0, min(ends) - max(one["first"], other["first"])))


def quotas(store: Store, organisations: Sequence[int]) -> dict[int, Quota]:
    """The quotas of organisations."""
    with store.reading() as connection:
        return {number: blocks.quota(connection, number) for number in organisations}
