# SPDX-License-Identifier: Apache-2.0
"""No step is recorded before it happened, nor long after."""

from datetime import date

from nguon.ladder import limits
from nguon.ladder.model import Facts
from nguon.ladder.rule import Answer, Rule


def check(facts: Facts) -> Answer | None:
    """The time of recording is the log's; a late record is weak, one ahead of time is wrong."""
    step = facts.step
    clock = None if step is None else limits.clock(step.happened.date())
    if step is None or clock is None:
        return None
    after = (step.recorded - step.happened).total_seconds()
    if after < -clock.ahead_seconds:
        told = {"minutes": int(-after // 60), "allowed": clock.ahead_seconds // 60}
        return Answer(False, "ladder.recorded-ahead", told, contradicts=True)
    days = int(after // 86_400)
    if days > clock.late_days:
        return Answer(False, "ladder.recorded-late", {"days": days, "allowed": clock.late_days})
    return Answer(True, "ladder.recorded-in-time", {"days": max(days, 0)})


RULE = Rule(
    id="clock",
    version=1,
    valid_from=date(2026, 11, 1),
    source="EPCIS 2.0 section 7.3.7 (eventTime and recordTime)",
    check=check,
    carries=False,
)
