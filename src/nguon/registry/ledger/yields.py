# SPDX-License-Identifier: Apache-2.0
"""What a code bears: its ceiling, how much is used, which threshold a use reaches; pure."""

from datetime import datetime
from decimal import ROUND_DOWN, Decimal

import msgspec

from nguon.registry.ledger.ceilings import local_day
from nguon.registry.ledger.facts import Books, CodeFacts
from nguon.registry.ledger.model import Finding, Level, Line

_TONNE = Decimal(1000)
_CENT = Decimal("0.01")


class Borne(msgspec.Struct, frozen=True):
    """What the ceiling says of a use, with its arithmetic."""

    findings: tuple[Finding, ...] = ()
    lines: tuple[Line, ...] = ()


def borne(facts: CodeFacts, books: Books, quantity: Decimal, at: datetime, crop: str) -> Borne:
    """Whether the code's ceiling bears one more use of so much."""
    if facts.holder is None:
        return Borne()
    if facts.packs:
        return _day(facts, books, quantity)
    found, head = ceiling(facts, books, crop)
    if found is None:
        return Borne(head.findings, _sums(books, quantity))
    after = books.season.taken + quantity
    level = _level(books, after, found)
    findings = [*head.findings, *_season(books, at)]
    if level is not None:
        params = {"share": share(after, found), "ceiling": found, "after": after}
        findings.append(Finding(f"ledger.ceiling-{level}", level, params))
    lines = (
        *head.lines,
        *_sums(books, quantity),
        Line("ledger.line-share", share(after, found), "%"),
    )
    return Borne(tuple(findings), lines)


def ceiling(facts: CodeFacts, books: Books, crop: str) -> tuple[Decimal | None, Borne]:
    """The kilograms that the code bears in a period, and how that was reckoned."""
    rate = books.rate
    if facts.area is None:
        return None, Borne((Finding("ledger.no-area", Level.NOTE, {}),))
    area = Line("ledger.line-area", facts.area, "ha", facts.basis)
    if rate is None:
        return None, Borne((Finding("ledger.no-rate", Level.NOTE, {"crop": crop}),), (area,))
    found = facts.area * rate.rate * _TONNE
    unverified = () if rate.verified else (Finding("ledger.rate-unverified", Level.NOTE, {}),)
    lines = (
        area,
        Line("ledger.line-rate", rate.rate, "t/ha", rate.source, rate.source_en),
        Line("ledger.line-ceiling", found, "kg"),
    )
    return found, Borne(unverified, lines)


def share(part: Decimal, whole: Decimal) -> Decimal:
    """Per cent, cut after two places: what is below a threshold never looks as if it reached it."""
    if not whole:
        return Decimal("999.99")
    return (part * 100 / whole).quantize(_CENT, rounding=ROUND_DOWN)


def _level(books: Books, after: Decimal, found: Decimal) -> Level | None:
    limits = books.thresholds
    steps = ((limits.hold, Level.HOLD), (limits.question, Level.QUESTION))
    for limit, level in (*steps, (limits.notice, Level.NOTICE)):
        if after >= found * limit:
            return level
    return None


def _sums(books: Books, quantity: Decimal) -> tuple[Line, ...]:
    waiting = books.season.waiting
    return (
        Line("ledger.line-used", books.season.counted, "kg"),
        *([Line("ledger.line-waiting", waiting, "kg")] if waiting else []),
        Line("ledger.line-draw", quantity, "kg"),
        Line("ledger.line-after", books.season.taken + quantity, "kg"),
    )


def _season(books: Books, at: datetime) -> tuple[Finding, ...]:
    rate = books.rate
    if rate is None or not rate.season or local_day(at).month in rate.season:
        return ()
    months = {"first": rate.season[0], "last": rate.season[-1], "verified": rate.season_verified}
    return (Finding("ledger.out-of-season", Level.NOTICE, months),)


def _day(facts: CodeFacts, books: Books, quantity: Decimal) -> Borne:
    """A packing house's day: reaching its capacity is pointed out, never more."""
    if facts.capacity is None:
        return Borne((Finding("ledger.no-capacity", Level.NOTE, {}),), _sums(books, quantity))
    after = books.season.taken + quantity
    reached = share(after, facts.capacity)
    lines = (
        Line("ledger.line-capacity", facts.capacity, "kg"),
        *_sums(books, quantity),
        Line("ledger.line-share", reached, "%"),
    )
    if _level(books, after, facts.capacity) is None:
        return Borne((), lines)
    params = {"share": reached, "ceiling": facts.capacity, "after": after}
    return Borne((Finding("ledger.capacity-notice", Level.NOTICE, params),), lines)
