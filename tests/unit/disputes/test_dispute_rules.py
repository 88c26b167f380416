# SPDX-License-Identifier: Apache-2.0
"""Who may take which step when: walked through at random, and the sentences that must hold."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.disputes import rules
from nguon.disputes.errors import DisputeError, DisputeForbiddenError, ReportFaultsError
from nguon.disputes.model import (
    Case,
    Kind,
    Outcome,
    Report,
    Side,
    State,
    Step,
    SubjectKind,
)

NOW = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
CASE = Case(
    id="1" * 16,
    subject_kind=SubjectKind.ITEM,
    subject="01/09521101000016/10/A",
    kind=Kind.LABEL,
    party=7,
    province="66",
    sector="crops",
    state=State.REPORTED,
    reported=NOW,
    opened=None,
    due=NOW + timedelta(days=3),
    outcome=None,
    decided=None,
    decided_by=None,
    appealed=False,
    seen=1,
    reports=1,
)


def _at(state: State, **changes: object) -> Case:
    return msgspec.structs.replace(CASE, state=state, **changes)


@pytest.mark.parametrize(
    ("state", "side", "steps"),
    [
        (State.REPORTED, Side.OFFICER, {Step.OPEN, Step.DISMISS}),
        (State.REPORTED, Side.PARTY, set()),
        (State.OPEN, Side.OFFICER, {Step.ASK, Step.DECIDE}),
        (State.ASKED, Side.PARTY, {Step.ANSWER}),
        (State.ASKED, Side.OFFICER, {Step.DECIDE}),
        (State.ANSWERED, Side.OFFICER, {Step.ASK, Step.DECIDE}),
        (State.ANSWERED, Side.PARTY, {Step.ANSWER}),
        (State.DECIDED, Side.PARTY, {Step.APPEAL}),
        (State.DECIDED, Side.REPORTER, {Step.APPEAL}),
        (State.DECIDED, Side.OFFICER, set()),
        (State.CLOSED, Side.OFFICER, set()),
        (State.CLOSED, Side.PARTY, set()),
    ],
)
def test_steps_of_each_side(state: State, side: Side, steps: set[Step]) -> None:
    assert set(rules.possible(_at(state), side, NOW)) == steps


def test_an_appeal_is_taken_once_and_in_time() -> None:
    late = _at(State.DECIDED, due=NOW - timedelta(seconds=1))
    for case in (late, _at(State.DECIDED, appealed=True)):
        with pytest.raises(DisputeError) as refused:
            rules.check(case, Step.APPEAL, Side.PARTY, NOW)
        assert refused.value.code == "disputes.appeal-over"
        assert rules.possible(case, Side.OFFICER, NOW) == (Step.CLOSE,)


def test_nobody_is_upheld_against_unheard() -> None:
    def decide(case: Case, outcome: Outcome | None, *, asked: bool) -> str:
        try:
            rules.check_decision(case, outcome, asked=asked, actor="person/1", moment=NOW)
        except DisputeError as error:
            return error.code
        return ""

    waiting = _at(State.ASKED)
    passed = _at(State.ASKED, due=NOW - timedelta(days=1))
    assert decide(_at(State.OPEN), Outcome.UPHELD, asked=False) == "disputes.unheard"
    assert decide(waiting, Outcome.UPHELD, asked=True) == "disputes.unheard"
    assert decide(waiting, Outcome.NOT_UPHELD, asked=True) == "disputes.answer-awaited"
    assert decide(waiting, Outcome.WITHDRAWN, asked=True) == ""
    assert decide(passed, Outcome.UPHELD, asked=True) == ""
    assert decide(_at(State.ANSWERED), Outcome.UPHELD, asked=True) == ""
    assert decide(_at(State.OPEN), Outcome.NOT_UPHELD, asked=False) == ""
    assert decide(_at(State.ANSWERED), None, asked=True) == "disputes.outcome-missing"
    assert decide(_at(State.ANSWERED), Outcome.DISMISSED, asked=True) == "disputes.outcome-missing"


def test_who_decided_does_not_decide_the_appeal() -> None:
    case = _at(State.ANSWERED, appealed=True, decided_by="person/1")
    with pytest.raises(DisputeForbiddenError) as refused:
        rules.check_decision(case, Outcome.NOT_UPHELD, asked=True, actor="person/1", moment=NOW)
    assert refused.value.code == "disputes.same-officer"
    rules.check_decision(case, Outcome.NOT_UPHELD, asked=True, actor="person/2", moment=NOW)


@given(st.lists(st.tuples(st.sampled_from(Step), st.sampled_from(Side)), max_size=12))
def test_whatever_is_tried_an_officer_looks_first(tries: list[tuple[Step, Side]]) -> None:
    case, opened_by = CASE, set[Side]()
    for step, side in tries:
        if step in (Step.REPORT, Step.WITHDRAW):
            continue
        try:
            rules.check(case, step, side, NOW)
        except DisputeError:
            continue
        if case.state is State.REPORTED:
            opened_by.add(side)
        case = msgspec.structs.replace(
            case, state=rules.becomes(step), appealed=case.appealed or step is Step.APPEAL
        )
    assert opened_by <= {Side.OFFICER}
    assert case.state is State.REPORTED or opened_by


@pytest.mark.parametrize(
    ("step", "kind", "days", "day"),
    [
        ("triage", Kind.LABEL, None, 10),
        ("triage", Kind.SAFETY, None, 8),
        ("ask", Kind.LABEL, None, 14),
        ("ask", Kind.SAFETY, None, 9),
        ("ask", Kind.SAFETY, 5, 12),
    ],
)
def test_terms_end_with_their_day(step: str, kind: Kind, days: int | None, day: int) -> None:
    due = rules.due(step, kind, NOW, days=days)
    assert due is not None
    assert due.isoformat() == f"2026-09-{day:02}T23:59:59+07:00"


def test_nothing_follows_what_is_closed() -> None:
    assert rules.due("close", Kind.LABEL, NOW) is None
    assert rules.due("dismiss", Kind.LABEL, NOW) is None


def test_every_fault_of_a_report_at_once() -> None:
    with pytest.raises(ReportFaultsError) as refused:
        rules.check_report(Report(kind=Kind.LABEL, words=" x ", contact="9" * 121))
    assert [(one.pointer, one.code) for one in refused.value.faults] == [
        ("/words", "disputes.words-short"),
        ("/contact", "disputes.contact-long"),
    ]
    with pytest.raises(ReportFaultsError):
        rules.check_report(Report(kind=Kind.LABEL, words="x" * 2001))
    with pytest.raises(ReportFaultsError):
        rules.said(Step.ASK, "What is on the label?", 61)
    assert rules.said(Step.OPEN, "", None) is None
