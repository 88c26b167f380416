# SPDX-License-Identifier: Apache-2.0
"""Whether a code was approved for a use: standing, dates, crop, market; pure."""

from collections.abc import Iterator
from datetime import date, datetime

from nguon.registry.ledger.ceilings import local_day
from nguon.registry.ledger.facts import CodeFacts, Paper
from nguon.registry.ledger.model import Finding, Level

APPROVED = "approved"
_BROKEN = {"suspended", "revoked", "refused"}


def paper_findings(facts: CodeFacts, crop: str, market: str, at: datetime) -> tuple[Finding, ...]:
    """What is wrong with the approval of a code for this use.

    A code may have one paper for each product and market: it is enough that
    one allows the use; else the paper is told of that comes nearest.
    """
    if facts.holder is None:
        return (_refuse("ledger.code-unknown", named=facts.code),)
    if not facts.papers:
        return (_refuse("ledger.code-no-paper", named=facts.code),)
    found = [tuple(_one(facts, paper, crop, market, at)) for paper in facts.papers]
    return min(found, key=_weight)


def _weight(findings: tuple[Finding, ...]) -> tuple[int, int]:
    refusals = sum(finding.level is Level.REFUSE for finding in findings)
    return refusals, len(findings)


def _one(facts: CodeFacts, paper: Paper, crop: str, market: str, at: datetime) -> Iterator[Finding]:
    yield from _standing(paper)
    yield from _dates(paper, local_day(at))
    crops = paper.crops or facts.crops
    if crops and crop not in crops:
        yield _refuse(
            "ledger.crop-not-approved", number=paper.number, crop=crop, crops=sorted(crops)
        )
    if paper.markets and market not in paper.markets:
        yield _refuse(
            "ledger.market-not-approved",
            number=paper.number,
            market=market,
            markets=sorted(paper.markets),
        )


def _standing(paper: Paper) -> Iterator[Finding]:
    if paper.status == APPROVED:
        if paper.status_now in _BROKEN:
            yield Finding(
                "ledger.broken-since",
                Level.NOTICE,
                {"number": paper.number, "status": paper.status_now},
            )
        return
    if paper.status in _BROKEN:
        since = paper.since and local_day(paper.since)
        yield _refuse(
            f"ledger.code-{paper.status}", number=paper.number, since=since, reason=paper.reason
        )
    else:
        yield _refuse("ledger.code-not-approved", number=paper.number, status=paper.status)


def _dates(paper: Paper, day: date) -> Iterator[Finding]:
    if paper.valid_to is not None and day > paper.valid_to:
        yield _refuse("ledger.code-expired", number=paper.number, day=day, valid_to=paper.valid_to)
    if paper.valid_from is not None and day < paper.valid_from:
        yield _refuse(
            "ledger.code-not-begun", number=paper.number, day=day, valid_from=paper.valid_from
        )


def _refuse(code: str, /, **params: object) -> Finding:
    return Finding(code, Level.REFUSE, params)
