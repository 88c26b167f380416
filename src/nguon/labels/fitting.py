# SPDX-License-Identifier: Apache-2.0
"""Text that fits its room: a little smaller, then on more lines, then smaller still, or refused.

Nothing is cut off: a text that does not fit at the least size stops the label
with an error that names its field.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from nguon.labels.errors import LabelError
from nguon.labels.letters import width
from nguon.labels.templates import FieldLine, TextZone

LEADING = 1.22
_POINT = 72 / 25.4
_EASY = 0.8
"""One line is kept down to this share of the size, before words go to a second line."""
_STEP = 0.25
_Breaking = Callable[[str, bool, float], list[str] | None]


class Row(NamedTuple):
    """A line in print; ``size`` in points."""

    words: str
    size: float
    bold: bool


def fit(zone: TextZone, texts: Sequence[tuple[FieldLine, str]], *, label: str) -> list[Row]:
    """The rows of a zone, from its top.

    Raises:
        LabelError: a field is too wide, or the rows together are too high; names the field.
    """
    room, high = zone.room[0] * _POINT, zone.room[1] * _POINT
    shrunk = 1.0
    while True:
        rows: list[Row] = []
        last = ""
        at_least = True
        height = 0.0
        for line, words in texts:
            wanted = max(zone.least, (line.size or zone.size) * shrunk)
            at_least = at_least and wanted <= zone.least
            found = wrapped(line, words, wanted, zone.least, room)
            if found is None:
                raise LabelError("labels.too-long", label=label, field=line.field, text=words)
            rows += found
            height += sum(row.size for row in found) * LEADING
            if height > high and not last:
                last = line.field
        if height <= high:
            return rows
        if at_least:
            raise LabelError("labels.no-room", label=label, field=last)
        shrunk *= 0.94


@lru_cache(maxsize=4096)
def wrapped(
    line: FieldLine, words: str, size: float, least: float, room: float
) -> tuple[Row, ...] | None:
    """The rows of one text; None where it does not fit at the least size."""
    bold, ems = line.bold, width(words, bold=line.bold)
    if ems * size <= room:
        return (Row(words, size, bold),)
    alone = room / ems
    if alone >= max(least, size * _EASY):
        return (Row(words, alone, bold),)
    for broken in _ways(line, words):
        for trial in _sizes(size, least):
            lines = broken(words, bold, room / trial)
            if lines is not None and len(lines) <= line.lines:
                return tuple(Row(one, trial, bold) for one in lines)
    return None


def _ways(line: FieldLine, words: str) -> tuple[_Breaking, ...]:
    """How a text may be broken, the best way first: a caption stays whole before its code."""
    if not line.anywhere:
        return (_broken,)
    return (_broken, _cut) if " " in words else (_cut,)


def _sizes(size: float, least: float) -> Iterator[float]:
    """From the size down to the least, which is the last."""
    while size > least:
        yield size
        size -= _STEP
    yield least


def _broken(words: str, bold: bool, room: float) -> list[str] | None:
    """Lines broken between words, as few as can be; None where one word is too wide."""
    lines: list[str] = []
    line = ""
    for word in words.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, bold=bold) <= room:
            line = longer
            continue
        if width(word, bold=bold) > room:
            return None
        lines.append(line)
        line = word
    return [*lines, line]


def _cut(words: str, bold: bool, room: float) -> list[str] | None:
    """Lines as full as can be, broken at any letter; None where one letter is too wide."""
    lines = [""]
    for letter in words:
        if width(lines[-1] + letter, bold=bold) <= room:
            lines[-1] += letter
        elif lines[-1]:
            lines.append(letter)
        else:
            return None
    return lines
