# SPDX-License-Identifier: Apache-2.0
"""Whether a holder grants more than the code bears; pure, and never a refusal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from nguon.registry.ledger.facts import Books, CodeFacts, Sums
from nguon.registry.ledger.model import Authorisation, Finding, Grant, Level, Line
from nguon.registry.ledger.terms import terms
from nguon.registry.ledger.yields import ceiling


class Promise(msgspec.Struct, frozen=True):
    """What the holder is told of a grant, with its arithmetic."""

    findings: tuple[Finding, ...] = ()
    lines: tuple[Line, ...] = ()


def promised(
    facts: CodeFacts, books: Books, others: Sequence[Authorisation], wanted: Grant, now: datetime
) -> Promise:
    """The ceiling less what is granted already and what the holder used itself."""
    found, head = ceiling(facts, books, wanted.crop)
    given = sum((granted(one, books.drawn, now) for one in others), Decimal(0))
    own = books.season.taken - sum((sums.taken for sums in books.drawn.values()), Decimal(0))
    own = max(own, Decimal(0))
    lines = [
        *head.lines,
        Line("ledger.line-granted-before", given, "kg"),
        *([Line("ledger.line-own-use", own, "kg")] if own else []),
    ]
    asked = Line("ledger.line-this-grant", wanted.quantity, "kg")
    if found is None:
        return Promise(head.findings, (*lines, asked))
    free = found - given - own
    lines += [Line("ledger.line-free", max(free, Decimal(0)), "kg"), asked]
    if wanted.quantity <= free:
        return Promise(head.findings, tuple(lines))
    over = wanted.quantity - free
    params = {"ceiling": found, "free": max(free, Decimal(0)), "over": over}
    notice = Finding("ledger.granted-over-ceiling", Level.NOTICE, params)
    return Promise((*head.findings, notice), (*lines, Line("ledger.line-over", over, "kg")))


def granted(one: Authorisation, drawn: Mapping[str, Sums], now: datetime) -> Decimal:
    """What a grant takes from the code: of a withdrawn one, what was drawn."""
    held = terms(one, now)
    if held.withdrawn is not None:
        return drawn.get(one.number, Sums()).taken
    return held.quantity
