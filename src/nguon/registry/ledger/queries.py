# SPDX-License-Identifier: Apache-2.0
"""Reads of the ledger, each for its reader: grants, balances, uses, attempts, codes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
from sqlalchemy import ColumnElement, false, or_

from nguon.base.audience import Audience, AudienceKind
from nguon.base.time import HANOI, to_microseconds
from nguon.registry.ledger import books, ceilings, records, registers
from nguon.registry.ledger.errors import LedgerUnknownError
from nguon.registry.ledger.facts import CodeFacts, Sums
from nguon.registry.ledger.model import Authorisation, Drawn, Verdict
from nguon.registry.ledger.promises import granted
from nguon.registry.ledger.reach import in_charge_of_codes, sees, told
from nguon.registry.ledger.terms import Terms, live, terms
from nguon.store import Store
from nguon.store import ledger as rows
from nguon.store.ledger_tables import code_use

Cursor = tuple[int, str]
"""Where a list goes on: the moment and id of the last use shown."""


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """A grant with its terms now and what is left of it, in kg."""

    authorisation: Authorisation
    terms: Terms
    live: bool
    used: Decimal
    waiting: Decimal

    @property
    def granted(self) -> Decimal:
        """What the grant allows now, withdrawn or not."""
        return self.terms.quantity

    @property
    def left(self) -> Decimal:
        """What is not drawn yet; it can be drawn while the grant is `live`."""
        return max(self.granted - self.used - self.waiting, Decimal(0))


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A code of a holder in its current period: ceiling, granted, used, left, in kg."""

    facts: CodeFacts
    crop: str
    ceiling: Decimal | None
    granted: Decimal
    used: Decimal
    waiting: Decimal

    @property
    def left(self) -> Decimal | None:
        """What the ceiling still bears; None where there is none."""
        if self.ceiling is None:
            return None
        return max(self.ceiling - self.used - self.waiting, Decimal(0))


class Ceiling(msgspec.Struct, frozen=True, kw_only=True):
    """A ceiling set for one code, in tonnes per hectare."""

    rate: Decimal
    valid_from: date
    valid_to: date | None
    reason: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which uses are asked for; everything that is given must hold."""

    code: str | None = None
    consignment: str | None = None
    user: int | None = None
    holder: int | None = None
    province: str | None = None
    authorisation: str | None = None
    """Number of the grant that was drawn on."""
    verdicts: tuple[Verdict, ...] = ()


def grants(store: Store, audience: Audience) -> list[Balance]:
    """The grants that the reader's organisation gave or got, the newest first."""
    if audience.organisation is None:
        return []
    mine = [audience.organisation]
    with store.reading() as connection:
        given = books.grants(connection, "holder", mine)
        found = {one.id: one for one in (*given, *books.grants(connection, "grantee", mine))}
        drawn = books.drawn(connection, [one.number for one in found.values()])
    return sorted(
        (_balance(one, drawn[one.number]) for one in found.values()),
        key=lambda one: (one.authorisation.recorded, one.authorisation.number),
        reverse=True,
    )


def balance(store: Store, audience: Audience, grant_id: str) -> Balance:
    """One grant with what is left of it.

    Raises:
        LedgerUnknownError: there is none that this reader may see.
    """
    with store.reading() as connection:
        found = books.grants(connection, "id", [grant_id])
        facts = registers.facts_of(connection, [one.code for one in found], datetime.now(UTC))
        drawn = books.drawn(connection, [one.number for one in found])
    for one in found:
        province = facts[one.code].province
        if sees(audience, holder=one.holder, user=one.grantee, province=province):
            return _balance(one, drawn[one.number])
    raise LedgerUnknownError("ledger.unknown-grant")


def accounts(store: Store, holder: int) -> list[Account]:
    """The codes that an organisation holds, each in its current period; for the holder itself."""
    now = datetime.now(UTC)
    day = ceilings.local_day(now)
    with store.reading() as connection:
        facts = registers.facts_of(connection, registers.codes_held(connection, holder), now)
        held = list(facts)
        crops = {code: _crop(facts[code]) for code in held}
        rates = books.rates(connection, facts, crops, day)
        given = books.grants(connection, "code", held)
        drawn = books.drawn(connection, [one.number for one in given])
        spans = {code: books.span(facts[code], rates.get(code), day) for code in held}
        sums = books.sums_by_code(connection, spans)
    found = []
    for code in held:
        rate, area = rates.get(code), facts[code].area
        bears = None if rate is None or area is None else area * rate.rate * 1000
        mine = [one for one in given if one.code == code and one.valid_to >= spans[code].start]
        found.append(
            Account(
                facts=facts[code],
                crop=crops[code],
                ceiling=facts[code].capacity if facts[code].packs else bears,
                granted=sum((granted(one, drawn, now) for one in mine), Decimal(0)),
                used=sums[code].counted,
                waiting=sums[code].waiting,
            )
        )
    return found


