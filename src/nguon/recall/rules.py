# SPDX-License-Identifier: Apache-2.0
"""Who may take which step of a recall in which state: one table, and pure decisions over it.

A recall that an authority ordered is not weakened by the maker: he adds what he knows, and
decides, releases and closes nothing.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import msgspec

from nguon.base.errors import Fault
from nguon.recall.errors import RecallError, RecallFaultsError, RecallForbiddenError
from nguon.recall.inputs import Decision
from nguon.recall.model import (
    SETTLED,
    DisposalState,
    Level,
    Manner,
    Recall,
    Side,
    SiteState,
    SiteStep,
    State,
    Step,
)

MOST_WORDS = 4000
MOST_TITLE = 200
LEAST_WORDS = 10
MOST_KEYS = 1000
"""Things that a case may start from."""
MOST_DAYS = 60
BEFORE = frozenset({State.OPEN, State.INVESTIGATING, State.SCOPED})
"""States in which nothing is decided yet."""
LIVE = BEFORE | {State.RUNNING}
"""States that are not the end."""


class Rule(msgspec.Struct, frozen=True):
    """By whom a step is taken, from which states; ``bound``: by the maker also once it is
    mandatory. ``becomes`` is the state after it, by the state before; absent: the same.
    """

    sides: frozenset[Side]
    states: frozenset[State]
    becomes: Mapping[State, State] = {}
    bound: bool = False


_LEADING = frozenset({Side.OFFICER, Side.MAKER})
_LOOKING = {State.OPEN: State.INVESTIGATING}
STEPS: Mapping[Step, Rule] = {
    Step.NOTE: Rule(_LEADING, LIVE, _LOOKING, bound=True),
    Step.FINDING: Rule(_LEADING, LIVE, _LOOKING, bound=True),
    Step.ADD: Rule(_LEADING, LIVE, _LOOKING, bound=True),
    Step.ASK: Rule(_LEADING, LIVE, _LOOKING, bound=True),
    Step.REPLY: Rule(frozenset({Side.ASKED}), LIVE),
    Step.CHASE: Rule(frozenset({Side.SYSTEM}), LIVE),
    Step.DETERMINE: Rule(_LEADING, BEFORE, _LOOKING),
    Step.SCOPE: Rule(_LEADING, LIVE, {State.OPEN: State.SCOPED, State.INVESTIGATING: State.SCOPED}),
    Step.DECIDE: Rule(
        _LEADING, frozenset({State.SCOPED, State.RUNNING}), {State.SCOPED: State.RUNNING}
    ),
    Step.FOUND_AGAIN: Rule(_LEADING | {Side.SYSTEM}, frozenset({State.RUNNING}), bound=True),
    Step.REMIND: Rule(frozenset({Side.SYSTEM}), frozenset({State.RUNNING})),
    Step.ESCALATE: Rule(frozenset({Side.SYSTEM}), LIVE),
    Step.RELEASE: Rule(_LEADING, frozenset({State.RUNNING})),
    Step.REPORT: Rule(_LEADING, frozenset({State.RUNNING, State.CLOSED}), bound=True),
    Step.CLOSE: Rule(_LEADING, frozenset({State.RUNNING}), {State.RUNNING: State.CLOSED}),
    Step.DISMISS: Rule(_LEADING, BEFORE, dict.fromkeys(BEFORE, State.DISMISSED)),
}
"""Every step after the opening."""


class SiteRule(msgspec.Struct, frozen=True):
    """By whom a step at a site is taken, from which of its states."""

    sides: frozenset[Side]
    states: frozenset[SiteState]


_ALL = frozenset(SiteState)
_REACHED = _ALL - {SiteState.UNREACHED}
_JUDGING = frozenset({Side.OFFICER, Side.LOCAL})
SITE_STEPS: Mapping[SiteStep, SiteRule] = {
    SiteStep.CONTACT: SiteRule(_LEADING | {Side.LOCAL}, _ALL),
    SiteStep.SEE: SiteRule(frozenset({Side.SITE}), _REACHED),
    SiteStep.ANSWER: SiteRule(frozenset({Side.SITE}), _REACHED),
    SiteStep.DISPOSE: SiteRule(frozenset({Side.SITE}), frozenset({SiteState.HELD})),
    SiteStep.VERIFY: SiteRule(_JUDGING, frozenset({SiteState.HELD, SiteState.DISPOSED})),
    SiteStep.REFUSE: SiteRule(_JUDGING, frozenset({SiteState.HELD, SiteState.DISPOSED})),
    SiteStep.REMIND: SiteRule(_LEADING | {Side.LOCAL}, _ALL - SETTLED),
    SiteStep.ESCALATE: SiteRule(_LEADING | {Side.LOCAL}, _ALL - SETTLED),
}
"""Steps at a site while its recall runs. Who has no account is answered for by whoever spoke to
it: `ON_BEHALF`.
"""
ON_BEHALF = frozenset({SiteStep.ANSWER, SiteStep.DISPOSE})


def becomes(recall: Recall, step: Step) -> State:
    """What a case is after a step."""
    return STEPS[step].becomes.get(recall.state, recall.state)


def possible(recall: Recall, sides: Collection[Side]) -> tuple[Step, ...]:
    """The steps that somebody on these sides may take now."""
    return tuple(step for step in STEPS if _refusal(recall, step, sides) is None)


def check(recall: Recall, step: Step, sides: Collection[Side]) -> Side:
    """As whom a step is taken.

    Raises:
        RecallForbiddenError: not by these sides.
        RecallError: not as the case stands.
    """
    code = _refusal(recall, step, sides)
    if code in ("recall.not-yours", "recall.bound"):
        raise RecallForbiddenError(code, step=step.value)
    if code is not None:
        raise RecallError(code, step=step.value, state=recall.state.value)
    return next(side for side in Side if side in sides and side in STEPS[step].sides)


def possible_at_site(
    recall: Recall, state: SiteState, sides: Collection[Side], *, account: bool
) -> tuple[SiteStep, ...]:
    """The steps at a site that somebody on these sides may take now."""
    return tuple(
        step
        for step in SITE_STEPS
        if _site_refusal(recall, state, step, sides, account=account) is None
    )


def check_site(
    recall: Recall, state: SiteState, step: SiteStep, sides: Collection[Side], *, account: bool
) -> Side:
    """As whom a step at a site is taken; raises as `check`."""
    code = _site_refusal(recall, state, step, sides, account=account)
    if code == "recall.not-yours":
        raise RecallForbiddenError(code, step=step.value)
    if code is not None:
        raise RecallError(code, step=step.value, state=state.value)
    return next(side for side in Side if side in sides and side in _site_sides(step, account))


def check_decision(recall: Recall, decision: Decision, side: Side, moment: datetime) -> None:
    """Whether a case may be decided so.

    Raises:
        RecallForbiddenError: a maker who orders, or weakens what was decided.
        RecallFaultsError: words that are missing, or a day that is over or too far.
    """
    if side is Side.MAKER and decision.manner is Manner.MANDATORY:
        raise RecallForbiddenError("recall.maker-orders")
    voluntary = decision.manner is Manner.VOLUNTARY
    if side is Side.OFFICER and voluntary and recall.manner is not Manner.VOLUNTARY:
        raise RecallForbiddenError("recall.voluntary-by-maker")
    if side is Side.MAKER and recall.level is not None and decision.level > recall.level:
        raise RecallForbiddenError("recall.maker-lowers")
    faults = faults_in(decision.words_vi, "words_vi", LEAST_WORDS)
    faults += faults_in(decision.words_en, "words_en", LEAST_WORDS)
    faults += faults_in(decision.instructions, "instructions", 0)
    due = decision.due
    if due is not None and not moment < due <= moment + timedelta(days=MOST_DAYS):
        faults.append(Fault("/due", "recall.due-range", {"most": MOST_DAYS}))
    refuse(faults)


def verified_by_officer(recall: Recall) -> bool:
    """Whether disposals wait for an officer: where the recall is mandatory or of level 1."""
    return recall.manner is Manner.MANDATORY or recall.level is Level.SERIOUS


def disposal_state(recall: Recall) -> DisposalState:
    """What a disposal is when it is reported."""
    return DisposalState.WAITING if verified_by_officer(recall) else DisposalState.DONE


def refuse(faults: list[Fault]) -> None:
    """Raises `RecallFaultsError` where something is wrong."""
    if faults:
        raise RecallFaultsError("recall.faults", faults, count=len(faults))


def faults_in(text: str, field: str, least: int, most: int = MOST_WORDS) -> list[Fault]:
    """What is wrong with a text, by its length."""
    if len(text.strip()) < least:
        return [Fault(f"/{field}", "recall.words-short", {"least": least})]
    if len(text) > most:
        return [Fault(f"/{field}", "recall.words-long", {"most": most})]
    return []


def said(text: str, least: int = LEAST_WORDS, field: str = "words") -> str | None:
    """What was written with a step; raises `RecallFaultsError`."""
    refuse(faults_in(text, field, least))
    return text.strip() or None


def _refusal(recall: Recall, step: Step, sides: Collection[Side]) -> str | None:
    rule = STEPS[step]
    mine = rule.sides.intersection(sides)
    if not mine:
        return "recall.not-yours"
    if recall.state not in rule.states:
        return "recall.not-now"
    if mine == {Side.MAKER} and recall.manner is Manner.MANDATORY and not rule.bound:
        return "recall.bound"
    return None


def _site_refusal(
    recall: Recall, state: SiteState, step: SiteStep, sides: Collection[Side], *, account: bool
) -> str | None:
    if not _site_sides(step, account).intersection(sides):
        return "recall.not-yours"
    if recall.state is not State.RUNNING or state not in SITE_STEPS[step].states:
        return "recall.site-not-now"
    return None


def _site_sides(step: SiteStep, account: bool) -> frozenset[Side]:
    if step in ON_BEHALF and not account:
        return SITE_STEPS[SiteStep.CONTACT].sides
    return SITE_STEPS[step].sides
