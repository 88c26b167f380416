# SPDX-License-Identifier: Apache-2.0
"""Orders: a block of serials of a product, in one transaction; sent again, the same block."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.base.time import from_microseconds, to_microseconds
from nguon.codes import gtins, keyring, lots, numbers, reach, stops
from nguon.codes.errors import (
    IssuingConflictError,
    IssuingError,
    IssuingForbiddenError,
    IssuingUnknownError,
)
from nguon.codes.model import MOST_PIECES, QUOTA, Block, OrderAsked, Quota
from nguon.codes.serials import COUNT_BITS
from nguon.identity.model import Principal, Scope
from nguon.registry.ledger.registers import province_of_organisation
from nguon.store import Store, entries
from nguon.store import codes as rows
from nguon.store import codes_tables as tables

_LONGEST = 200
_MOST_QUOTA = 10**12


def order(store: Store, actor: Principal, asked: OrderAsked) -> Block:
    """Issue a block of serials.

    Raises:
        IssuingError: a number, lot or quantity that cannot be.
        IssuingForbiddenError: the actor may not order; the number is not licensed to it.
        IssuingConflictError: the quota is used up; the request was another; the lot is stopped.
        KeysLostError: the installation's keys are not those of its data.
    """
    reach.require_manager(actor)
    wanted = _read(asked)
    stops.require_free(store, wanted.gtin, wanted.lot)
    with store.transaction() as connection:
        rows.hold(connection, f"organisation/{actor.organisation}")
        before = rows.by_request(connection, tables.block, actor.organisation, wanted.request)
        if before is not None:
            return _same(connection, before, wanted)
        key = keyring.of(store).newest(connection)
        gtins.require_licence(connection, actor.organisation, wanted.gtin)
        gtins.require_own(connection, actor.organisation, wanted.gtin)
        left = quota(connection, actor.organisation).left
        if wanted.quantity > left:
            raise IssuingConflictError("codes.quota", quantity=wanted.quantity, left=left)
        first = _serials(connection, wanted)
        values: dict[str, Any] = {
            "id": secrets.token_hex(8),
            "organisation": actor.organisation,
            "province": province_of_organisation(connection, actor.organisation),
            "first": first,
            "exported": 0,
            "key_number": key.number,
            "recorded": to_microseconds(datetime.now(UTC)),
            "actor": actor.key_id,
            "hidden": int(wanted.hidden),
            "signed": int(wanted.signed),
            **{
                name: getattr(wanted, name)
                for name in ("gtin", "lot", "quantity", "purpose", "request")
            },
        }
        rows.add(connection, tables.block, values)
        return block(values, ())


def quota(connection: Connection, organisation: int) -> Quota:
    """What an organisation may order, and has."""
    pieces = rows.quotas(connection, [organisation]).get(organisation, QUOTA)
    used = rows.used(connection, [organisation]).get(organisation, 0)
    return Quota(pieces=pieces, used=used)


def set_quota(store: Store, actor: Principal, organisation: int, pieces: int, reason: str) -> Quota:
    """Set how many pieces an organisation may have serials for; for the operator.

    Raises:
        IssuingForbiddenError: the actor is not the operator.
        IssuingError: a number that cannot be, no reason.
    """
    if not actor.may(Scope.ADMIN):
        raise IssuingForbiddenError("codes.operator-only")
    if not 0 <= pieces <= _MOST_QUOTA:
        raise IssuingError("codes.quantity", most=_MOST_QUOTA)
    if not reason.strip():
        raise IssuingError("codes.reason-missing")
    with store.transaction() as connection:
        rows.hold(connection, f"organisation/{organisation}")
        values = {
            "organisation": organisation,
            "number": rows.quota_steps(connection, organisation) + 1,
            "pieces": pieces,
            "reason": reason.strip()[:2000],
            "recorded": to_microseconds(datetime.now(UTC)),
            "actor": actor.key_id,
        }
        rows.add(connection, tables.quota, values)
        return quota(connection, organisation)


def one(connection: Connection, actor: Principal, block_id: str) -> RowMapping:
    """A block's row; raises `IssuingUnknownError` where the actor may not see it."""
    found = rows.blocks(connection, "id", [block_id])
    if not found or not reach.sees(actor.audience, found[0]["organisation"], found[0]["province"]):
        raise IssuingUnknownError("codes.unknown-block")
    return found[0]


def own(connection: Connection, actor: Principal, block_id: str) -> RowMapping:
    """A block of one's own organisation; raises also `IssuingForbiddenError`."""
    found = one(connection, actor, block_id)
    if found["organisation"] != actor.organisation:
        raise IssuingForbiddenError("codes.not-your-block")
    return found


def block(row: "RowMapping | Mapping[str, Any]", marks: Sequence[RowMapping]) -> Block:
    """A block with the sums of what became of it."""
    sums = {"printed": 0, "void": 0}
    for mark in marks:
        if mark["block"] == row["id"]:
            sums[mark["kind"]] += mark["quantity"]
    names = ("id", "organisation", "gtin", "lot", "quantity", "purpose", "exported")
    return Block(
        **{name: row[name] for name in names},
        hidden=bool(row["hidden"]),
        signed=bool(row["signed"]),
        recorded=from_microseconds(row["recorded"]),
        by=row["actor"],
        printed=sums["printed"],
        void=sums["void"],
    )


def _read(asked: OrderAsked) -> OrderAsked:
    mark = asked.request.strip()
    if not 1 <= len(mark) <= _LONGEST:
        raise IssuingError("codes.request-missing")
    if not 1 <= asked.quantity <= MOST_PIECES:
        raise IssuingError("codes.quantity", most=MOST_PIECES)
    lot = (asked.lot or "").strip() or None
    if lot is not None and not lots.usable(lot):
        raise IssuingError(lots.why(lot), lot=lot[:60], offered=lots.offered(lot))
    return msgspec.structs.replace(
        asked,
        gtin=numbers.gtin(asked.gtin),
        lot=lot,
        request=mark,
        purpose=asked.purpose.strip()[:_LONGEST],
    )


def _serials(connection: Connection, wanted: OrderAsked) -> int:
    """The first of the block's running numbers, none of which is another's."""
    taken = entries.numbers(connection, f"serial/{wanted.gtin}", wanted.quantity)
    if taken.stop > 1 << COUNT_BITS:
        raise IssuingConflictError("codes.serials-full", gtin=wanted.gtin)
    return taken.start


def _same(connection: Connection, before: RowMapping, wanted: OrderAsked) -> Block:
    names = ("gtin", "lot", "quantity", "hidden", "signed")
    if any(before[name] != getattr(wanted, name) for name in names):
        raise IssuingConflictError("codes.request-used", request=wanted.request)
    return block(before, rows.marks(connection, [before["id"]]))
