# SPDX-License-Identifier: Apache-2.0
"""Days as people write them in a form: ``05/06/2025``, ``5/6``, ``5-6-25``; pure."""

import re
from datetime import date, datetime, time, timedelta

from nguon.base.time import HANOI
from nguon.entries.errors import EntryError
from nguon.tables import cells

_SHORT = re.compile(r"([0-9]{1,2})\s*[/.\-]\s*([0-9]{1,2})")
_SHORT_YEAR = re.compile(r"([0-9]{1,2}\s*[/.\-]\s*[0-9]{1,2}\s*[/.\-]\s*)([0-9]{2})")
_NOON = time(12)
_SLACK = timedelta(minutes=10)
"""A clock of another machine may be so much ahead."""


def read_day(text: str, today: date) -> date:
    """A day; without a year the latest such day that is not to come.

    Raises:
        TableError: no day.
    """
    written = text.strip()
    short_year = _SHORT_YEAR.fullmatch(written)
    if short_year is not None:
        written = f"{short_year[1]}20{short_year[2]}"
    if _SHORT.fullmatch(written) is None:
        return cells.day(written)
    found = cells.day(f"{written}/{today.year}")
    return found if found <= today else cells.day(f"{written}/{today.year - 1}")


def moment(day: date, at: time | None, now: datetime) -> datetime:
    """The moment meant: today without a time is now, another day without a time its noon.

    Raises:
        EntryError: it is still to come.
    """
    local = now.astimezone(HANOI)
    if at is None:
        if day == local.date():
            return local.replace(second=0, microsecond=0)
        at = _NOON
    meant = datetime.combine(day, at, HANOI)
    if meant > local + _SLACK:
        raise EntryError("entries.future", day=f"{day:%d/%m/%Y}")
    return meant
