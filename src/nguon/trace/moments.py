# SPDX-License-Identifier: Apache-2.0
"""Times as people ask for them: a moment, or a day, a month or a year, which are spans."""

import re
from calendar import monthrange
from datetime import datetime

import msgspec

from nguon.base.time import HANOI
from nguon.trace.errors import TraceQuestionError

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def moment(text: str) -> datetime:
    """A moment in RFC 3339, with its zone.

    Raises `TraceQuestionError`.
    """
    try:
        found = msgspec.convert(text.strip().replace(" ", "+"), datetime)
    except msgspec.ValidationError as error:
        raise _wrong(text) from error
    if found.tzinfo is None:
        raise _wrong(text)
    return found


def span(text: str) -> tuple[datetime, datetime]:
    """First and last moment of a time: of a moment itself; of ``2026-08-01``, ``2026-08`` or
    ``2026`` the whole of it in Viet Nam.

    Raises `TraceQuestionError`.
    """
    partial = _PARTIAL.fullmatch(text.strip())
    if partial is None:
        found = moment(text)
        return found, found
    year, month, day = (None if part is None else int(part) for part in partial.groups())
    try:
        first = datetime(year or 0, month or 1, day or 1, tzinfo=HANOI)
        last_month = month or 12
        last_day = day or monthrange(first.year, last_month)[1]
        last = datetime(first.year, last_month, last_day, 23, 59, 59, 999_999, tzinfo=HANOI)
    except ValueError as error:
        raise _wrong(text) from error
    return first, last


def _wrong(text: str) -> TraceQuestionError:
    return TraceQuestionError("trace.time", text=text[:40])
