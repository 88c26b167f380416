# SPDX-License-Identifier: Apache-2.0
"""The whole table: every step by every side in every state, for cases of either manner."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nguon.recall import rules
from nguon.recall.errors import RecallError, RecallFaultsError, RecallForbiddenError
from nguon.recall.inputs import Decision
from nguon.recall.model import (
    DisposalState,
    Level,
    Manner,
    Origin,
    Recall,
    Side,
    SiteState,
    SiteStep,
    State,
    Step,
)

NOW = datetime(2026, 8, 14, tzinfo=UTC)
BEFORE = {"open", "investigating", "scoped"}
LIVE = BEFORE | {"running"}
# What each side may do in which states: written by hand from docs/recall.md.
OFFICER = {
    "note": LIVE, "finding": LIVE, "add": LIVE, "ask": LIVE, "determine": BEFORE, "scope": LIVE,
    "decide": {"scoped", "running"}, "found-again": {"running"}, "release": {"running"},
    "report": {"running", "closed"}, "close": {"running"}, "dismiss": BEFORE,
}  # fmt: skip
BOUND = {name: OFFICER[name] for name in ("note", "finding", "add", "ask", "found-again", "report")}
ALLOWED: dict[tuple[str, str | None], dict[str, set[str]]] = {
    ("officer", None): OFFICER,
    ("officer", "voluntary"): OFFICER,
    ("officer", "mandatory"): OFFICER,
    ("maker", None): OFFICER,
    ("maker", "voluntary"): OFFICER,
    ("maker", "mandatory"): BOUND,
    **{("asked", manner): {"reply": LIVE} for manner in (None, "voluntary", "mandatory")},
    **{
        ("system", manner): {
            "found-again": {"running"}, "remind": {"running"}, "escalate": LIVE, "chase": LIVE,
        }
        for manner in (None, "voluntary", "mandatory")
    },
}  # fmt: skip
BECOMES = {
    ("open", "note"): "investigating", ("open", "finding"): "investigating",
    ("open", "add"): "investigating", ("open", "ask"): "investigating",
    ("open", "determine"): "investigating", ("open", "scope"): "scoped",
    ("investigating", "scope"): "scoped", ("scoped", "decide"): "running",
    ("running", "close"): "closed", ("open", "dismiss"): "dismissed",
    ("investigating", "dismiss"): "dismissed", ("scoped", "dismiss"): "dismissed",
}  # fmt: skip
OWED = {"unreached", "told", "seen", "held"}
REACHED = {state.value for state in SiteState} - {"unreached"}
EVERYWHERE = {state.value for state in SiteState}
LEADING = {"contact": EVERYWHERE, "remind": OWED, "escalate": OWED}
JUDGED = {"verify": {"held", "disposed"}, "refuse": {"held", "disposed"}}
BY_HAND = {"answer": REACHED, "dispose": {"held"}}
AT_SITE: dict[tuple[str, bool], dict[str, set[str]]] = {
    ("officer", True): LEADING | JUDGED,
    ("officer", False): LEADING | JUDGED | BY_HAND,
    ("local", True): LEADING | JUDGED,
    ("local", False): LEADING | JUDGED | BY_HAND,
    ("maker", True): LEADING,
    ("maker", False): LEADING | BY_HAND,
    ("site", True): {"see": REACHED, "answer": REACHED, "dispose": {"held"}},
    ("site", False): {"see": REACHED},
}


def _recall(state: State, manner: Manner | None = None, **more: Any) -> Recall:
    names = (
        *("signal", "determined", "due", "decided", "decided_by", "decider", "closed"),
        *("words_vi", "words_en", "instructions", "answer_by", "dispute", "level", "province"),
    )
    values: dict[str, Any] = dict.fromkeys(names)
    values |= {
        "id": "r",
        "title": "t",
        "origin": Origin.LAB,
        "keys": ("k",),
        "maker": 1,
        "opened_by": 1,
    }
    values |= {"sector": "food", "state": state, "manner": manner, "opened": NOW, "seen": 3}
    return Recall(**values | {"scope": 1, "things": 1, "sites": 1} | more)


@pytest.mark.parametrize("manner", [None, Manner.VOLUNTARY, Manner.MANDATORY])
@pytest.mark.parametrize("side", list(Side))
def test_every_step_in_every_state(side: Side, manner: Manner | None) -> None:
    allowed = ALLOWED.get((side.value, manner and manner.value), {})
    for state in State:
        recall = _recall(state, manner)
        expected = {name for name, states in allowed.items() if state.value in states}
        assert {step.value for step in rules.possible(recall, [side])} == expected
        for step in rules.STEPS:
            if step.value in expected:
                assert rules.check(recall, step, [side]) is side
                after = BECOMES.get((state.value, step.value), state.value)
                assert rules.becomes(recall, step).value == after
                continue
            with pytest.raises(RecallError) as refused:
                rules.check(recall, step, [side])
            mine = step.value in OFFICER and side in (Side.OFFICER, Side.MAKER)
            mine = mine or step.value in allowed
            wrong_state = mine and state not in rules.STEPS[step].states
            assert isinstance(refused.value, RecallForbiddenError) is not wrong_state


@pytest.mark.parametrize("account", [True, False])
@pytest.mark.parametrize("side", list(Side))
def test_every_step_at_every_site(side: Side, account: bool) -> None:
    allowed = AT_SITE.get((side.value, account), {})
    for state in State:
        for at in SiteState:
            expected = {name for name, states in allowed.items() if at.value in states}
            if state is not State.RUNNING:
                expected = set()
            found = rules.possible_at_site(_recall(state), at, [side], account=account)
            assert {step.value for step in found} == expected


def test_every_step_is_in_the_table() -> None:
    assert set(rules.STEPS) == set(Step) - {Step.OPEN}
    assert set(rules.SITE_STEPS) == set(SiteStep)


def _decision(manner: Manner = Manner.MANDATORY, level: int = 2, **more: Any) -> Decision:
    words = {"words_vi": "Thu hồi lô này ngay.", "words_en": "This lot is recalled."}
    return Decision(**{"manner": manner, "level": Level(level)} | words | more)


@pytest.mark.parametrize(
    ("recall", "decision", "side", "code"),
    [
        (_recall(State.SCOPED), _decision(), Side.MAKER, "recall.maker-orders"),
        (
            _recall(State.SCOPED),
            _decision(Manner.VOLUNTARY),
            Side.OFFICER,
            "recall.voluntary-by-maker",
        ),
        (
            _recall(State.RUNNING, Manner.MANDATORY, level=Level(1)),
            _decision(Manner.VOLUNTARY),
            Side.OFFICER,
            "recall.voluntary-by-maker",
        ),
        (
            _recall(State.RUNNING, Manner.VOLUNTARY, level=Level(1)),
            _decision(Manner.VOLUNTARY, 2),
            Side.MAKER,
            "recall.maker-lowers",
        ),
    ],
    ids=["maker-orders", "officer-voluntary", "no-way-back", "maker-lowers"],
)
def test_decisions_that_are_not_somebodys(
    recall: Recall, decision: Decision, side: Side, code: str
) -> None:
    with pytest.raises(RecallForbiddenError) as refused:
        rules.check_decision(recall, decision, side, NOW)
    assert refused.value.code == code


def test_decisions_that_may_be_taken() -> None:
    running = _recall(State.RUNNING, Manner.VOLUNTARY, level=Level(2))
    rules.check_decision(_recall(State.SCOPED), _decision(), Side.OFFICER, NOW)
    rules.check_decision(_recall(State.SCOPED), _decision(Manner.VOLUNTARY), Side.MAKER, NOW)
    rules.check_decision(running, _decision(Manner.VOLUNTARY, 1), Side.MAKER, NOW)
    rules.check_decision(running, _decision(Manner.VOLUNTARY, 3), Side.OFFICER, NOW)
    rules.check_decision(running, _decision(), Side.OFFICER, NOW)


def test_every_fault_of_a_decision_at_once() -> None:
    wrong = _decision(words_vi="ngắn", words_en="", due=NOW - timedelta(seconds=1))
    with pytest.raises(RecallFaultsError) as refused:
        rules.check_decision(_recall(State.SCOPED), wrong, Side.OFFICER, NOW)
    assert [one.pointer for one in refused.value.faults] == ["/words_vi", "/words_en", "/due"]


@pytest.mark.parametrize(
    ("manner", "level", "state"),
    [
        (Manner.MANDATORY, 3, DisposalState.WAITING),
        (Manner.VOLUNTARY, 1, DisposalState.WAITING),
        (Manner.VOLUNTARY, 2, DisposalState.DONE),
    ],
)
def test_where_an_officer_verifies(manner: Manner, level: int, state: DisposalState) -> None:
    assert rules.disposal_state(_recall(State.RUNNING, manner, level=Level(level))) is state
