# SPDX-License-Identifier: Apache-2.0
"""Checks of dates and times.

Two-digit years: of all years that GS1's rule can mean (General Specifications section
7.12), those that end in 00 stand for 2000, so a leap year is known without a clock.
"""

from collections.abc import Callable

from nguon.gs1.dictionary.flaws import Check, Flaw

_DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 2
_CENTURY = 2000


def _date(year_digits: int, *, day_may_be_zero: bool) -> Callable[[str], Flaw | None]:
    def judge(part: str) -> Flaw | None:
        at = year_digits
        month, day = int(part[at : at + 2]), int(part[at + 2 :])
        if not 1 <= month <= 12:
            return Flaw("gs1.value.month", at, at + 2)
        if day == 0 and day_may_be_zero:
            return None
        if 1 <= day <= 28 or 1 <= day <= _days(int(part[:at]), month):
            return None
        return Flaw("gs1.value.day", at + 2, at + 4)

    return judge


def _days(year: int, month: int) -> int:
    year += _CENTURY if year < 100 else 0
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 28 if month == _FEBRUARY and not leap else _DAYS[month]


def _below(limit: int, code: str) -> Callable[[str], Flaw | None]:
    def judge(part: str) -> Flaw | None:
        return None if int(part) < limit else Flaw(code, 0, len(part))

    return judge


_hour = _below(24, "gs1.value.hour")
_minute = _below(60, "gs1.value.minute")


def _time(part: str) -> Flaw | None:
    flaw = _minute(part[2:])
    return _hour(part[:2]) or (flaw and Flaw(flaw.code, 2, 4))


DATE_CHECKS = {
    "date": Check(_date(2, day_may_be_zero=False)),
    "date-or-month": Check(_date(2, day_may_be_zero=True)),
    "hour": Check(_hour),
    "long-date": Check(_date(4, day_may_be_zero=False)),
    "long-date-or-month": Check(_date(4, day_may_be_zero=True)),
    "minute": Check(_minute),
    "second": Check(_below(60, "gs1.value.second")),
    "time": Check(_time),
}
