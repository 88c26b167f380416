# SPDX-License-Identifier: Apache-2.0
"""Officers' holds: goods stay where they are, on the stop list in the same transaction."""

import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping

from nguon.base.canonical_json import canonical
from nguon.base.errors import Fault
from nguon.base.time import HANOI, from_microseconds, rfc3339, to_microseconds
from nguon.compliance import access
from nguon.gs1 import IdentifierError
from nguon.identity.model import Principal
from nguon.inspections import queries
from nguon.inspections.errors import (
    InspectionFaultsError,
    InspectionForbiddenError,
    InspectionMovedError,
    UnknownInspectionError,
)
from nguon.inspections.model import Hold, HoldOrder
from nguon.inspections.service import require_officer, unsayable
from nguon.parties.keys import naming
from nguon.parties.keys.custody import custodian_of
from nguon.scans.reading import code_in
from nguon.signing import jws
from nguon.stoplist import service as stops
from nguon.stoplist import ties
from nguon.stoplist.model import NewStop, StopKind
from nguon.store import Store
from nguon.store import inspections as rows

TYPE = "nguon-hold+jwt"
MOST_DAYS, _MOST_CODES, _LONGEST = 90, 200, 500
_LAPSED = "lapsed"


def place(store: Store, by: Principal, order: HoldOrder) -> Hold:
    """Hold goods: signed, stated in the log, and stopped, all or nothing.

    What an officer may hold is what he is in charge of, or found in a visit that he recorded. A
    pallet is held with the pieces and the pallets that lie in it, also if they are taken out.
    The same order is one hold while it stands, however often it is sent.

    Raises:
        InspectionForbiddenError: not an officer; goods that are not in his charge.
        UnknownInspectionError: no such visit of his.
        InspectionFaultsError: codes of no piece or lot, no reason, a term that cannot be.
    """
    require_officer(by)
    keys = _checked(order)
    _require_charge(store, by, order, keys)
    now = datetime.now(UTC)
    number = secrets.token_hex(8)
    values: dict[str, Any] = {
        "id": number,
        "organisation": by.organisation,
        "inspection": order.inspection,
        "keys": msgspec.json.encode(keys).decode(),
        "reason": order.reason.strip(),
        "until": order.until.isoformat(),
        "begun": to_microseconds(now),
        "actor": by.key_id,
    }
    values["signed"] = _signed(store, values, keys, now)
    every = [*keys, *_inside(store, keys)]
    with store.transaction() as connection:
        rows.take(connection, by.organisation)
        row = rows.same_hold(connection, values)
        if row is None:
            rows.add_hold(connection, values)
            stops.put(connection, [_stop(one, number, by.key_id) for one in every])
            row = rows.hold(connection, number)
    assert row is not None
    return held(row)


def lift(store: Store, by: Principal, number: str, reason: str) -> Hold:
    """Let goods go that one's own authority held.

    Raises:
        InspectionForbiddenError: not an officer.
        UnknownInspectionError: no such hold of one's authority.
        InspectionFaultsError: no reason.
        InspectionMovedError: it has ended before.
    """
    require_officer(by)
    if len(reason.strip()) > _LONGEST or unsayable(reason):
        fault = Fault("/reason", "inspections.reason", {"most": _LONGEST})
        raise InspectionFaultsError("inspections.faults", [fault], count=1)
    with store.transaction() as connection:
        row = rows.hold(connection, number)
        if row is None or not queries.may_see(by, row["organisation"]):
            raise UnknownInspectionError("inspections.unknown-hold")
        if not _lifted(connection, number, by.key_id, reason.strip()):
            raise InspectionMovedError("inspections.hold-ended-before")
        done = rows.hold(connection, number)
    assert done is not None
    return held(done)


def lapse(store: Store, today: date) -> int:
    """End the holds whose last day is over; gives how many."""
    with store.reading() as connection:
        found = rows.overdue(connection, today.isoformat())
    for number in found:
        with store.transaction() as connection:
            _lifted(connection, number, "platform", _LAPSED)
    return len(found)


