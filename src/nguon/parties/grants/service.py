# SPDX-License-Identifier: Apache-2.0
"""What becomes of grants: given and signed, accepted or declined, revoked; each step stated.

The giver signs with a key of its own, or has the key sign that is kept here for it. A grant
counts once its taker accepted it, and no longer once either side ended it.
"""

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from nguon.base.time import HANOI, to_microseconds
from nguon.identity.model import Principal, Scope
from nguon.parties.enrolment.queries import may_sign
from nguon.parties.grants.errors import (
    GrantConflictError,
    GrantError,
    GrantForbiddenError,
)
from nguon.parties.grants.model import Grant, GrantAsked, GrantState
from nguon.parties.grants.queries import grant, one_in
from nguon.parties.grants.terms import TYPE, checked, payload
from nguon.parties.keys import queries as keys
from nguon.parties.keys.custody import custodian_of
from nguon.parties.keys.errors import CustodyLostError
from nguon.parties.keys.model import Custody, KeyState, PartyKey
from nguon.signing import jws
from nguon.store import Store
from nguon.store import grants as rows
from nguon.store import registry as registers
from nguon.store import registry_tables as tables

_REASON = 500


def give(store: Store, asked: GrantAsked, *, by: Principal) -> Grant:
    """Let another party speak for what is the giver's; it counts once that party accepts.

    The same ``request`` again gives the same grant.

    Raises:
        GrantError, PartyKeyError: terms that cannot be, ``field`` says which.
        GrantForbiddenError: not a manager's; the entity may not sign.
        GrantConflictError: the ``request`` was used for other terms.
        SigningError: the giver's own signature does not hold.
    """
    _require_manager(by)
    wanted = checked(asked, by.organisation)
    now = datetime.now(UTC)
    if wanted.season_to < now.astimezone(HANOI).date():
        raise GrantError("grants.season-over", field="season_to")
    if not wanted.request:
        raise GrantError("grants.request", field="request")
    refused = may_sign(store, by.organisation, now)
    if refused is not None:
        raise refused
    giver, taker = _codes(store, by.organisation, wanted.taker)
    told = payload(wanted, giver, taker)
    number = sha256(f"{by.organisation}\0{wanted.request}".encode()).hexdigest()[:20]
    with store.reading() as connection:
        before = rows.find(connection, [number])
    if before:
        return _same(before[0], told)
    key, token = _signed(store, by.organisation, wanted, told, now)
    with store.transaction() as connection:
        found = rows.find(connection, [number], hold=True)
        if found:
            return _same(found[0], told)
        rows.add(connection, _row(number, wanted, by, key, (told.decode(), token), now))
        return grant(rows.find(connection, [number])[0])


def answer(store: Store, number: str, *, accepted: bool, by: Principal) -> Grant:
    """The taker accepts or declines; the same answer again changes nothing.

    Raises:
        GrantUnknownError: there is none with this id for the organisation.
        GrantForbiddenError: not the taker, or not a manager of it.
        GrantConflictError: it was answered otherwise, was revoked, or its season is over.
    """
    _require_manager(by)
    with store.transaction() as connection:
        known = one_in(connection, by.organisation, number, hold=True)
        if known.taker != by.organisation:
            raise GrantForbiddenError("grants.not-the-taker")
        if known.answered is not None and known.accepted is accepted and known.revoked is None:
            return known
        _require(known, {GrantState.OFFERED})
        return _changed(connection, number, {
            "answered": to_microseconds(datetime.now(UTC)),
            "accepted": int(accepted),
            "answered_by": by.key_id,
        })  # fmt: skip


def revoke(store: Store, number: str, reason: str, *, by: Principal) -> Grant:
    """End a grant now, by its giver, or by its taker who no longer wants it.

    Raises as `answer`; `GrantError` where no reason is given.
    """
    _require_manager(by)
    said = " ".join(reason.split())[:_REASON]
    if not said:
        raise GrantError("grants.reason", field="reason")
    with store.transaction() as connection:
        known = one_in(connection, by.organisation, number, hold=True)
        if known.revoked is not None:
            return known
        _require(known, {GrantState.OFFERED, GrantState.STANDING})
        return _changed(connection, number, {
            "revoked": to_microseconds(datetime.now(UTC)),
            "revoked_by": by.key_id,
            "reason": said,
        })  # fmt: skip


def today() -> date:
    """The day in Viet Nam."""
    return datetime.now(HANOI).date()


def _require_manager(by: Principal) -> None:
    if not by.may(Scope.REGISTRY):
        raise GrantForbiddenError("grants.not-a-manager")


def _require(known: Grant, wanted: set[GrantState]) -> None:
    state = known.state(today())
    if state not in wanted:
        raise GrantConflictError("grants.state", state=state.value)


def _changed(connection: Connection, number: str, values: dict[str, Any]) -> Grant:
    rows.change(connection, number, values)
    return grant(rows.find(connection, [number])[0])


def _codes(store: Store, *organisations: int) -> list[str]:
    with store.reading() as connection:
        found = registers.rows(connection, tables.organisation, "id", organisations)
    codes = {row["id"]: row["code"] for row in found}
    for number in organisations:
        if number not in codes:
            raise GrantError("grants.unknown-party", field="taker")
    return [codes[number] for number in organisations]


def _same(row: Any, told: bytes) -> Grant:
    known = grant(row)
    if known.payload.encode() != told:
        raise GrantConflictError("grants.request-used")
    return known


def _signed(
    store: Store, giver: int, asked: GrantAsked, told: bytes, now: datetime
) -> tuple[PartyKey, str]:
    """The key that signs the terms, and its detached JWS."""
    if asked.signature is not None:
        found = jws.read(asked.signature, told)
        kid = str(found.header.get("kid", "")).rpartition("#")[2]
        own = keys.find(store, kid) if kid else None
        if found.header.get("typ") != TYPE:
            raise GrantError("grants.signature-type", field="signature", type=TYPE)
        if own is None or own.organisation != giver:
            raise GrantError("grants.key-not-yours", field="signature")
        if own.standing(now) is not KeyState.ACTIVE:
            raise GrantError("grants.key-stands-not", field="signature")
        found.verify(own.public)
        return own, asked.signature
    try:
        kept = custodian_of(store).key(giver)
    except CustodyLostError as error:
        raise GrantError("grants.no-key") from error
    if kept is None:
        raise GrantError("grants.no-key")
    header = {"typ": TYPE, "kid": kept[0].kid, "iat": int(now.timestamp())}
    return kept[0], jws.sign_detached(told, kept[1], header)


def _row(
    number: str,
    asked: GrantAsked,
    by: Principal,
    key: PartyKey,
    said: tuple[str, str],
    now: datetime,
) -> dict[str, Any]:
    quantity = asked.quantity
    return {
        "id": number,
        "giver": by.organisation,
        "taker": asked.taker,
        "prefixes": " ".join(asked.scope.prefixes),
        "places": " ".join(asked.scope.places),
        "season_from": asked.season_from.isoformat(),
        "season_to": asked.season_to.isoformat(),
        "amount": None if quantity is None else quantity.text,
        "unit": None if quantity is None else quantity.unit,
        "drawn": "0",
        "note": asked.note,
        "given": to_microseconds(now),
        "given_by": by.key_id,
        "kid": key.kid,
        "custodial": int(key.custody is Custody.CUSTODIAL),
        "payload": said[0],
        "token": said[1],
    }
