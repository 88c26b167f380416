# SPDX-License-Identifier: Apache-2.0
"""Who may take which step in which state, and until when the next is due: pure decisions.

Nobody is upheld against unheard: a case is decided against a party only after it answered
or let its term pass. Who decided does not decide the appeal, and no officer handles a case
against, or reported by, the organisation that he works for.
"""

import tomllib
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from nguon.base.errors import Fault
from nguon.base.time import HANOI
from nguon.disputes.errors import DisputeError, DisputeForbiddenError, ReportFaultsError
from nguon.disputes.model import Case, Kind, Outcome, Report, Side, State, Step

MOST_WORDS = 2000
LEAST_WORDS = 10
MOST_CONTACT = 120
DECISIONS = (Outcome.UPHELD, Outcome.NOT_UPHELD, Outcome.CORRECTED, Outcome.WITHDRAWN)
MOST_DAYS = 60
"""The longest term that an officer may give."""

_STEPS: Mapping[Step, tuple[Collection[Side], Collection[State], State]] = {
    Step.OPEN: ({Side.OFFICER}, {State.REPORTED}, State.OPEN),
    Step.DISMISS: ({Side.OFFICER}, {State.REPORTED}, State.CLOSED),
    Step.ASK: ({Side.OFFICER}, {State.OPEN, State.ANSWERED}, State.ASKED),
    Step.ANSWER: ({Side.PARTY}, {State.ASKED, State.ANSWERED}, State.ANSWERED),
    Step.DECIDE: (
        {Side.OFFICER},
        {State.OPEN, State.ASKED, State.ANSWERED},
        State.DECIDED,
    ),
    Step.APPEAL: ({Side.PARTY, Side.REPORTER}, {State.DECIDED}, State.OPEN),
    Step.CLOSE: ({Side.OFFICER, Side.SYSTEM}, {State.DECIDED}, State.CLOSED),
}
"""By whom a step is taken, from which states, and what a case is after it."""


def becomes(step: Step) -> State:
    """What a case is after a step."""
    return _STEPS[step][2]


def possible(case: Case, side: Side, moment: datetime) -> tuple[Step, ...]:
    """The steps that somebody on this side may take now."""
    return tuple(step for step in _STEPS if _refusal(case, step, side, moment) is None)


def check(case: Case, step: Step, side: Side, moment: datetime) -> None:
    """Whether a step may be taken.

    Raises:
        DisputeForbiddenError: not by this side.
        DisputeError: not as the case stands.
    """
    code = _refusal(case, step, side, moment)
    if code == "disputes.not-yours":
        raise DisputeForbiddenError(code, step=step.value)
    if code is not None:
        raise DisputeError(code, step=step.value, state=case.state.value)


def check_decision(
    case: Case, outcome: Outcome | None, *, asked: bool, actor: str, moment: datetime
) -> None:
    """Whether a case may be decided so; ``asked``: its party was asked at least once.

    Raises:
        DisputeForbiddenError: an appeal, and this is who decided before.
        DisputeError: no decision, or one against a party that was not heard.
    """
    if outcome not in DECISIONS:
        raise DisputeError("disputes.outcome-missing")
    if case.appealed and case.decided_by == actor:
        raise DisputeForbiddenError("disputes.same-officer")
    waiting = case.state is State.ASKED and not case.late(moment)
    if outcome is Outcome.UPHELD and (waiting or not asked):
        raise DisputeError("disputes.unheard")
    if waiting and outcome is not Outcome.WITHDRAWN:
        raise DisputeError("disputes.answer-awaited")


def due(step: str, kind: Kind, moment: datetime, *, days: int | None = None) -> datetime | None:
    """Until when the step after this one is due, the end of that day in Viet Nam; None where
    nothing follows. ``days``: the term that an officer gave.
    """
    term = days if days is not None else _term(step, kind, moment.astimezone(HANOI).date())
    if term is None:
        return None
    last = moment.astimezone(HANOI) + timedelta(days=term)
    return last.replace(hour=23, minute=59, second=59, microsecond=0)


def keeping() -> timedelta:
    """How long a reporter's contact outlives the decision."""
    return timedelta(days=_term("contact", Kind.OTHER, date.max) or 0)


def said(step: Step, text: str, days: int | None) -> str | None:
    """What was written with a step, which all but opening and closing need.

    Raises:
        ReportFaultsError: too short or too long, or a term out of bounds.
    """
    least = 0 if step in (Step.OPEN, Step.CLOSE) else LEAST_WORDS
    faults = faults_in(text, "words", least)
    if days is not None and not 1 <= days <= MOST_DAYS:
        faults.append(Fault("/days", "disputes.days-range", {"most": MOST_DAYS}))
    if faults:
        raise ReportFaultsError("disputes.faults", faults, count=len(faults))
    return text.strip() or None


def check_report(report: Report) -> None:
    """Raises `ReportFaultsError` with every fault of a report."""
    faults = faults_in(report.words, "words", LEAST_WORDS)
    if len(report.contact) > MOST_CONTACT:
        faults.append(Fault("/contact", "disputes.contact-long", {"most": MOST_CONTACT}))
    if faults:
        raise ReportFaultsError("disputes.faults", faults, count=len(faults))


def faults_in(text: str, field: str, least: int) -> list[Fault]:
    """What is wrong with a text, by its length."""
    if len(text.strip()) < least:
        return [Fault(f"/{field}", "disputes.words-short", {"least": least})]
    if len(text) > MOST_WORDS:
        return [Fault(f"/{field}", "disputes.words-long", {"most": MOST_WORDS})]
    return []


def _refusal(case: Case, step: Step, side: Side, moment: datetime) -> str | None:
    sides, states, _ = _STEPS[step]
    if side not in sides:
        return "disputes.not-yours"
    if case.state not in states:
        return "disputes.not-now"
    if step is Step.APPEAL and (case.appealed or case.late(moment)):
        return "disputes.appeal-over"
    if step is Step.CLOSE and not (case.appealed or case.late(moment)):
        return "disputes.appeal-open"
    return None


def _term(step: str, kind: Kind, day: date) -> int | None:
    """The row for this kind where there is one, the one that holds on this day."""
    rows = [row for row in _deadlines() if row["step"] == step and row["valid_from"] <= day]
    own = [row for row in rows if row.get("kind") == kind] or [
        row for row in rows if "kind" not in row
    ]
    return max(own, key=lambda row: row["valid_from"])["days"] if own else None


@cache
def _deadlines() -> list[dict[str, Any]]:
    text = (files("nguon.disputes") / "deadlines.toml").read_text("utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["deadline"]
    return found
