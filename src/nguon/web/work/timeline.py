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
from nguon.registry.history import Standing
from nguon.web.formats import day

_LEFT, _WIDTH, _BAR, _GAP = 92, 600, 20, 10


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
        y + 15, day(row.recorded.astimezone(HANOI).date(), language)
    )
    return label + _bar(row, row.valid_from, row.valid_to or scale.end, y, scale, language)


def _bar(
    row: Standing, begin: datetime, end: datetime, y: int, scale: _Scale, language: Language
) -> Markup:
    left, right = scale.x(begin), scale.x(end)
    name = text(f"approvals.status-{row.status}", language)
    width = max(right - left, 5)
    shape = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="4"/>').format(
        row.status.value, left, y, round(width, 1), _BAR
    )
    if width < len(name) * 8:
        if right + len(name) * 8 > _WIDTH:
            return shape + Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(
                left - 6, y + 15, name
            )
        return shape + Markup('<text x="{}" y="{}">{}</text>').format(
            left + width + 6, y + 15, name
        )
    return shape + Markup('<text class="in" x="{}" y="{}">{}</text>').format(left + 6, y + 15, name)


def _today(rows: Sequence[Standing], top: int, scale: _Scale, language: Language) -> Markup:
    """What the register says today of every time: the pieces that count."""
    edges = sorted(
        {m for row in rows for m in (row.valid_from, row.valid_to) if m is not None} | {scale.end}
    )
    label = Markup('<text class="strong" x="0" y="{}">{}</text>').format(
        top + 15, text("approvals.counts-now", language)
    )
    pieces = [label]
    for begin, end in pairwise(edges):
        found = history.at(rows, begin)
        if found.valid_from is not None:
            pieces.append(_bar(found, begin, end, top, scale, language))
    return Markup("").join(pieces)


def _date(moment: datetime, anchor: str, height: int, scale: _Scale, language: Language) -> Markup:
    return Markup('<text class="axis" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        scale.x(moment), height - 4, anchor, day(moment.astimezone(HANOI).date(), language)
    )
