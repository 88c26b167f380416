# SPDX-License-Identifier: Apache-2.0
"""What happens to consignments: planned, changed, declared, shipped or cancelled.

Declaring draws the area and packing-house codes through the ledger. A refused
use does not undo the consignment: it stands, with the refusal and its
arithmetic shown, and declaring again asks anew.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from nguon.base.errors import Fault
from nguon.base.time import HANOI, to_microseconds
from nguon.compliance import access
from nguon.compliance.consignments import queries, rules
from nguon.compliance.consignments.model import (
    CodeShare,
    Consignment,
    ConsignmentState,
    PaperKind,
    Plan,
)
from nguon.compliance.consignments.packing import packing_house
from nguon.compliance.errors import ComplianceError, ConsignmentError
from nguon.compliance.grouping import crop_of
from nguon.identity.model import Principal
from nguon.registry import queries as registry
from nguon.registry.ledger import service as ledger
from nguon.registry.ledger.errors import LedgerError
from nguon.registry.ledger.model import Drawn, Use
from nguon.store import Store
from nguon.store import compliance as rows
from nguon.store import compliance_tables as tables
from nguon.store.registry import hold

_CANCELLED = "cancelled"
"""Why a use is given back whose consignment was cancelled while it was declared."""
_CHILDREN = (tables.consignment_lot, tables.consignment_code)


class Declared(NamedTuple):
    """A declared consignment, with the ledger's answer for each code."""

    consignment: Consignment
    drawn: tuple[Drawn, ...]


def plan(store: Store, actor: Principal, asked: Plan) -> Consignment:
    """Enter a consignment as a draft.

    Raises:
        ConsignmentError: every fault, by field.
    """
    named = _checked(store, actor, asked)
    number = secrets.token_hex(8)
    with store.transaction() as connection:
        hold(connection)
        own = {"shipper": actor.organisation, "number": asked.number}
        if rows.one(connection, tables.consignment, own) is not None:
            raise _fault("/number", "compliance.consignment-twice", number=asked.number)
        values = {
            **_values(actor, asked, named),
            "id": number,
            "shipper": actor.organisation,
            "state": ConsignmentState.DRAFT.value,
            "created": _now(),
        }
        rows.add(connection, tables.consignment, [values])
        _add_children(connection, number, asked)
        return queries.read(connection, [number])[0]


def change(store: Store, actor: Principal, number: str, asked: Plan) -> Consignment:
    """Enter a draft anew; what is declared already is cancelled instead, not changed."""
    _own(store, actor, number)
    named = _checked(store, actor, asked)
    with store.transaction() as connection:
        hold(connection)
        [found] = queries.read(connection, [number])
        if found.state is not ConsignmentState.DRAFT:
            raise ComplianceError("compliance.consignment-state", state=found.state.value)
        same = {"shipper": actor.organisation, "number": asked.number}
        other = rows.one(connection, tables.consignment, same)
        if other is not None and other["id"] != number:
            raise _fault("/number", "compliance.consignment-twice", number=asked.number)
        rows.change(connection, tables.consignment, {"id": number}, _values(actor, asked, named))
        for table in _CHILDREN:
            rows.forget(connection, table, {"consignment": number})
        _add_children(connection, number, asked)
        return queries.read(connection, [number])[0]


def paper(store: Store, actor: Principal, number: str, kind: PaperKind, text: str) -> Consignment:
    """Enter the number of a paper or confirm the marks; without text it is taken back."""
    found = _own(store, actor, number)
    if found.state in {ConsignmentState.SHIPPED, ConsignmentState.CANCELLED}:
        raise ComplianceError("compliance.consignment-state", state=found.state.value)
    if len(text) > rules.LONGEST:
        raise _fault(f"/papers/{kind}", "compliance.too-long", most=rules.LONGEST)
    with store.transaction() as connection:
        key = {"consignment": number, "kind": kind.value}
        rows.forget(connection, tables.consignment_paper, key)
        if text:
            values = {**key, "number": text, "recorded": _now(), "actor": actor.key_id}
            rows.add(connection, tables.consignment_paper, [values])
        return queries.read(connection, [number])[0]


def declare(
    store: Store, actor: Principal, number: str, reasons: Mapping[str, str] | None = None
) -> Declared:
    """Declare a consignment: each code is drawn on, in the shipper's name.

    ``reasons`` are the user's words for codes of which more is used than they bear.
    """
    found = _own(store, actor, number)
    if not rules.may_follow(found, ConsignmentState.DECLARED):
        raise ComplianceError("compliance.consignment-state", state=found.state.value)
    crop = crop_of(registry.product(store, actor.audience, found.product))
    shares = [_with_reason(share, reasons or {}) for share in found.codes]
    drawn = {share.code: _draw(store, actor, found, share, crop) for share in shares}
    with store.transaction() as connection:
        hold(connection)
        [now] = queries.read(connection, [number])
        if rules.may_follow(now, ConsignmentState.DECLARED):
            for share in shares:
                key = {"consignment": number, "code": share.code}
                kept = {"use_id": drawn[share.code].id, "reason": share.reason}
                rows.change(connection, tables.consignment_code, key, kept)
            step = {"state": ConsignmentState.DECLARED.value, "declared": _now()}
            rows.change(connection, tables.consignment, {"id": number}, step)
            return Declared(queries.read(connection, [number])[0], tuple(drawn.values()))
    if now.state is ConsignmentState.CANCELLED:
        for answer in drawn.values():
            _give_back(store, actor, answer.id, _CANCELLED)
    raise ComplianceError("compliance.consignment-state", state=now.state.value)


