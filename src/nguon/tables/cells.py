# SPDX-License-Identifier: Apache-2.0
"""Dates, times and numbers as people write them in cells, day first and comma before the fraction.

A number such as ``1.250`` can be read in two ways; the other cells of its
column decide, then its unit, and the reading is marked so that it can be told.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal, NamedTuple

from nguon.base.quantity import Quantity
from nguon.base.time import HANOI
from nguon.tables.errors import TableError
from nguon.tables.model import Number
from nguon.tables.units import Kind, Unit, unit

Mark = Literal[",", "."]
"""The decimal mark."""

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})")
_TIME = re.compile(r"([01]?\d|2[0-3])\s*(?:[:hg]\s*([0-5]\d)?|[:]([0-5]\d))(?::[0-5]\d(?:\.\d+)?)?")
_MOMENT = re.compile(r"(?P<d>\d[\d\s/.-]*\d)(?:[\sT,]+(?P<t>\d[\d:.hg\s]*))?")
_TIME_FIRST = re.compile(r"(?P<t>\d{1,2}\s*[:hg]\s*\d{0,2})[\s,]+(?P<d>\d[\d\s/.-]*\d)")
_AMOUNT = re.compile(r"(?P<number>[+-]?[\d.,\u00a0\u202f ]*\d)\s*(?P<unit>[^\d.,\s].*)?", re.DOTALL)
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_PLAIN = re.compile(r"[+-]?\d+")
_TWO_MARKS = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?!\1)[.,]\d+")
_GROUPS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3}){2,}|[+-]?\d{1,3}(?:,\d{3}){2,}")
_ONE_MARK = re.compile(r"[+-]?\d+([.,])\d+")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_MOST_DIGITS = 24


class Read(NamedTuple):
    """A number, and the other value that the same cell could mean."""

    value: Decimal
    other: Decimal | None = None


class Measured(NamedTuple):
    """A quantity in a UN/ECE unit; ``other`` as in `Read`, in the unit as written."""

    quantity: Quantity
    number: Decimal
    other: Decimal | None = None


def day(cell: str) -> date:
    """A date: ``05/06/2025`` is 5 June; raises `TableError`."""
    match = _ISO.fullmatch(cell)
    if match is not None:
        year, month, of_month = map(int, match.groups())
    else:
        match = _DAY_FIRST.fullmatch(cell)
        if match is None:
            raise TableError("tables.date-words", text=cell)
        if len(match[3]) == 2:
            raise TableError("tables.date-short-year", text=cell)
        of_month, month, year = map(int, match.groups())
    try:
        return date(year, month, of_month)
    except ValueError as error:
        if 12 < month <= 31 and 0 < of_month <= 12:
            meant = {"day": month, "month_meant": of_month, "year": year}
            raise TableError("tables.date-month-first", text=cell, month=month, **meant) from error
        raise TableError("tables.date-words", text=cell) from error


def clock(cell: str) -> time:
    """A time of day: ``14:30``, ``14h30``, ``7h``; raises `TableError`."""
    match = _TIME.fullmatch(cell.strip().lower())
    if match is None:
        raise TableError("tables.time-words", text=cell)
    return time(int(match[1]), int(match[2] or match[3] or 0))


def moment(cell: str, at: time) -> datetime:
    """A date with a time, in Viet Nam; ``at`` where the cell has none. Raises `TableError`."""
    match = _MOMENT.fullmatch(cell) or _TIME_FIRST.fullmatch(cell)
    if match is None:
        raise TableError("tables.date-words", text=cell)
    spoken = clock(match["t"].removesuffix(".")) if match["t"] else at
    return datetime.combine(day(match["d"].strip()), spoken, HANOI)


def mark(cells: Iterable[str]) -> Mark | None:
    """The decimal mark of a column, where some cell leaves no doubt and none contradicts it."""
    found: set[Mark] = set()
    for cell in cells:
        if isinstance(cell, Number):
            continue
        match = _AMOUNT.match(cell)
        if match is not None:
            found |= _shown(_SPACES.sub("", match["number"]))
    return found.pop() if len(found) == 1 else None


class Mixed(NamedTuple):
    """Dates of a column of which some may have day and month swapped; ``row`` is one of them."""

    real: int
    written: int
    row: int
    text: str


def mixed(cells: Sequence[tuple[int, str]]) -> Mixed | None:
    """Whether a column looks as if a spreadsheet had read some dates month first.

    Then the dates that it took for dates all have a day up to 12, and those that
    it could not read so stayed text, with a day after the 12th.
    """
    real = [(row, cell) for row, cell in cells if _ISO.fullmatch(cell)]
    written = [match for _, cell in cells if (match := _DAY_FIRST.fullmatch(cell))]
    late = [match for match in written if int(match[1]) > 12]
    if not real or not late or any(int(cell[8:10]) > 12 for _, cell in real):
        return None
    row, text = real[0]
    return Mixed(len(real), len(written), row, text)


def number(cell: str, decimal: Mark | None = None, *, coarse: bool = False) -> Read:
    """A number; ``decimal`` is its column's mark, ``coarse`` that thousands are unlikely.

    Raises `TableError`.
    """
    if isinstance(cell, Number):
        return Read(Decimal(cell))
    text = _SPACES.sub("", cell)
    if len(text) > _MOST_DIGITS:
        raise TableError("tables.number-words", text=cell[:40])
    if _PLAIN.fullmatch(text):
        return Read(Decimal(text))
    if _EITHER.fullmatch(text):
        return _decided(text, decimal, coarse=coarse)
    shown = _shown(text)
    if not shown:
        raise TableError("tables.number-words", text=cell)
    return Read(_value(text, shown.pop()))


def measure(
    cell: str, kind: Kind = "amount", *, default: str = "", decimal: Mark | None = None
) -> Measured:
    """An amount with its unit, in the cell or by default; raises `TableError`."""
    match = _AMOUNT.fullmatch(cell.strip())
    if match is None:
        raise TableError("tables.number-words", text=cell)
    word = (match["unit"] or default).strip()
    if not word:
        raise TableError("tables.unit-missing", text=cell)
    by: Unit = unit(word, kind)
    digits = cell if isinstance(cell, Number) else match["number"]
    value, other = number(digits, decimal, coarse=by.coarse)
    exact = (value * by.factor).normalize()
    return Measured(Quantity(Decimal(f"{exact:f}"), by.code), value, other)


def _shown(text: str) -> set[Mark]:
    """The decimal mark that a number shows by itself."""
    if _GROUPS.fullmatch(text):
        return {"," if "." in text else "."}
    if _TWO_MARKS.fullmatch(text):
        return {"," if text.rfind(",") > text.rfind(".") else "."}
    match = _ONE_MARK.fullmatch(text)
    if match is None or _EITHER.fullmatch(text):
        return set()
    return {"," if match[1] == "," else "."}


def _decided(text: str, decimal: Mark | None, *, coarse: bool) -> Read:
    """A number of one to three digits, a mark and three digits."""
    fraction, thousands = (
        _value(text, "," if "," in text else "."),
        Decimal(re.sub("[.,]", "", text)),
    )
    if decimal is not None:
        return Read(fraction if decimal in text else thousands)
    if coarse or "," in text:
        return Read(fraction, thousands)
    return Read(thousands, fraction)


def _value(text: str, decimal: Mark) -> Decimal:
    other = "." if decimal == "," else ","
    return Decimal(text.replace(other, "").replace(decimal, "."))
