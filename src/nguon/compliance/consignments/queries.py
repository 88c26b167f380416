# SPDX-License-Identifier: Apache-2.0
"""Reads of consignments: the shipper's own; the consignee's once declared; the authority's."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, RowMapping

from nguon.base.quantity import Quantity
from nguon.base.time import from_microseconds
from nguon.compliance import access
from nguon.compliance.consignments.model import (
    CodeShare,
    Consignment,
    ConsignmentState,
    Load,
    PaperKind,
)
from nguon.compliance.errors import UnknownConsignmentError
from nguon.compliance.model import Market
from nguon.identity.model import Principal
from nguon.store import Store
from nguon.store import compliance as rows
from nguon.store import compliance_tables as tables


def consignment(store: Store, actor: Principal, number: str) -> Consignment:
    """The consignment with this id; another's is as unknown: `UnknownConsignmentError`."""
    with store.reading() as connection:
        found = read(connection, [number])
    if not found or not _is_for(store, actor, found[0]):
        raise UnknownConsignmentError("compliance.unknown-consignment")
    return found[0]


def consignments(store: Store, actor: Principal, *, limit: int = 100) -> list[Consignment]:
    """The actor's consignments, the latest planned first; those of all in charge for officers."""
    mine = None if access.may_supervise(actor) else actor.organisation
    with store.reading() as connection:
        found = _whole(connection, rows.consignments(connection, mine, limit=limit))
    if mine is not None:
        return found
    covered = access.in_charge(store, actor, {one.shipper for one in found})
    return [one for one in found if one.shipper in covered or one.shipper == actor.organisation]


def read(connection: Connection, numbers: Sequence[str]) -> list[Consignment]:
    """Consignments by their ids, within a transaction."""
    return _whole(connection, rows.rows(connection, tables.consignment, "id", numbers))


def _is_for(store: Store, actor: Principal, one: Consignment) -> bool:
    if actor.organisation == one.shipper:
        return True
    if actor.organisation == one.consignee and one.declared is not None:
        return True
    return bool(access.in_charge(store, actor, {one.shipper}))


def _whole(connection: Connection, found: Sequence[RowMapping]) -> list[Consignment]:
    numbers = [row["id"] for row in found]
    loads: dict[str, list[Load]] = {}
    for row in rows.rows(connection, tables.consignment_lot, "consignment", numbers):
        load = Load(row["lot"], Quantity(Decimal(row["quantity"]), row["unit"]))
        loads.setdefault(row["consignment"], []).append(load)
    codes: dict[str, list[CodeShare]] = {}
    for row in rows.rows(connection, tables.consignment_code, "consignment", numbers):
        codes.setdefault(row["consignment"], []).append(_share(row))
    papers: dict[str, dict[PaperKind, str]] = {}
    for row in rows.rows(connection, tables.consignment_paper, "consignment", numbers):
        papers.setdefault(row["consignment"], {})[PaperKind(row["kind"])] = row["number"]
    return [_consignment(row, loads, codes, papers) for row in found]


def _share(row: RowMapping) -> CodeShare:
    return CodeShare(
        code=row["code"],
        quantity=Decimal(row["quantity"]),
        authorisation=row["authorisation"],
        reason=row["reason"],
        use=row["use_id"],
    )


def _consignment(
    row: RowMapping,
    loads: dict[str, list[Load]],
    codes: dict[str, list[CodeShare]],
    papers: dict[str, dict[PaperKind, str]],
) -> Consignment:
    same = ("id", "number", "product", "shipper", "consignee", "consignee_name")
    return Consignment(
        market=Market(row["market"]),
        planned=date.fromisoformat(row["planned"]),
        state=ConsignmentState(row["state"]),
        loads=tuple(loads.get(row["id"], ())),
        codes=tuple(codes.get(row["id"], ())),
        papers=papers.get(row["id"], {}),
        created=from_microseconds(row["created"]),
        declared=_time(row["declared"]),
        shipped=_time(row["shipped"]),
        cancelled=_time(row["cancelled"]),
        **{name: row[name] for name in (*same, "packing", "vehicle", "seal")},
    )


def _time(value: int | None) -> datetime | None:
    return None if value is None else from_microseconds(value)