def ship(store: Store, actor: Principal, number: str) -> Consignment:
    """Say that a declared consignment left."""
    return _step(store, actor, number, ConsignmentState.SHIPPED)


def cancel(store: Store, actor: Principal, number: str, reason: str) -> Consignment:
    """Cancel a consignment that has not left; what it drew is given back."""
    if not reason:
        raise _fault("/reason", "compliance.reason-missing")
    cancelled = _step(store, actor, number, ConsignmentState.CANCELLED)
    for share in cancelled.codes:
        if share.use is not None:
            _give_back(store, actor, share.use, reason)
    return cancelled


def _give_back(store: Store, actor: Principal, use: str, reason: str) -> None:
    try:
        ledger.reverse(store, actor, use, reason)
    except LedgerError as error:
        if error.code != "ledger.nothing-to-reverse":
            raise


def _with_reason(share: CodeShare, reasons: Mapping[str, str]) -> CodeShare:
    said = reasons.get(share.code) or share.reason
    return msgspec.structs.replace(share, reason=said)


def _draw(
    store: Store, actor: Principal, found: Consignment, share: CodeShare, crop: str | None
) -> Drawn:
    planned = datetime.combine(found.planned, time(12), HANOI)
    use = Use(
        code=share.code,
        product=found.product,
        crop=crop,
        market=found.market.value.upper(),
        used_at=min(planned, datetime.now(HANOI)),
        quantity=share.quantity,
        consignment=found.number,
        lots=tuple(load.lot for load in found.loads),
        authorisation=share.authorisation,
        reason=share.reason,
    )
    return ledger.draw(store, actor, use)


def _step(store: Store, actor: Principal, number: str, state: ConsignmentState) -> Consignment:
    _own(store, actor, number)
    with store.transaction() as connection:
        hold(connection)
        [found] = queries.read(connection, [number])
        if not rules.may_follow(found, state):
            raise ComplianceError("compliance.consignment-state", state=found.state.value)
        step = {"state": state.value, state.value: _now(), "actor": actor.key_id}
        rows.change(connection, tables.consignment, {"id": number}, step)
        return queries.read(connection, [number])[0]


def _own(store: Store, actor: Principal, number: str) -> Consignment:
    found = queries.consignment(store, actor, number)
    if found.shipper != actor.organisation:
        raise ComplianceError("compliance.not-yours")
    return found


def _checked(store: Store, actor: Principal, asked: Plan) -> tuple[int | None, str | None]:
    """The consignee's number and the packing house's key, if it has them.

    Raises with every fault of the plan.
    """
    faults = list(rules.faults_of(asked, datetime.now(HANOI).date()))
    faults += access.foreign_lots(store, actor, [load.lot for load in asked.loads])
    consignee = None
    if asked.consignee:
        consignee = registry.organisation_by_code(store, actor.audience, asked.consignee)
        if consignee is None:
            faults.append(Fault("/consignee", "compliance.unknown-organisation"))
    packing = packing_house(store, actor.audience, asked.packing) if asked.packing else None
    if asked.packing and packing is None:
        faults.append(Fault("/packing", "compliance.unknown-packing"))
    if faults:
        raise ConsignmentError("compliance.consignment-faults", faults, count=len(faults))
    return (
        None if consignee is None else consignee.id,
        None if packing is None else packing.key,
    )


def _values(
    actor: Principal, asked: Plan, named: tuple[int | None, str | None]
) -> dict[str, object]:
    consignee, packing = named
    return {
        "number": asked.number,
        "market": asked.market.value,
        "product": asked.loads[0].lot.partition("/10/")[0],
        "planned": asked.planned.isoformat(),
        "actor": actor.key_id,
        "consignee": consignee,
        "consignee_name": asked.consignee_name,
        "packing": packing,
        "vehicle": asked.vehicle,
        "seal": asked.seal,
    }


def _add_children(connection: Connection, number: str, asked: Plan) -> None:
    loads = [
        {
            "consignment": number,
            "lot": load.lot,
            "quantity": load.quantity.text,
            "unit": load.quantity.unit,
        }
        for load in asked.loads
    ]
    rows.add(connection, tables.consignment_lot, loads)
    codes = [
        {
            "consignment": number,
            "code": share.code,
            "quantity": f"{share.quantity:f}",
            "authorisation": share.authorisation,
            "reason": share.reason,
        }
        for share in asked.codes
    ]
    rows.add(connection, tables.consignment_code, codes)


def _fault(pointer: str, code: str, **params: object) -> ConsignmentError:
    faults = [Fault(pointer, code, params)]
    return ConsignmentError("compliance.consignment-faults", faults, count=1)


def _now() -> int:
    return to_microseconds(datetime.now(UTC))
