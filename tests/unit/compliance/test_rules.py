# SPDX-License-Identifier: Apache-2.0
"""Working days, terms, limits, retention, groups of goods: the pure rules."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from nguon.base.time import HANOI
from nguon.compliance import calendar, limits, retention
from nguon.compliance.grouping import Goods, by_code
from nguon.compliance.model import Market
from nguon.compliance.retention import Kept
from nguon.compliance.terms import terms


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 4, 29), True),
        (date(2026, 4, 30), False),
        (date(2026, 5, 1), False),
        (date(2026, 5, 2), False),
        (date(2026, 5, 4), True),
        (date(2026, 2, 17), False),
        (date(2026, 2, 23), True),
        (date(2031, 9, 2), False),
        (date(2031, 9, 3), True),
    ],
)
def test_working_days(day: date, working: bool) -> None:
    assert calendar.is_working(day) is working


@pytest.mark.parametrize(
    ("begun", "count", "last"),
    [
        (datetime(2026, 4, 28, 9, tzinfo=HANOI), 5, date(2026, 5, 7)),
        (datetime(2026, 2, 13, 9, tzinfo=HANOI), 5, date(2026, 2, 27)),
        (datetime(2026, 8, 3, 9, tzinfo=HANOI), 5, date(2026, 8, 10)),
        (datetime(2026, 8, 2, 23, tzinfo=UTC), 1, date(2026, 8, 4)),
        (datetime(2026, 8, 7, 9, tzinfo=HANOI), 0, date(2026, 8, 7)),
    ],
)
def test_a_term_of_working_days_ends_with_its_last_day(
    begun: datetime, count: int, last: date
) -> None:
    due = calendar.after_working_days(begun, count)
    assert due.astimezone(HANOI).date() == last
    assert (due + timedelta(microseconds=1)).astimezone(HANOI).date() == last + timedelta(days=1)


def test_terms_of_duties() -> None:
    begun = datetime(2026, 4, 28, 9, tzinfo=HANOI)
    assert terms()["recall-decision"].due(begun) == begun + timedelta(hours=24)
    assert terms()["trace-answer"].due(begun).astimezone(HANOI).date() == date(2026, 5, 7)
    assert terms()["receiving"].due(begun) == begun + timedelta(days=2)
    assert terms()["area-renewal"].due(begun) == begun - timedelta(days=60)
    assert not terms()["us-records"].in_force(date(2028, 7, 19))
    assert terms()["us-records"].in_force(date(2028, 7, 20))


DURIAN = by_code("0810.60")


@pytest.mark.parametrize(
    ("value", "unit", "detected", "kept"),
    [
        ("0.05", "mg/kg", True, True),
        ("0.051", "mg/kg", True, False),
        ("50", "µg/kg", True, True),
        ("51", "ppb", True, False),
        ("0.2", None, False, True),
        (None, None, True, False),
    ],
)
def test_cadmium(value: str | None, unit: str | None, detected: bool, kept: bool) -> None:
    limit = limits.limit_for("cadmium", Market.CN, DURIAN.groups, date(2026, 8, 17))
    amount = None if value is None else Decimal(value)
    assert limits.within(limit, amount, unit, detected=detected) is kept


def test_limits_have_their_market_goods_and_days() -> None:
    day = date(2026, 8, 17)
    nothing = limits.limit_for("auramine-o", Market.CN, DURIAN.groups, day)
    assert nothing is not None
    assert not limits.within(nothing, Decimal("0.001"), "mg/kg", detected=True)
    assert limits.within(nothing, Decimal("0.001"), "mg/kg", detected=False)
    assert limits.limit_for("cadmium", Market.EU, DURIAN.groups, day) is None
    assert limits.limit_for("cadmium", Market.CN, DURIAN.groups, date(2025, 1, 9)) is None
    assert limits.limit_for("cadmium", Market.CN, by_code("0810.90").groups, day) is None
    assert limits.within(None, Decimal(9), "mg/kg", detected=True)


MADE = date(2026, 8, 31)


@pytest.mark.parametrize(
    ("hs", "expiry", "markets", "until", "regime"),
    [
        ("0810.60", None, [], date(2027, 2, 28), "17/2021/TT-BNNPTNT"),
        ("0810.60", date(2026, 9, 14), [], date(2027, 9, 14), "17/2021/TT-BNNPTNT"),
        ("0306.17", None, [], date(2028, 8, 31), "17/2021/TT-BNNPTNT"),
        ("2106.90", None, [], date(2028, 8, 31), "25/2019/TT-BYT"),
        ("2106.90", date(2028, 2, 29), [], date(2029, 2, 28), "25/2019/TT-BYT"),
    ],
)
def test_retention(
    hs: str, expiry: date | None, markets: list[Market], until: date, regime: str
) -> None:
    assert retention.kept_until(by_code(hs), MADE, expiry, markets) == Kept(until, regime)


def test_the_longest_regime_counts() -> None:
    coffee = by_code("0901.11")
    made = date(2026, 12, 30)
    home = retention.kept_until(coffee, made, date(2027, 12, 30), [])
    abroad = retention.kept_until(coffee, made, date(2027, 12, 30), [Market.EU])
    assert home == Kept(date(2028, 12, 30), "17/2021/TT-BNNPTNT")
    assert abroad == Kept(date(2031, 12, 30), "(EU) 2023/1115")
    assert retention.kept_until(Goods(), MADE, None) is None


@pytest.mark.parametrize(
    ("hs", "ministry", "nature"),
    [
        ("0810.60", "mae", "fresh"),
        ("0810.90", "mae", "fresh"),
        ("0306.17", "mae", "frozen"),
        ("1902.30", "moit", "processed"),
        ("2106.90", "moh", "processed"),
        ("3004.10", "moh", "processed"),
        ("3304.99", "moh", "processed"),
        ("", None, None),
        ("9999", None, None),
    ],
)
def test_goods_by_code(hs: str, ministry: str | None, nature: str | None) -> None:
    found = by_code(hs)
    assert (found.ministry, found.nature) == (ministry, nature)
