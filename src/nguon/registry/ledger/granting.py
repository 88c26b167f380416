# SPDX-License-Identifier: Apache-2.0
"""Grants given, narrowed and withdrawn by the holder of a code."""

import secrets
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
from sqlalchemy import Connection

from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.registry.ledger import asked, books, ceilings, records, registers
from nguon.registry.ledger.ceilings import local_day
from nguon.registry.ledger.errors import (
    LedgerConflictError,
    LedgerError,
    LedgerForbiddenError,
    LedgerUnknownError,
)
from nguon.registry.ledger.facts import Books, CodeFacts, Sums
from nguon.registry.ledger.model import Authorisation, Change, ChangeKind, Grant, Level
from nguon.registry.ledger.papers import paper_findings
from nguon.registry.ledger.promises import Promise, promised
from nguon.registry.ledger.terms import terms
from nguon.store import Store, registry_tables
from nguon.store import ledger as rows
from nguon.store import ledger_tables as tables
from nguon.store import registry as register_rows


def grant(store: Store, actor: Principal, given: Grant) -> Authorisation:
    """Give a party the use of a code that the actor's organisation holds.

    More than the code can bear is no refusal: the holder is told, with the
    arithmetic. The same ``request`` again gives the same grant.

    Raises:
        LedgerForbiddenError: somebody else holds the code, or nobody.
        LedgerError: a quantity, day or party that cannot be.
    """
    wanted, now = asked.grant(given), datetime.now(UTC)
    with store.transaction() as connection:
        rows.hold(connection, wanted.code)
        facts = registers.facts_of(connection, [wanted.code], now)[wanted.code]
        if facts.holder is None or facts.holder != actor.organisation:
            raise LedgerForbiddenError("ledger.not-holder", named=wanted.code)
        _check_party(connection, wanted, actor.organisation)
        before = books.grants(connection, "code", [wanted.code])
        repeated = _repeated(connection, wanted, before)
        if repeated is not None:
            return repeated
        made = _made(connection, wanted, facts, before, now)
        rows.add(
            connection,
            tables.authorisation,
            records.grant_row(made, actor.key_id, wanted.request),
        )
        return made


def withdraw(
    store: Store, actor: Principal, grant_id: str, reason: str, *, effective: datetime | None = None
) -> Authorisation:
    """Take a grant back from a moment on (now unless told); what was drawn stays drawn."""
    return _change(store, actor, grant_id, _Wish(ChangeKind.WITHDRAWN, reason, effective))


def narrow(
    store: Store,
    actor: Principal,
    grant_id: str,
    reason: str,
    *,
    quantity: Decimal | None = None,
    valid_to: date | None = None,
    effective: datetime | None = None,
) -> Authorisation:
    """Lessen a grant's quantity or end it sooner; never below what was drawn."""
    wish = _Wish(ChangeKind.NARROWED, reason, effective, quantity, valid_to)
    return _change(store, actor, grant_id, wish)


class _Wish(msgspec.Struct, frozen=True):
    kind: ChangeKind
    reason: str
    effective: datetime | None = None
    quantity: Decimal | None = None
    valid_to: date | None = None


def _check_party(connection: Connection, wanted: Grant, holder: int) -> None:
    if wanted.grantee == holder:
        raise LedgerError("ledger.grantee-holder")
    if not register_rows.rows(connection, registry_tables.organisation, "id", [wanted.grantee]):
        raise LedgerError("ledger.grantee-unknown")


def _repeated(
    connection: Connection, wanted: Grant, before: list[Authorisation]
) -> Authorisation | None:
    if wanted.request is None:
        return None
    found = rows.grants(connection, "code", [wanted.code])
    same = next((row["id"] for row in found if row["request"] == wanted.request), None)
    return next((one for one in before if one.id == same), None)


