# SPDX-License-Identifier: Apache-2.0
"""Which grant a use draws on, and whether it bears it; forged authorisations; pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from nguon.registry.ledger.ceilings import local_day
from nguon.registry.ledger.facts import Books, CodeFacts, Sums
from nguon.registry.ledger.model import Authorisation, Finding, Level, Line, Shown, Use
from nguon.registry.ledger.terms import terms


class Covered(msgspec.Struct, frozen=True):
    """The grant that a use draws on, what is wrong with it, and its arithmetic."""

    grant: Authorisation | None = None
    findings: tuple[Finding, ...] = ()
    lines: tuple[Line, ...] = ()


def covered(use: Use, user: int, facts: CodeFacts, books: Books) -> Covered:
    """Whether the user may use the code so; the holder needs no grant."""
    if facts.holder is None or user == facts.holder:
        return Covered()
    if use.authorisation is not None:
        forged = tuple(_forged(use, user, books.shown))
        if forged or books.shown is None:
            return Covered(None, forged)
        return _drawn_on(use, books.shown, books)
    tried = [_drawn_on(use, grant, books) for grant in _in_order(books.grants)]
    if not tried:
        return Covered(None, (_refuse("ledger.not-granted", named=use.code),))
    # The first that bears the use; where none does, the one that comes nearest.
    return min(tried, key=lambda one: len(one.findings))


def _in_order(grants: Sequence[Authorisation]) -> list[Authorisation]:
    """Those that end first are drawn on first."""
    return sorted(grants, key=lambda grant: (grant.valid_to, grant.number))


def _forged(use: Use, user: int, grant: Authorisation | None) -> Iterator[Finding]:
    """A number that the user was not given, for another code, or a paper that says something else.

    Whether another party has a grant of this number is not told.
    """
    number = use.authorisation
    if grant is None or grant.grantee != user:
        yield _refuse("ledger.forged-number", number=number)
    elif grant.code != use.code:
        yield _refuse("ledger.forged-code", number=number, named=use.code)
    elif use.shown is not None:
        yield from _differences(grant, use.shown, use.used_at)


def _differences(grant: Authorisation, shown: Shown, at: datetime) -> Iterator[Finding]:
    """Papers made before a grant was narrowed say what was granted first."""
    now = terms(grant, at)
    for name in shown.__struct_fields__:
        said, registered = getattr(shown, name), getattr(grant, name)
        if said is not None and said not in (registered, getattr(now, name, registered)):
            yield _refuse(
                f"ledger.forged-{name.replace('_', '-')}",
                number=grant.number,
                shown=said,
                registered=registered,
            )


def _drawn_on(use: Use, grant: Authorisation, books: Books) -> Covered:
    held, drawn = terms(grant, use.used_at), books.drawn.get(grant.number, Sums())
    left = max(held.quantity - drawn.taken, Decimal(0))
    findings = [*_terms(use, grant)]
    if use.quantity > left:
        over = use.quantity - left
        params = {"number": grant.number, "left": left, "draw": use.quantity, "over": over}
        findings.append(Finding("ledger.over-granted", Level.REFUSE, params))
    lines = [
        Line("ledger.line-granted", held.quantity, "kg", grant.number),
        Line("ledger.line-drawn", drawn.counted, "kg"),
        *([Line("ledger.line-drawn-waiting", drawn.waiting, "kg")] if drawn.waiting else []),
        Line("ledger.line-left", left, "kg"),
        Line("ledger.line-this-draw", use.quantity, "kg"),
        *(
            [Line("ledger.line-over", use.quantity - left, "kg")]
            if use.quantity > left
            else [Line("ledger.line-left-after", left - use.quantity, "kg")]
        ),
    ]
    return Covered(grant, tuple(findings), tuple(lines))


def _terms(use: Use, grant: Authorisation) -> Iterator[Finding]:
    held, day, number = terms(grant, use.used_at), local_day(use.used_at), grant.number
    if held.withdrawn is not None:
        since, reason = local_day(held.withdrawn.effective), held.withdrawn.reason
        yield _refuse("ledger.grant-withdrawn", number=number, since=since, reason=reason)
    if day < grant.valid_from:
        yield _refuse("ledger.grant-not-begun", number=number, day=day, valid_from=grant.valid_from)
    if day > held.valid_to:
        yield _refuse("ledger.grant-over", number=number, day=day, valid_to=held.valid_to)
    if use.crop != grant.crop:
        yield _refuse("ledger.grant-crop", number=number, crop=use.crop, granted=grant.crop)
    if use.market != grant.market:
        yield _refuse("ledger.grant-market", number=number, market=use.market, granted=grant.market)


def _refuse(code: str, /, **params: object) -> Finding:
    return Finding(code, Level.REFUSE, params)
