# SPDX-License-Identifier: Apache-2.0
"""What happens in the ledger: codes drawn on, answers given, uses taken back, ceilings set.

A use is judged while its code is held, so that two uses at a time never
overdraw. Every attempt is kept as it was judged, refused ones too; nothing of
it is edited, answers are appended. The harvest itself is recorded elsewhere
and never depends on this.
"""

import secrets
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.quantity import plain
from nguon.base.time import to_microseconds
from nguon.identity.model import Principal, Scope
from nguon.registry.ledger import asked, books, records, registers, shipping
from nguon.registry.ledger.errors import (
    LedgerConflictError,
    LedgerError,
    LedgerForbiddenError,
    LedgerUnknownError,
)
from nguon.registry.ledger.facts import CodeFacts
from nguon.registry.ledger.granting import grant, narrow, withdraw
from nguon.registry.ledger.model import Answer, AnswerKind, Drawn, State, Use, Verdict
from nguon.registry.ledger.reach import require_office, sees, told
from nguon.registry.ledger.rules import Judgement, judge
from nguon.store import Store
from nguon.store import ledger as rows
from nguon.store import ledger_tables as tables

__all__ = ["answer", "draw", "grant", "narrow", "reverse", "set_ceiling", "withdraw"]

_HIGHEST = Decimal(1000)


def draw(store: Store, actor: Principal, use: Use) -> Drawn:
    """Use a code for a consignment, in the name of the actor's organisation.

    The same user, consignment, code and lots again get the same answer, until
    it is taken back; a refused attempt is judged anew, and kept once more only
    where the outcome differs.

    Raises:
        LedgerError: input that cannot be right; a refusal by the rules is an answer.
        LedgerConflictError: the same consignment, code and lots with another quantity or goods.
    """
    with store.reading() as connection:
        crop = use.product and registers.crop_of_product(connection, use.product)
        wanted = asked.use(use, crop or None)
    return told(actor.audience, _drawn(store, actor, wanted))


def _drawn(store: Store, actor: Principal, wanted: Use) -> Drawn:
    with store.transaction() as connection:
        rows.hold(connection, wanted.code)
        before = _before(connection, wanted, actor.organisation)
        if before is not None and _stands(before):
            return _same(before, wanted)
        facts = registers.facts_of(connection, [wanted.code], wanted.used_at)[wanted.code]
        found = books.read(connection, wanted, actor.organisation, facts)
        judged = judge(wanted, actor.organisation, facts, found)
        if before is not None and _unchanged(before, wanted, judged):
            return before
        made = _made(connection, actor.organisation, wanted, facts, judged)
        rows.add(connection, tables.code_use, records.use_row(made, actor.key_id))
        return made


def answer(store: Store, actor: Principal, use_id: str, accept: bool, reason: str) -> Drawn:
    """Answer a held use for the body in charge: accepted, its quantity counts; refused, not.

    Raises:
        LedgerForbiddenError: the actor is not the body in charge of this code.
        LedgerConflictError: the use does not wait for an answer.
    """
    given = asked.reason(reason)
    kind = AnswerKind.ACCEPT if accept else AnswerKind.REFUSE
    with store.transaction() as connection:
        found = _held(connection, actor, use_id)
        require_office(actor, found.province)
        if found.state is not State.WAITING:
            raise LedgerConflictError("ledger.not-waiting")
        return _say(connection, actor, found, kind, given)


def reverse(
    store: Store, actor: Principal, use_id: str, reason: str, *, shipped: bool = False
) -> Drawn:
    """Give a cancelled consignment's quantity back: by its user before shipping, or by the body.

    ``shipped``: the caller knows that the goods left; events that say so count too.

    Raises:
        LedgerForbiddenError: shipped already, or another's use.
        LedgerConflictError: there is nothing to give back.
    """
    given = asked.reason(reason)
    shipped = shipped or shipping.shipped(store, actor, use_id)
    with store.transaction() as connection:
        found = _held(connection, actor, use_id)
        if found.user != actor.organisation:
            require_office(actor, found.province)
        elif shipped and not actor.may(Scope.SUPERVISE):
            raise LedgerForbiddenError("ledger.already-shipped")
        if found.state is State.REVERSED:
            return told(actor.audience, found)
        if found.state is State.NOT_COUNTED:
            raise LedgerConflictError("ledger.nothing-to-reverse")
        return _say(connection, actor, found, AnswerKind.REVERSE, given)


