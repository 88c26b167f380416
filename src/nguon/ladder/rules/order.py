# SPDX-License-Identifier: Apache-2.0
"""No step before its cause, none after its end: harvest before packing before shipping.

Judged key by key: what was made before what is done with it, a carrier filled
before it leaves. That a lot was packed at one place after it was shipped from
another is no disorder, so stages of a lot are not compared.
"""

from datetime import date, timedelta

from nguon.ladder import limits
from nguon.ladder.model import Facts
from nguon.ladder.rule import Answer, Rule


def check(facts: Facts) -> Answer | None:
    """The earliest cause must not be later than the step, beyond what clocks differ."""
    step = facts.step
    if step is None or not (step.earlier or step.ended):
        return None
    clock = limits.clock(step.happened.date())
    slack = timedelta(seconds=clock.ahead_seconds if clock else 0)
    for cause in step.earlier:
        if cause.at > step.happened + slack:
            told = {"key": cause.key, "cause": cause.at, "step": step.happened}
            return Answer(False, f"ladder.before-{cause.how}", told, contradicts=True)
    for end in step.ended:
        if end.at + slack < step.happened:
            told = {"key": end.key, "end": end.at, "step": step.happened}
            return Answer(False, "ladder.after-end", told, contradicts=True)
    return Answer(True, "ladder.in-order", {"causes": len(step.earlier)})


RULE = Rule(
    id="order",
    version=1,
    valid_from=date(2026, 11, 1),
    source="EPCIS 2.0 section 7.4 (what an action says of the life of an object)",
    check=check,
)
