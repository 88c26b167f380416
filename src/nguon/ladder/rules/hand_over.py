# SPDX-License-Identifier: Apache-2.0
"""What one party handed over is what the other says to have received."""

from datetime import date
from typing import Any

from nguon.ladder.model import Confirmation, Facts
from nguon.ladder.rule import Answer, Rule


def check(facts: Facts) -> Answer | None:
    """Silent while nobody has answered; less found weakens both records, a denial contradicts."""
    answered = [one for one in facts.confirmations if one.agreed is not None]
    differing = sorted((one for one in answered if not one.agreed), key=lambda o: not o.disputed)
    if differing:
        first = differing[0]
        return Answer(False, "ladder.hand-over-differs", _told(first), contradicts=first.disputed)
    if not answered:
        return None
    return Answer(True, "ladder.hand-over-agrees", {"count": len(answered)})


def _told(one: Confirmation) -> dict[str, Any]:
    told: dict[str, Any] = {"reference": one.reference}
    if one.sent is not None and one.found is not None:
        told |= {"sent": one.sent.text, "found": one.found.text, "unit": one.sent.unit}
    return told


RULE = Rule(
    id="hand-over",
    version=1,
    valid_from=date(2026, 11, 1),
    source="Circular 17/2021/TT-BNNPTNT art. 6 (both sides keep who, what, when of each delivery)",
    check=check,
)
