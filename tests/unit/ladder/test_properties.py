# SPDX-License-Identifier: Apache-2.0
"""What must hold of every claim: evidence never lowers, order is nothing, facts stand alone."""

from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from nguon.ladder import rules
from nguon.ladder.chain import lowest
from nguon.ladder.evaluating import evaluate
from nguon.ladder.model import (
    LADDER,
    Case,
    ClaimKind,
    Ended,
    Facts,
    Flag,
    Issued,
    Paper,
    Predicate,
)
from nguon.ladder.rule import Rule
from tests.unit.ladder import made
from tests.unit.ladder.made import HAPPENED, MOMENT, RECORDED, changed

_DAY = HAPPENED.date()


def _some(*values: object) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(st.sampled_from(values), unique_by=id, max_size=len(values)).map(tuple)


_STEPS = st.builds(
    made.step,
    recorded=st.sampled_from([RECORDED, HAPPENED - timedelta(days=1), RECORDED + timedelta(99)]),
    process=st.sampled_from(["shipping", "receiving", "roasting", "drying"]),
    transforms=st.booleans(),
    whole=st.booleans(),
    parts=st.tuples(*(st.sampled_from(made.transformation(w, "9").parts) for w in ("10", "5"))),
    earlier=_some(made.BORN, changed(made.BORN, at=HAPPENED + timedelta(hours=3))),
    ended=_some(Ended(key=made.LOT, at=HAPPENED - timedelta(days=1), receipt="1-4")),
)
FACTS = st.builds(
    Facts,
    claim=st.builds(
        made.claim,
        kind=st.sampled_from(ClaimKind),
        stage=st.sampled_from(["", "shipping", "harvesting"]),
    ),
    logged=st.sampled_from([None, made.LOGGED]),
    entity=st.sampled_from([None, made.ENTITY, changed(made.ENTITY, register="dissolved")]),
    signature=st.sampled_from([None, made.SIGNATURE, changed(made.SIGNATURE, state="revoked")]),
    confirmations=_some(
        made.AGREED, changed(made.AGREED, agreed=False), changed(made.AGREED, agreed=None)
    ),
    attestations=_some(made.ATTESTED, changed(made.ATTESTED, status="revoked")),
    cases=_some(
        Case(number="1", opened=RECORDED), Case(number="2", opened=RECORDED, upheld=RECORDED)
    ),
    step=st.one_of(st.none(), _STEPS),
    issued=_some(made.ISSUED, Issued(key="01/1", state=""), Issued(key="01/2", state="void")),
    paper=st.sampled_from(
        [
            None,
            Paper(number="1", issuer="Q", status="approved", days=(_DAY,), fits=True),
            Paper(number="1", issuer="Q", status="revoked", days=(_DAY,), fits=True),
        ]
    ),
)


def more_than(found: Facts) -> list[Facts]:
    """The same with one more good piece of evidence."""
    weak_key = found.signature is None or not found.signature.good
    gone = found.entity is None or found.entity.register != "dissolved"
    return [
        changed(found, logged=made.LOGGED),
        changed(found, confirmations=(*found.confirmations, made.AGREED)),
        changed(found, attestations=(*found.attestations, made.ATTESTED)),
        changed(found, issued=(*found.issued, made.ISSUED)),
        *([changed(found, signature=made.SIGNATURE)] if weak_key else []),
        *([changed(found, entity=made.ENTITY)] if gone else []),
    ]


@given(FACTS)
def test_more_evidence_never_lowers(found: Facts) -> None:
    before = evaluate(found, MOMENT)
    for more in more_than(found):
        after = evaluate(more, MOMENT)
        assert before.satisfied <= after.satisfied
        assert set(after.flags) <= set(before.flags)
        assert before.level <= after.level


@given(FACTS)
def test_facts_come_back_from_json_with_the_same_standing(found: Facts) -> None:
    sent = msgspec.json.encode(found)
    again = msgspec.json.decode(sent, type=Facts)
    assert again == found
    assert again.digest == found.digest
    assert evaluate(again, MOMENT) == evaluate(found, MOMENT)


@given(FACTS, st.permutations(rules.RULES))
def test_the_order_of_rules_is_nothing(found: Facts, order: list[Rule]) -> None:
    results = {rule.id: rule.apply(found) for rule in order}
    assert {one.rule: one for one in evaluate(found, MOMENT).results} == results


@given(st.lists(FACTS, max_size=4))
def test_the_order_of_claims_changes_no_level_of_the_lowest(some: list[Facts]) -> None:
    claims = [evaluate(one, MOMENT) for one in some]
    first, second = lowest(claims), lowest(sorted(claims, key=lambda one: one.facts))
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        assert (first.level, bool(first.flags)) == (second.level, bool(second.flags))


@given(FACTS)
def test_a_contradiction_overrides_whatever_holds(found: Facts) -> None:
    wrong = made.step(earlier=(changed(made.BORN, at=HAPPENED + timedelta(days=2)),))
    standing = evaluate(changed(found, step=wrong), MOMENT)
    assert Flag.CONTRADICTED in standing.flags
    assert standing.level == 0
    assert Predicate.PLAUSIBLE not in standing.satisfied


@given(FACTS)
def test_a_standing_says_all_of_it(found: Facts) -> None:
    standing = evaluate(found, MOMENT)
    assert tuple(rung.predicate for rung in standing.rungs) == LADDER
    for rung in standing.rungs:
        assert rung.satisfied is not bool(rung.raise_by)
        assert rung.evidence or not rung.satisfied
    assert len({one.rule for one in standing.results}) == len(rules.RULES)


@given(FACTS)
def test_any_change_of_the_facts_changes_their_digest(found: Facts) -> None:
    assert all(more.digest != found.digest for more in more_than(found) if more != found)