def set_ceiling(
    store: Store,
    actor: Principal,
    code: str,
    rate: Decimal,
    valid_from: date,
    valid_to: date | None,
    reason: str,
) -> None:
    """Set what a code bears, in tonnes per hectare and period, between two days; added, with why.

    Raises:
        LedgerForbiddenError: the actor is not the body in charge of this code.
        LedgerError: an unknown or packing-house code, a rate or days that cannot be.
    """
    key, given, now = asked.code(code), asked.reason(reason), datetime.now(UTC)
    if not (plain(rate) and 0 < rate <= _HIGHEST):
        raise LedgerError("ledger.rate", rate=str(rate)[:40])
    if valid_to is not None and valid_to < valid_from:
        raise LedgerError("ledger.ends-before", valid_from=valid_from)
    with store.transaction() as connection:
        rows.hold(connection, key)
        facts = registers.facts_of(connection, [key], now)[key]
        if facts.holder is None or facts.packs:
            raise LedgerError("ledger.no-area-code", named=key)
        require_office(actor, facts.province)
        values: dict[str, Any] = {
            "code": key,
            "number": len(rows.ceilings(connection, [key])) + 1,
            "rate": f"{rate:f}",
            "valid_from": valid_from.isoformat(),
            "valid_to": None if valid_to is None else valid_to.isoformat(),
            "recorded": to_microseconds(now),
            "organisation": actor.organisation,
            "actor": actor.key_id,
            "reason": given,
        }
        rows.add(connection, tables.code_ceiling, values)


def _before(connection: Connection, use: Use, user: int) -> Drawn | None:
    found = rows.same_uses(
        connection, use.code, user, use.consignment, records.lots_text(use.lots)
    )[-1:]
    said = rows.answers(connection, [row["id"] for row in found])
    return next(iter(records.drawn(found, said)), None)


def _stands(before: Drawn) -> bool:
    """Whether a use was answered for good: not refused by the rules, not taken back."""
    return before.verdict is not Verdict.REFUSED and before.state is not State.REVERSED


def _same(before: Drawn, use: Use) -> Drawn:
    asked_again = (use.quantity, use.crop, use.market)
    if asked_again != (before.quantity, before.crop, before.market):
        raise LedgerConflictError("ledger.drawn-already", consignment=use.consignment)
    return before


def _unchanged(before: Drawn, use: Use, judged: Judgement) -> bool:
    if before.verdict is not Verdict.REFUSED or judged.verdict is not Verdict.REFUSED:
        return False
    same_request = (before.quantity, before.used_at, before.shown, before.reason) == (
        *(use.quantity, use.used_at, use.authorisation, use.reason),
    )
    same_outcome = records.packed(before.findings) == records.packed(judged.findings)
    same_lines = records.packed(before.arithmetic) == records.packed(judged.arithmetic)
    return same_request and same_outcome and same_lines


def _made(
    connection: Connection, user: int, use: Use, facts: CodeFacts, judged: Judgement
) -> Drawn:
    province = facts.province
    if province is None:
        province = registers.province_of_organisation(connection, user)
    return Drawn(
        id=secrets.token_hex(8),
        verdict=judged.verdict,
        user=user,
        holder=facts.holder,
        province=province,
        lots=tuple(sorted(set(use.lots))),
        crop=use.crop or "",
        recorded=datetime.now(UTC),
        authorisation=None if judged.grant is None else judged.grant.number,
        shown=use.authorisation,
        findings=records.plain(judged.findings),
        arithmetic=judged.arithmetic,
        **{
            name: getattr(use, name)
            for name in ("code", "consignment", "market", "quantity", "used_at", "reason")
        },
    )


def _held(connection: Connection, actor: Principal, use_id: str) -> Drawn:
    """A use that the actor may see, with its code held."""
    found = rows.uses(connection, [use_id])
    if not found:
        raise LedgerUnknownError("ledger.unknown-use")
    rows.hold(connection, found[0]["code"])
    [one] = records.drawn(found, rows.answers(connection, [use_id]))
    audience = actor.audience
    if not sees(audience, holder=one.holder, user=one.user, province=one.province):
        raise LedgerUnknownError("ledger.unknown-use")
    return one


def _say(
    connection: Connection, actor: Principal, found: Drawn, kind: AnswerKind, reason: str
) -> Drawn:
    said = Answer(
        kind=kind,
        recorded=datetime.now(UTC),
        organisation=actor.organisation,
        by=actor.key_id,
        reason=reason,
    )
    values = {
        "use": found.id,
        "number": len(found.answers) + 1,
        "kind": kind.value,
        "recorded": to_microseconds(said.recorded),
        "organisation": said.organisation,
        "actor": said.by,
        "reason": reason,
    }
    rows.add(connection, tables.code_use_answer, values)
    return msgspec.structs.replace(found, answers=(*found.answers, said))