def use(store: Store, audience: Audience, use_id: str) -> Drawn:
    """One use or attempt with its arithmetic and answers.

    Raises:
        LedgerUnknownError: there is none that this reader may see.
    """
    with store.reading() as connection:
        found = records.drawn(rows.uses(connection, [use_id]), rows.answers(connection, [use_id]))
    for one in found:
        if sees(audience, holder=one.holder, user=one.user, province=one.province):
            return told(audience, one)
    raise LedgerUnknownError("ledger.unknown-use")


def uses(
    store: Store,
    audience: Audience,
    wanted: Wanted | None = None,
    *,
    before: Cursor | None = None,
    limit: int = 100,
) -> list[Drawn]:
    """Uses and attempts that the reader may see, the newest first."""
    conditions = [*_visible(audience), *_asked(wanted or Wanted())]
    with store.reading() as connection:
        found = rows.uses_where(connection, conditions, before=before, limit=limit)
        drawn = records.drawn(found, rows.answers(connection, [row["id"] for row in found]))
    return [told(audience, one) for one in drawn]


_URGENT = (Verdict.HELD, Verdict.REFUSED, Verdict.QUESTIONED)


def attempts(
    store: Store, audience: Audience, wanted: Wanted | None = None, *, limit: int = 500
) -> list[Drawn]:
    """What a supervisor looks at: waiting first, then refused and questioned, then the rest."""
    asked = wanted or Wanted()
    found = uses(store, audience, asked, limit=limit)
    if not asked.verdicts and len(found) == limit:
        pressing = msgspec.structs.replace(asked, verdicts=_URGENT)
        seen = {one.id for one in found}
        found += [one for one in uses(store, audience, pressing, limit=limit) if one.id not in seen]
    return sorted(found, key=lambda one: (_urgency(one), -to_microseconds(one.recorded)))


def ceilings_set(store: Store, code: str) -> list[Ceiling]:
    """The ceilings that were set for a code, the newest first."""
    with store.reading() as connection:
        found = rows.ceilings(connection, [code])
    return [
        Ceiling(
            rate=Decimal(row["rate"]),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=None if row["valid_to"] is None else date.fromisoformat(row["valid_to"]),
            reason=row["reason"],
        )
        for row in reversed(found)
    ]


def cursor(last: Drawn) -> Cursor:
    """Where the list goes on after this use."""
    return to_microseconds(last.recorded), last.id


def _urgency(one: Drawn) -> int:
    if one.verdict in _URGENT and not (one.verdict is Verdict.HELD and one.answers):
        return _URGENT.index(one.verdict)
    return len(_URGENT)


def _balance(one: Authorisation, drawn: Sums) -> Balance:
    now = datetime.now(UTC)
    return Balance(
        authorisation=one,
        terms=terms(one, now),
        live=live(one, max(now, _first_moment(one))),
        used=drawn.counted,
        waiting=drawn.waiting,
    )


def _first_moment(one: Authorisation) -> datetime:
    """A grant that begins later is as good as live."""
    return datetime.combine(one.valid_from, datetime.min.time(), HANOI)


def _crop(facts: CodeFacts) -> str:
    named = facts.crops or frozenset().union(*(paper.crops for paper in facts.papers))
    return next(iter(sorted(named)), "")


def _visible(audience: Audience) -> Sequence[ColumnElement[bool]]:
    """The uses that `nguon.registry.ledger.reach.sees` lets a reader see, as conditions."""
    if audience.kind is AudienceKind.OPERATOR:
        return ()
    if audience.organisation is None:
        return (false(),)
    own = or_(code_use.c.user == audience.organisation, code_use.c.holder == audience.organisation)
    if audience.kind is not AudienceKind.INSPECTOR:
        return (own,)
    mandate = audience.mandate
    if not in_charge_of_codes(audience):
        return (own,)
    if mandate is None or mandate.provinces is None:
        return ()
    return (or_(own, code_use.c.province.in_(sorted(mandate.provinces))),)


_NAMED = ("code", "consignment", "user", "holder", "province", "authorisation")


def _asked(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        code_use.c[name] == value for name in _NAMED if (value := getattr(wanted, name)) is not None
    ]
    if wanted.verdicts:
        found.append(code_use.c.verdict.in_([one.value for one in wanted.verdicts]))
    return found
