# SPDX-License-Identifier: Apache-2.0
"""Working days of Viet Nam, from the days off in ``holidays.toml``; pure apart from that file."""

import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from nguon.base.time import HANOI

_SATURDAY = 5
_DAY = timedelta(days=1)


def is_working(day: date) -> bool:
    """Whether offices are open."""
    return day.weekday() < _SATURDAY and day not in _days_off(day.year)


def after_working_days(begun: datetime, count: int) -> datetime:
    """The end of the working day so many working days after the day of a moment."""
    day = begun.astimezone(HANOI).date()
    while count:
        day += _DAY
        count -= is_working(day)
    return end_of(day)


def end_of(day: date) -> datetime:
    """The last moment of a day in Viet Nam."""
    return datetime.combine(day + _DAY, time(), HANOI) - timedelta(microseconds=1)


@cache
def _days_off(year: int) -> frozenset[date]:
    text = (files("nguon.compliance") / "holidays.toml").read_text("utf-8")
    content = tomllib.loads(text)
    known = content["year"].get(str(year))
    if known is not None:
        return frozenset(known["days"])
    return frozenset(date.fromisoformat(f"{year}-{day}") for day in content["fixed"])