def held(row: RowMapping) -> Hold:
    """A hold as its row has it."""
    lifted = row["lifted"]
    return Hold(
        id=row["id"],
        organisation=row["organisation"],
        inspection=row["inspection"],
        keys=tuple(msgspec.json.decode(row["keys"], type=list[str])),
        reason=row["reason"],
        until=date.fromisoformat(row["until"]),
        begun=from_microseconds(row["begun"]),
        by=row["actor"],
        signed=row["signed"],
        lifted=None if lifted is None else from_microseconds(lifted),
        lift_reason=row["lift_reason"],
    )


def _lifted(connection: Connection, number: str, by: str, reason: str) -> bool:
    now = to_microseconds(datetime.now(UTC))
    done = rows.lift(connection, number, {"lifted": now, "released_by": by, "lift_reason": reason})
    if done:
        stops.lift(connection, f"hold:{number}", by=by)
    return done


def _checked(order: HoldOrder) -> list[str]:
    """The keys of an order."""
    faults, keys = list[Fault](), dict[str, None]()
    for at, code in enumerate(order.codes[: _MOST_CODES + 1]):
        try:
            key = code_in(code.strip()).key
        except IdentifierError:
            key = ""
        if _kind(key) is None:
            faults.append(Fault(f"/codes/{at}", "inspections.hold-code", {"code": code[:60]}))
        keys[key] = None
    if not order.codes or len(order.codes) > _MOST_CODES:
        faults.append(Fault("/codes", "inspections.codes-many", {"most": _MOST_CODES}))
    if len(order.reason.strip()) > _LONGEST or unsayable(order.reason):
        faults.append(Fault("/reason", "inspections.reason", {"most": _LONGEST}))
    today = datetime.now(HANOI).date()
    if not today <= order.until <= today + timedelta(days=MOST_DAYS):
        faults.append(Fault("/until", "inspections.term", {"most": MOST_DAYS}))
    if faults:
        raise InspectionFaultsError("inspections.faults", faults, count=len(faults))
    return list(keys)


def _kind(key: str) -> StopKind | None:
    """As what a key is stopped; None for products, places and what is none."""
    if key.startswith("01/") and key.count("/") == 3:
        return StopKind.LOT if key[17:21] == "/10/" else StopKind.ITEM
    return StopKind.ITEM if key.startswith(("00/", "8003/", "8004/")) else None


def _require_charge(store: Store, by: Principal, order: HoldOrder, keys: Sequence[str]) -> None:
    named: set[str] = set()
    if order.inspection is not None:
        if unsayable(order.inspection):
            raise UnknownInspectionError("inspections.unknown")
        for code in queries.find(store, by, order.inspection).visit.codes:
            named |= _named(code)
    foreign = [key for key in keys if key not in named]
    missing = set(foreign) - access.concerned(store, by.audience, foreign)
    if missing:
        raise InspectionForbiddenError("inspections.not-in-charge", item=min(missing))


def _inside(store: Store, keys: Sequence[str]) -> list[str]:
    """The pieces and containers that lie in what is held; a lot is more than what lies there."""
    packed = ties.inside(store, keys)
    found = {key for some in packed.values() for key in some if _kind(key) is StopKind.ITEM}
    return sorted(found.difference(keys))


def _named(code: str) -> set[str]:
    try:
        found = code_in(code.strip())
    except IdentifierError:
        return set()
    return {found.key, *found.memberships}


def _stop(key: str, number: str, by: str) -> NewStop:
    return NewStop(
        kind=_kind(key) or StopKind.ITEM,
        key=key,
        source=f"hold:{number}",
        reason="hold",
        mandatory=True,
        by=by,
    )


def _signed(store: Store, values: dict[str, Any], keys: Sequence[str], now: datetime) -> str:
    """The order as JWS, by the key that is kept here for the authority, else the platform's."""
    custodian = custodian_of(store)
    key, secret = custodian.key(values["organisation"]) or custodian.platform()
    told = {
        "hold": values["id"],
        "authority": values["organisation"],
        "officer": values["actor"],
        "keys": list(keys),
        "reason": values["reason"],
        "until": values["until"],
        "at": rfc3339(now),
    }
    kid = f"{naming.did(store, key.party)}#{key.kid}"
    return jws.sign(canonical(told), secret, {"typ": TYPE, "kid": kid})
