# SPDX-License-Identifier: Apache-2.0
"""A history on two time axes, drawn: a bar a row over when it holds, below it what counts today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from markupsafe import Markup, escape

from nguon.base.messages import Language, text
from nguon.base.time import HANOI
from nguon.registry import history
from nguon.registry.history import Standing, Status
from nguon.web.formats import day

_LEFT, _WIDTH, _BAR, _GAP, _LETTER = 74, 344, 20, 8, 6.6


@dataclass(frozen=True, slots=True)
class _Scale:
    begin: datetime
    end: datetime

    def x(self, moment: datetime) -> float:
        """Where a time stands."""
        part = (min(max(moment, self.begin), self.end) - self.begin) / (self.end - self.begin)
        return round(_LEFT + part * (_WIDTH - _LEFT - 8), 1)


def timeline(rows: Sequence[Standing], now: datetime, language: Language) -> Markup | None:
    """The drawing; None where there is nothing to draw. The table beside it says the same."""
    known = [row for row in rows if row.valid_from is not None]
    if not known:
        return None
    scale = _scale(known, now)
    lines = [_row(row, at, scale, language) for at, row in enumerate(known)]
    top = len(known) * (_BAR + _GAP) + _GAP
    height = top + _BAR + 34
    today = scale.x(now)
    lines.append(_today(known, top, scale, language))
    lines.append(
        Markup('<line class="now" x1="{0}" x2="{0}" y1="0" y2="{1}"/>').format(today, height - 18)
    )
    lines += [
        _date(scale.begin, "start", height, scale, language),
        _date(scale.end, "end", height, scale, language),
    ]
    title = escape(text("approvals.timeline", language))
    inner = Markup("").join(lines)
    return Markup(
        '<svg class="two-axes" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(_WIDTH, height, title, inner)


def _scale(rows: Sequence[Standing], now: datetime) -> _Scale:
    moments = [m for row in rows for m in (row.valid_from, row.valid_to) if m is not None]
    begin, end = min(*moments, now), max(*moments, now)
    margin = max((end - begin) / 12, timedelta(days=2))
    return _Scale(begin - margin / 4, end + margin)


def _row(row: Standing, at: int, scale: _Scale, language: Language) -> Markup:
    assert row.valid_from is not None
    assert row.recorded is not None
    y = at * (_BAR + _GAP) + _GAP
    label = Markup('<text x="0" y="{}">{}</text>').format(
        y + 14, day(row.recorded.astimezone(HANOI).date(), language)
    )
    return label + _bar(row, row.valid_from, row.valid_to or scale.end, y, scale, language)


def _bar(
    row: Standing, begin: datetime, end: datetime, y: int, scale: _Scale, language: Language
) -> Markup:
    left, right = scale.x(begin), scale.x(end)
    shape = _shape(row.status, left, right, y)
    name = text(f"approvals.status-{row.status}", language)
    wide = len(name) * _LETTER + 8
    if max(right - left, 5) >= wide:
        return shape + _words(left + 5, y, name)
    if right + wide > _WIDTH:
        return shape + _words(left - 5, y, name, anchor="end")
    return shape + _words(max(right, left + 5) + 5, y, name)


def _shape(status: Status, left: float, right: float, y: int) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="4"/>').format(
        status.value, left, y, round(max(right - left, 5), 1), _BAR
    )


def _words(x: float, y: int, words: str, *, anchor: str = "start") -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
        round(x, 1), y + 14, anchor, words
    )


def _today(rows: Sequence[Standing], top: int, scale: _Scale, language: Language) -> Markup:
    """What the register says today of every time: the pieces that count."""
    pieces = [
        Markup('<text class="strong" x="0" y="{}">{}</text>').format(
            top + 14, text("approvals.counts-now", language)
        )
    ]
    for status, begin, end in _pieces(rows, scale.end):
        left, right = scale.x(begin), scale.x(end)
        pieces.append(_shape(status, left, right, top))
        name = text(f"approvals.status-{status}", language)
        if right - left >= len(name) * _LETTER + 8:
            pieces.append(_words(left + 5, top, name))
    return Markup("").join(pieces)


def _pieces(rows: Sequence[Standing], end: datetime) -> list[tuple[Status, datetime, datetime]]:
    """What holds when, neighbours with one status joined."""
    edges = {m for row in rows for m in (row.valid_from, row.valid_to) if m is not None} | {end}
    found: list[tuple[Status, datetime, datetime]] = []
    for begin, until in pairwise(sorted(edges)):
        holds = history.at(rows, begin)
        if holds.valid_from is None:
            continue
        if found and found[-1][0] is holds.status and found[-1][2] == begin:
            found[-1] = (holds.status, found[-1][1], until)
        else:
            found.append((holds.status, begin, until))
    return found


def _date(moment: datetime, anchor: str, height: int, scale: _Scale, language: Language) -> Markup:
    return Markup('<text class="axis" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        scale.x(moment), height - 4, anchor, day(moment.astimezone(HANOI).date(), language)
    )
