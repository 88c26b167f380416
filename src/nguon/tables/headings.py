# SPDX-License-Identifier: Apache-2.0
"""Which row of a sheet holds the headings, and which rows below it are entries."""

import re
from collections.abc import Callable

import msgspec

from nguon.tables.model import Row, Sheet
from nguon.vn.text import fold

_SEARCHED = 40
_NUMBERING = re.compile(r"\(?\s*(\d{1,3}|[A-Z])\s*\)?")
_TOTALS = frozenset({"tong", "tong cong", "tong so", "cong", "total", "sum"})


class Headed(msgspec.Struct, frozen=True):
    """The headings with their row's number, the entries below, the rows that are none."""

    number: int
    headings: list[str]
    rows: list[Row]
    skipped: list[int]


def headed(sheet: Sheet, known: Callable[[str], bool]) -> Headed:
    """The sheet below its headings: the row, of the first ones, with the most known headings.

    Titles above are left out, as are a row that numbers the columns and one of totals.
    """
    first = sheet.rows[:_SEARCHED]
    at = max(range(len(first)), key=lambda i: (_score(first[i], known), -i))
    head, body = first[at].cells, sheet.rows[at + 1 :]
    if body and _continues(head, body[0].cells, known):
        below = [*body[0].cells, *[""] * (len(head) - len(body[0].cells))]
        above = [*head, *[""] * (len(below) - len(head))]
        head = [low or high for low, high in zip(below, above, strict=True)]
        body = body[1:]
    skipped = {row.number for row in body[:1] if _numbers(row)}
    skipped |= {row.number for row in body if _totals(row)}
    rows = [row for row in body if row.number not in skipped] if skipped else body
    return Headed(first[at].number, head, rows, sorted(skipped))


def _score(row: Row, known: Callable[[str], bool]) -> int:
    return len({fold(cell) for cell in row.cells if cell and known(cell)})


def _continues(head: list[str], below: list[str], known: Callable[[str], bool]) -> bool:
    """Whether headings stand in two rows: merged ones in both, parts of others in the second."""
    same = [a for a, b in zip(head, below, strict=False) if b and a == b]
    others = [cell for i, cell in enumerate(below) if cell and (i >= len(head) or head[i] != cell)]
    return bool(same) and all(map(known, others))


def _numbers(row: Row) -> bool:
    """A row of (1) (2) (3), as forms have below their headings."""
    cells = [cell for cell in row.cells if cell]
    found = [_NUMBERING.fullmatch(cell) for cell in cells]
    parts = [match[1] for match in found if match is not None]
    digits = [int(part) for part in parts if part.isdigit()]
    counted = digits == list(range(1, len(digits) + 1))
    return len(cells) > 2 and len(parts) == len(cells) and counted and len(digits) > 2


def _totals(row: Row) -> bool:
    word = next((cell for cell in row.cells if cell), "")
    return len(word) < 20 and fold(word) in _TOTALS
