# SPDX-License-Identifier: Apache-2.0
"""The certificate or approval covers these goods or this place, and stood when it mattered."""

from datetime import date

from nguon.ladder.model import Facts
from nguon.ladder.rule import Answer, Rule

_STOPPED = frozenset({"suspended", "revoked", "refused"})


def check(facts: Facts) -> Answer | None:
    """Judged on the days of the steps that were done under it, not today."""
    paper = facts.paper
    if paper is None:
        return None
    told = {"number": paper.number}
    if paper.fits is False:
        return Answer(False, "ladder.paper-other-scope", told)
    if paper.status in _STOPPED:
        return Answer(False, f"ladder.paper-{paper.status}", told, contradicts=True)
    for day in paper.days:
        if paper.valid_from is not None and day < paper.valid_from:
            return Answer(False, "ladder.paper-not-yet", {**told, "day": day})
        if paper.valid_to is not None and day > paper.valid_to:
            return Answer(False, "ladder.paper-over", {**told, "day": day})
    if not paper.days or paper.status != "approved":
        return None
    return Answer(True, "ladder.paper-covers", {**told, "day": max(paper.days)})


RULE = Rule(
    id="certificate",
    version=1,
    valid_from=date(2026, 11, 1),
    source="ISO/IEC 17065 clause 7.11 (suspended, reduced or withdrawn certification)",
    check=check,
)
