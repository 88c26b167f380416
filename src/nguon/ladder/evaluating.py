# SPDX-License-Identifier: Apache-2.0
"""From the facts of a claim to its standing; pure, and the same for everybody."""

from datetime import datetime

from nguon.ladder import rungs as of
from nguon.ladder.model import LADDER, Facts, Flag, Predicate, RuleResult, Standing
from nguon.ladder.rules import in_force


def evaluate(facts: Facts, moment: datetime) -> Standing:
    """How far the claim can be believed at a moment, by the rules in force then.

    More evidence never lowers it; what contradicts or disputes it does.
    """
    results = tuple(rule.apply(facts) for rule in in_force(moment.date()))
    rungs = (
        of.declared(facts),
        of.identified(facts, moment),
        of.signed(facts),
        of.confirmed(facts),
        of.plausible(results, moment),
        of.attested(facts, moment),
    )
    flags = _flags(facts, results)
    satisfied = frozenset(rung.predicate for rung in rungs if rung.satisfied)
    return Standing(
        claim=facts.claim,
        rungs=rungs,
        flags=flags,
        level=0 if flags else level(satisfied),
        results=results,
        checked=moment,
        facts=facts.digest,
    )


def level(satisfied: frozenset[Predicate]) -> int:
    """The place on the ladder that predicates amount to.

    What the party's own standing carries (confirmed, plausible) counts only on top
    of identified and signed; what a body attests stands by itself.
    """
    if Predicate.ATTESTED in satisfied:
        return LADDER.index(Predicate.ATTESTED)
    if Predicate.IDENTIFIED not in satisfied:
        return 0
    if Predicate.SIGNED not in satisfied:
        return LADDER.index(Predicate.IDENTIFIED)
    return max(LADDER.index(predicate) for predicate in satisfied)


def _flags(facts: Facts, results: tuple[RuleResult, ...]) -> tuple[Flag, ...]:
    found = []
    if any(case.upheld is None for case in facts.cases):
        found.append(Flag.DISPUTED)
    upheld = any(case.upheld is not None for case in facts.cases)
    if upheld or any(result.contradicts for result in results):
        found.append(Flag.CONTRADICTED)
    return tuple(found)
