# SPDX-License-Identifier: Apache-2.0
"""Records over time, drawn: a line a place in the order of first records, a dot for what was
recorded there at a time. The list of records says the same.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import groupby

import msgspec

from nguon.base.messages import Language, text
from nguon.base.time import HANOI
from nguon.trace.labels import cut
from nguon.web.formats import day, number
from nguon.web.tracing.panels import RecordLine

WIDTH, ROW, HEAD = 640, 42, 26
_SIDE = 12
_NEAR = 9
"""Records nearer than so many pixels are one dot."""
_MOST_ROWS, _TICKS, _EM = 30, 5, 13


class Dot(msgspec.Struct, frozen=True):
    """Some records of a place at a time; ``first`` counts from one in the list of records."""

    x: float
    y: int
    radius: float
    first: int
    title: str


class Line(msgspec.Struct, frozen=True):
    """A place with how long something was recorded there."""

    y: int
    name: str
    begin: float
    end: float


class Strip(msgspec.Struct, frozen=True):
    """The drawing; ``ticks`` are days, ``more`` places that have no line of their own."""

    height: int
    lines: list[Line]
    dots: list[Dot]
    ticks: list[tuple[float, str]]
    more: int


_Placed = tuple[float, int, RecordLine]


def strip(records: Sequence[RecordLine], language: Language) -> Strip | None:
    """The records, which are in the order of time; None for fewer than two moments."""
    if not records or records[0].at == records[-1].at:
        return None
    begin, end = records[0].at, records[-1].at
    places: dict[str, list[_Placed]] = {}
    for at, one in enumerate(records, 1):
        x = _SIDE + (one.at - begin) / (end - begin) * (WIDTH - 2 * _SIDE)
        places.setdefault(one.place, []).append((round(x, 1), at, one))
    shown = list(places.items())[:_MOST_ROWS]
    lines, dots = list[Line](), list[Dot]()
    for row, (place, some) in enumerate(shown):
        name = place or text("trace-desk.gap-no-place", language)
        y = HEAD + row * ROW + ROW - 12
        said = f"{name} · {number(len(some), language)}"
        lines.append(Line(y, cut(said, WIDTH / _EM), some[0][0], some[-1][0]))
        dots += [_dot(group, y, name, language) for group in _near(some)]
    height = HEAD + len(shown) * ROW + 4
    return Strip(height, lines, dots, _ticks(begin, end, language), len(places) - len(shown))


def _near(some: Sequence[_Placed]) -> list[list[_Placed]]:
    groups = groupby(some, lambda placed: int(placed[0] // _NEAR))
    return [list(group) for _, group in groups]


def _dot(some: Sequence[_Placed], y: int, name: str, language: Language) -> Dot:
    days = sorted({one.at.astimezone(HANOI).date() for _, _, one in some})
    told = " – ".join(day(each, language) for each in dict.fromkeys((days[0], days[-1])))
    count = text("trace-desk.records", language, n=number(len(some), language))
    x = sum(placed[0] for placed in some) / len(some)
    radius = min(4 + len(some) ** 0.5, 9)
    return Dot(round(x, 1), y, round(radius, 1), some[0][1], f"{name}: {count}, {told}")


def _ticks(begin: datetime, end: datetime, language: Language) -> list[tuple[float, str]]:
    """The day at the beginning, and up to four later midnights."""
    first = begin.astimezone(HANOI).date()
    days = (end.astimezone(HANOI).date() - first).days
    step = max(1, -(-days // (_TICKS - 1)))
    found = [(float(_SIDE), day(first, language))]
    for ahead in range(step, days + 1, step):
        midnight = datetime.combine(first + timedelta(days=ahead), time(), HANOI)
        x = _SIDE + (midnight - begin) / (end - begin) * (WIDTH - 2 * _SIDE)
        if found[-1][0] + 90 <= x <= WIDTH - 40:
            found.append((round(x, 1), day(midnight.date(), language)))
    return found