def _made(
    connection: Connection,
    wanted: Grant,
    facts: CodeFacts,
    before: list[Authorisation],
    now: datetime,
) -> Authorisation:
    promise = _promise(connection, wanted, facts, before, now)
    at = max(now, datetime.combine(wanted.valid_from, now.timetz()))
    papers = paper_findings(facts, wanted.crop, wanted.market, at)
    notices = tuple(msgspec.structs.replace(one, level=Level.NOTICE) for one in papers)
    bare = wanted.code.partition(":")[2]
    return Authorisation(
        id=secrets.token_hex(8),
        number=f"UQ-{bare}-{local_day(now).year}-{len(before) + 1:03}",
        holder=facts.holder or 0,
        recorded=now,
        notices=records.plain((*notices, *promise.findings)),
        arithmetic=promise.lines,
        **{
            name: getattr(wanted, name)
            for name in ("code", "grantee", "crop", "market", "valid_from", "valid_to", "quantity")
        },
    )


def _promise(
    connection: Connection,
    wanted: Grant,
    facts: CodeFacts,
    before: list[Authorisation],
    now: datetime,
) -> Promise:
    """How the grant compares with what the code bears in the period that it begins in."""
    if facts.packs:
        return Promise()
    day, code = wanted.valid_from, wanted.code
    rate = books.rates(connection, {code: facts}, {code: wanted.crop}, day).get(code)
    span = books.period(rate, day)
    others = [
        one
        for one in before
        if one.crop == wanted.crop
        and one.valid_from < span.until
        and terms(one, now).valid_to >= span.start
    ]
    drawn = books.drawn(connection, [one.number for one in others])
    season = books.season(connection, code, span, wanted.crop)
    known = Books(season=season, drawn=drawn, rate=rate, thresholds=ceilings.thresholds(day))
    return promised(facts, known, others, wanted, now)


def _change(store: Store, actor: Principal, grant_id: str, wish: _Wish) -> Authorisation:
    reason, now = asked.reason(wish.reason), datetime.now(UTC)
    with store.transaction() as connection:
        found = rows.grants(connection, "id", [grant_id])
        if not found or found[0]["holder"] != actor.organisation:
            raise LedgerUnknownError("ledger.unknown-grant")
        rows.hold(connection, found[0]["code"])
        before = books.grants(connection, "id", [grant_id])[0]
        drawn = books.drawn(connection, [before.number])[before.number]
        _check_change(before, drawn, wish, now)
        change = Change(
            kind=wish.kind,
            effective=wish.effective or now,
            recorded=now,
            reason=reason,
            quantity=wish.quantity,
            valid_to=wish.valid_to,
        )
        rows.add(connection, tables.authorisation_change, _change_row(before, change, actor))
        return msgspec.structs.replace(before, changes=(*before.changes, change))


def _check_change(before: Authorisation, drawn: Sums, wish: _Wish, now: datetime) -> None:
    held = terms(before, now)
    if held.withdrawn is not None or any(
        one.kind is ChangeKind.WITHDRAWN for one in before.changes
    ):
        raise LedgerConflictError("ledger.withdrawn-already", number=before.number)
    if wish.kind is ChangeKind.WITHDRAWN:
        return
    if wish.quantity is None and wish.valid_to is None:
        raise LedgerError("ledger.nothing-narrowed")
    if wish.quantity is not None:
        asked.kilograms(wish.quantity)
        if wish.quantity < drawn.taken:
            params = {"quantity": wish.quantity, "drawn": drawn.taken}
            raise LedgerConflictError("ledger.below-drawn", **params)
    wider = wish.quantity is not None and wish.quantity > held.quantity
    if wider or (wish.valid_to is not None and wish.valid_to > held.valid_to):
        raise LedgerError("ledger.not-narrower", number=before.number)


def _change_row(before: Authorisation, change: Change, actor: Principal) -> dict[str, object]:
    return {
        "authorisation": before.id,
        "number": len(before.changes) + 1,
        "kind": change.kind.value,
        "effective": to_microseconds(change.effective),
        "recorded": to_microseconds(change.recorded),
        "quantity": None if change.quantity is None else f"{change.quantity:f}",
        "valid_to": None if change.valid_to is None else change.valid_to.isoformat(),
        "reason": change.reason,
        "actor": actor.key_id,
    }
