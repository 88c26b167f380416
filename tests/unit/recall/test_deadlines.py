# SPDX-License-Identifier: Apache-2.0
"""Terms are judged by what held on the day, legal ones first, days off counted where they run."""

from datetime import UTC, datetime, timedelta

import pytest

from nguon.base.time import HANOI
from nguon.recall import deadlines
from nguon.recall.deadlines import Terms
from nguon.recall.model import Level, Origin

LAB = Terms("plant", Origin.LAB)
FOOD = Terms("food", Origin.COMPLAINT)
ALERT = Terms("plant", Origin.IMPORT_ALERT)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def test_decided_within_24_hours_also_over_a_weekend() -> None:
    friday = _at("2026-08-14T16:30")
    assert deadlines.due("determine", LAB, friday) == friday + timedelta(hours=24)
    found = deadlines.applying("determine", LAB, friday)
    assert found is not None
    assert (found.id, found.legal) == ("vn-circ-17-2021-decide", True)


@pytest.mark.parametrize(
    ("day", "found"),
    [("2022-02-01T23:59", None), ("2022-02-02T00:00", "vn-circ-17-2021-decide")],
)
def test_a_rule_holds_from_its_day_on(day: str, found: str | None) -> None:
    applying = deadlines.applying("determine", LAB, _at(day))
    assert (applying and applying.id) == found


def test_the_day_is_that_of_viet_nam() -> None:
    eve = datetime(2022, 2, 1, 17, 0, tzinfo=UTC)
    assert deadlines.applying("determine", LAB, eve) is not None
    assert deadlines.applying("determine", LAB, eve - timedelta(microseconds=1)) is None


@pytest.mark.parametrize(
    ("asked", "end"),
    [
        ("2026-08-13T10:00", "2026-08-20"),
        ("2026-08-14T10:00", "2026-08-21"),
        ("2026-08-15T10:00", "2026-08-21"),
        ("2026-08-28T10:00", "2026-09-09"),
        ("2026-04-28T10:00", "2026-05-07"),
    ],
)
def test_five_working_days_skip_weekends_and_days_off(asked: str, end: str) -> None:
    due = deadlines.due("ask", FOOD, _at(asked))
    assert due is not None
    assert due.astimezone(HANOI).date().isoformat() == end
    assert due.astimezone(HANOI).strftime("%H:%M:%S") == "23:59:59"


def test_us_records_within_24_hours_once_the_rule_holds() -> None:
    before, after = _at("2028-07-19T12:00"), _at("2028-07-20T12:00")
    assert deadlines.due("ask", ALERT, before) == before + timedelta(hours=72)
    assert deadlines.due("ask", ALERT, after) == after + timedelta(hours=24)


def test_of_two_legal_terms_the_sooner_holds() -> None:
    both = Terms("food", Origin.IMPORT_ALERT)
    moment = _at("2028-08-01T12:00")
    assert deadlines.due("ask", both, moment) == moment + timedelta(hours=24)


@pytest.mark.parametrize(("level", "hours"), [(1, 24), (2, 48), (3, 120)])
def test_graver_recalls_are_answered_sooner(level: int, hours: int) -> None:
    moment = _at("2026-08-14T16:30")
    terms = Terms("plant", Origin.LAB, Level(level))
    assert deadlines.due("decide", terms, moment) == moment + timedelta(hours=hours)


def test_nothing_follows_a_step_without_a_term() -> None:
    assert deadlines.due("close", LAB, _at("2026-08-14T16:30")) is None


def test_reminders_and_when_others_are_told() -> None:
    told, due = _at("2026-08-14T00:00"), _at("2026-08-15T00:00")
    rule = deadlines.reminding(Level.SERIOUS, told)
    counts = [
        rule.wanted(told, due, told + timedelta(hours=hours)) for hours in (11, 12, 21, 22, 24, 90)
    ]
    assert counts == [0, 1, 1, 2, 3, 3]
    assert not rule.escalates(due, due + timedelta(minutes=59))
    assert rule.escalates(due, due + timedelta(hours=1))
    mild = deadlines.reminding(Level.RULE, told)
    assert [mild.wanted(told, due, told + timedelta(hours=hours)) for hours in (11, 12, 24)] == [
        0,
        1,
        2,
    ]
    assert not mild.escalates(due, due + timedelta(hours=23))
