# SPDX-License-Identifier: Apache-2.0
"""The code was issued, by whoever issues such codes, and not taken back."""

from datetime import date

from nguon.ladder.model import Facts
from nguon.ladder.rule import Answer, Rule


def check(facts: Facts) -> Answer | None:
    """Every code of which the issuer can speak must be issued."""
    known = [one for one in facts.issued if one.state]
    wrong = [one for one in known if one.state != "issued"]
    if wrong:
        reason = "ladder.code-void" if wrong[0].state == "void" else "ladder.code-not-issued"
        return Answer(False, reason, {"key": wrong[0].key, "count": len(wrong)}, contradicts=True)
    if not known:
        return None
    return Answer(True, "ladder.code-issued", {"count": len(known)})


RULE = Rule(
    id="issued-code",
    version=1,
    valid_from=date(2026, 11, 1),
    source="Decree 13/2022/ND-CP (codes and bar codes); GS1 General Specifications section 1.6",
    check=check,
)
