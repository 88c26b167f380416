# SPDX-License-Identifier: Apache-2.0
"""Coordinates as people write them: decimal comma, degrees and minutes, numbered lists of corners.

A land paper's table has the corner's number, X (north), Y (east) and the
length of the side; a phone gives "12.702801, 108.301233" or 12°42'10.1"N.
What was written is kept beside its value: its decimals count.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from nguon.vn.errors import CoordinateError

_LONGEST = 2_000_000
_MOST = 20_000
_DMS = re.compile(
    r"""(?P<before>[NSEWĐBDTnsewđbdt])?\s*(?P<sign>-)?(?P<d>\d{1,3})\s*[°ºo˚]\s*
    (?:(?P<m>\d{1,2}(?:[.,]\d+)?)\s*['’′]\s*)?
    (?:(?P<s>\d{1,2}(?:[.,]\d+)?)\s*(?:"|”|″|''|’’)\s*)?
    (?P<after>[NSEWĐBDTnsewđbdt](?!\d))?""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"[+-]?\d+(?:[ .]\d{3})+,\d+|[+-]?\d+(?:,\d{3})+\.\d+|[+-]?\d+(?:[.,]\d+)?")
_SEPARATED = re.compile(r"\s*(?:[;|\t]|,\s|\s)\s*")
_NORTHERN, _SOUTHERN, _WESTERN = frozenset("NB"), frozenset("S"), frozenset("WT")
_LINE = re.compile(r"\r\n?|\n")


class Number(msgspec.Struct, frozen=True):
    """A coordinate: its value, and what was written."""

    value: Decimal
    written: str
    axis: str = ""
    """``N`` or ``E`` where the letter of a direction says so."""

    @property
    def decimals(self) -> int:
        """Digits of a degree that are told: a tenth of a second tells five."""
        marks = re.findall(r"[°º˚'’′]", self.written)
        told = len(re.sub(r"\D+$", "", self.written).replace(",", ".").partition(".")[2])
        return told + 2 * len(marks)


class Pair(msgspec.Struct, frozen=True):
    """Two coordinates of one corner in the order written, and the line they stand on."""

    line: int
    first: Number
    second: Number
    label: str = ""


def pairs(text: str) -> list[Pair]:
    """The corners of a pasted list, one a line; headings and empty lines are left out.

    Raises `CoordinateError`: ``vn.coordinates-line`` for a line that has no two
    numbers, ``vn.coordinates-empty``, ``vn.coordinates-many``.
    """
    if len(text) > _LONGEST:
        raise CoordinateError("vn.coordinates-many", most=_MOST)
    found = []
    for number, line in enumerate(_LINE.split(text), start=1):
        if any(letter.isdigit() for letter in line):
            found.append(_pair(number, line.strip()))
        if len(found) > _MOST:
            raise CoordinateError("vn.coordinates-many", most=_MOST)
    if not found:
        raise CoordinateError("vn.coordinates-empty")
    return found


def number(written: str) -> Number:
    """One coordinate: ``108.301233``, ``108,301233``, ``1.404.567,23``, ``12°42'10.1"N``.

    Raises `CoordinateError`: ``vn.coordinates-number``.
    """
    text = written.strip()
    angle = _DMS.fullmatch(text)
    if angle is not None:
        return _angle(angle)
    if _NUMBER.fullmatch(text) is None:
        raise CoordinateError("vn.coordinates-number", text=text[:40])
    return Number(Decimal(_plain(text)), text)


def _pair(line: int, text: str) -> Pair:
    angles = list(_DMS.finditer(text))
    if len(angles) == 2:
        first, second = (_angle(angle) for angle in angles)
        return Pair(line, first, second)
    cells = [cell for cell in _cells(text) if any(letter.isdigit() for letter in cell)]
    label, cells = _without_label(cells)
    if len(cells) not in (2, 3):
        raise CoordinateError("vn.coordinates-line", line=line, text=text[:60])
    try:
        return Pair(line, number(cells[0]), number(cells[1]), label)
    except CoordinateError as error:
        raise CoordinateError("vn.coordinates-line", line=line, text=text[:60]) from error


def _cells(text: str) -> Iterator[str]:
    """The numbers of a line: a comma with a space, or the only one, separates."""
    cells = [cell for cell in _SEPARATED.split(text) if cell]
    commas = text.count(",")
    if len(cells) == 1 and (commas == 1 or (commas in (2, 3) and "." in text)):
        cells = text.split(",")
    for cell in cells:
        yield cell.strip().strip("()[]:=XYxy").rstrip(",")


def _without_label(cells: list[str]) -> tuple[str, list[str]]:
    """Without the corner's number, which stands first in a table of three columns or more."""
    if len(cells) >= 3 and re.fullmatch(r"[A-Za-z]{0,4}\d{1,4}", cells[0]):
        return cells[0], cells[1:]
    return "", cells


def _angle(match: re.Match[str]) -> Number:
    letter = (match["before"] or match["after"] or "").upper()
    parts = [Decimal((match[name] or "0").replace(",", ".")) for name in "dms"]
    value = parts[0] + parts[1] / 60 + parts[2] / 3600
    if match["sign"] or letter in _SOUTHERN or letter in _WESTERN:
        value = -value
    north = letter in _NORTHERN or letter in _SOUTHERN
    axis = "" if not letter else "N" if north else "E"
    return Number(value, match[0].strip(), axis)


def _plain(text: str) -> str:
    """A number with the decimal point and no groups."""
    if ("," in text and "." in text) or " " in text:
        decimal = max(text.rfind(","), text.rfind("."))
        whole = re.sub(r"[ .,]", "", text[:decimal])
        return f"{whole}.{text[decimal + 1 :]}"
    return text.replace(",", ".")
