# SPDX-License-Identifier: Apache-2.0
"""What a rule is: a pure function over facts with a name, a version, a date and a source."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

import msgspec

from nguon.ladder.model import Facts, RuleResult


class Answer(NamedTuple):
    """What a check found; see `nguon.ladder.model.RuleResult`."""

    holds: bool
    reason: str
    params: Mapping[str, Any] = {}
    contradicts: bool = False


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One plausibility rule.

    ``check`` gives None where the facts do not concern it or do not suffice.
    ``carries`` says whether that it holds makes a claim plausible by itself;
    of several that do not, none does.
    """

    id: str
    version: int
    valid_from: date
    source: str
    check: Callable[[Facts], Answer | None]
    carries: bool = True

    def apply(self, facts: Facts) -> RuleResult:
        """The result for these facts."""
        found = self.check(facts)
        if found is None:
            return RuleResult(
                rule=self.id, version=self.version, holds=None, reason="ladder.rule-silent"
            )
        return RuleResult(
            rule=self.id,
            version=self.version,
            holds=found.holds,
            reason=found.reason,
            params=dict(found.params),
            contradicts=found.contradicts,
        )
