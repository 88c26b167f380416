# SPDX-License-Identifier: Apache-2.0
"""The one decision on a use: every check in order, all findings together; pure."""

import msgspec

from nguon.registry.ledger.facts import Books, CodeFacts
from nguon.registry.ledger.grants import covered
from nguon.registry.ledger.model import Authorisation, Finding, Level, Line, Use, Verdict
from nguon.registry.ledger.papers import paper_findings
from nguon.registry.ledger.yields import borne

_VERDICTS = (
    (Level.REFUSE, Verdict.REFUSED),
    (Level.HOLD, Verdict.HELD),
    (Level.QUESTION, Verdict.QUESTIONED),
    (Level.NOTICE, Verdict.NOTICED),
)


class Judgement(msgspec.Struct, frozen=True):
    """The verdict, why, with which arithmetic, and the grant that was drawn on."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    arithmetic: tuple[Line, ...]
    grant: Authorisation | None = None


def judge(use: Use, user: int, facts: CodeFacts, books: Books) -> Judgement:
    """The answer to a use: approval of the code, the user's grant, the code's ceiling.

    Above the ceiling the user's reasons are asked for; without them the use
    is refused. Beyond the last threshold it waits for the body in charge.
    """
    papers = paper_findings(facts, use.crop or "", use.market, use.used_at)
    granted = covered(use, user, facts, books)
    yields = borne(facts, books, use.quantity, use.used_at, use.crop or "")
    findings = [*papers, *granted.findings, *yields.findings]
    levels = {finding.level for finding in findings}
    if Level.QUESTION in levels and not use.reason:
        findings.append(Finding("ledger.reasons-needed", Level.REFUSE, {}))
        levels.add(Level.REFUSE)
    verdict = next((one for level, one in _VERDICTS if level in levels), Verdict.ACCEPTED)
    lines = (*yields.lines, *granted.lines)
    return Judgement(verdict, tuple(findings), lines, granted.grant)
