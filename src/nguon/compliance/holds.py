# SPDX-License-Identifier: Apache-2.0
"""Legal holds: orders of an authority to keep what concerns a lot, an event or an organisation."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum

import msgspec
from sqlalchemy import RowMapping

from nguon.base.audience import AudienceKind, Disclosure
from nguon.base.errors import Fault
from nguon.base.time import HANOI, from_microseconds, to_microseconds
from nguon.compliance import access
from nguon.compliance.errors import ComplianceError, HoldError
from nguon.identity.model import Principal
from nguon.registry import queries
from nguon.store import Store
from nguon.store import compliance as rows
from nguon.store import compliance_tables as tables
from nguon.store.erasure import organisation_key

_LONGEST = 200


class Kind(StrEnum):
    """What a hold keeps."""

    LOT = "lot"
    EVENT = "event"
    ORGANISATION = "organisation"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What an authority orders; ``subject`` is a lot's code, an eventID or a party's code."""

    kind: Kind
    subject: str
    body: str
    reason: str
    order_number: str
    until: date | None = None


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """An order to keep what concerns a key, until its last day or until it is lifted."""

    id: str
    key: str
    body: str
    reason: str
    order_number: str
    begun: datetime
    until: date | None = None
    released: datetime | None = None
    release_reason: str | None = None

    def stands(self, today: date) -> bool:
        """Whether it keeps anything on this day."""
        return self.released is None and (self.until is None or self.until >= today)


def held(store: Store, keys: Sequence[str]) -> dict[str, Hold]:
    """The oldest legal hold on each of these keys; keys without one are absent."""
    found: dict[str, Hold] = {}
    with store.reading() as connection:
        for row in rows.held(connection, keys, _today().isoformat()):
            found.setdefault(row["key"], _hold(row))
    return found


def placed(store: Store, actor: Principal, *, limit: int = 200) -> list[Hold]:
    """The holds that an authority placed (an operator: all), the newest first."""
    _require_authority(actor)
    whole = actor.audience.kind is AudienceKind.OPERATOR
    with store.reading() as connection:
        own = None if whole else actor.organisation
        return [_hold(row) for row in rows.holds(connection, own, limit=limit)]


def place(store: Store, actor: Principal, order: Order) -> Hold:
    """Order that something be kept.

    Raises:
        ComplianceError: not an authority.
        HoldError: something is missing, unknown, or not in the officer's charge.
    """
    _require_authority(actor)
    faults = [
        Fault(f"/{name}", "compliance.hold-incomplete", {})
        for name in ("subject", "body", "reason", "order_number")
        if not 0 < len(getattr(order, name)) <= _LONGEST
    ]
    if order.until is not None and order.until < _today():
        faults.append(Fault("/until", "compliance.hold-past", {}))
    key = _key(store, actor, order) if not faults else None
    if key is None:
        faults = faults or [Fault("/subject", "compliance.hold-unknown", {})]
        raise HoldError("compliance.hold-faults", faults, count=len(faults))
    values = {
        "id": secrets.token_hex(8),
        "key": key,
        "organisation": actor.organisation,
        "body": order.body,
        "reason": order.reason,
        "order_number": order.order_number,
        "actor": actor.key_id,
        "begun": to_microseconds(datetime.now(UTC)),
        "until": order.until.isoformat() if order.until else None,
    }
    with store.transaction() as connection:
        rows.add(connection, tables.legal_hold, [values])
        [row] = rows.rows(connection, tables.legal_hold, "id", [values["id"]])
        return _hold(row)


def release(store: Store, actor: Principal, number: str, reason: str) -> None:
    """Lift a hold that this authority placed; lifting it twice changes nothing.

    Raises:
        ComplianceError: not an authority, not its hold, or no reason.
    """
    _require_authority(actor)
    if not 0 < len(reason) <= _LONGEST:
        raise ComplianceError("compliance.release-reason")
    whole = actor.audience.kind is AudienceKind.OPERATOR
    values = {
        "released": to_microseconds(datetime.now(UTC)),
        "released_by": actor.key_id,
        "release_reason": reason,
    }
    with store.transaction() as connection:
        row = rows.one(connection, tables.legal_hold, {"id": number})
        if row is None or not (whole or row["organisation"] == actor.organisation):
            raise ComplianceError("compliance.hold-unknown")
        if row["released"] is None:
            rows.change(connection, tables.legal_hold, {"id": number}, values)


def _require_authority(actor: Principal) -> None:
    if not access.may_supervise(actor):
        raise ComplianceError("compliance.only-authority")


def _key(store: Store, actor: Principal, order: Order) -> str | None:
    """The key to hold, where the thing exists and is in the actor's charge."""
    if order.kind is Kind.LOT:
        lot = access.lot_key(order.subject)
        return lot if lot and access.concerned(store, actor.audience, [lot]) else None
    if order.kind is Kind.EVENT:
        found = store.events.by_event_id(actor.audience, order.subject)
        return order.subject if _whole(one.disclosure for one in found) else None
    party = queries.organisation_by_code(store, actor.audience, order.subject)
    if party is None or not access.in_charge(store, actor, [party.id]):
        return None
    return organisation_key(party.id)


def _whole(disclosures: Iterable[Disclosure]) -> bool:
    return any(one is Disclosure.FULL for one in disclosures)


def _today() -> date:
    return datetime.now(HANOI).date()


def _hold(row: RowMapping) -> Hold:
    names = ("id", "key", "body", "reason", "order_number", "release_reason")
    return Hold(
        begun=from_microseconds(row["begun"]),
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        released=None if row["released"] is None else from_microseconds(row["released"]),
        **{name: row[name] for name in names},
    )
