# SPDX-License-Identifier: Apache-2.0
"""Which row of a sheet holds the headings, what each column means, which rows are entries."""

import re
from collections.abc import Callable, Iterable, Mapping

import msgspec

from nguon.tables.model import Row, Sheet, Table
from nguon.vn.text import fold

FieldOf = Callable[[str], str | None]
"""The field that a heading means, None where nobody knows it."""

_SEARCHED = 40
_NUMBERING = re.compile(r"\(?\s*(\d{1,3}|[A-Z])\s*\)?")
_TOTALS = frozenset({"tong", "tong cong", "tong so", "cong", "total", "sum"})
_ORDINALS = frozenset({"stt", "tt", "so tt", "so thu tu", "thu tu", "no"})


class Headed(msgspec.Struct, frozen=True):
    """A sheet below its headings.

    ``number`` is the headings' row, ``fields`` what each column means ("" where
    it is left out, None where nobody knows), ``skipped`` the rows that are no
    entries: a row that numbers the columns, totals.
    """

    name: str
    number: int
    headings: list[str]
    fields: list[str | None]
    rows: list[Row]
    skipped: list[int]


def headed(table: Table, field_of: FieldOf, chosen: Mapping[int, str] | None = None) -> Headed:
    """The sheet of a table that has most of the known headings, below its titles.

    ``chosen`` says for columns, by position, what they mean ("" leaves one out).
    """

    def known(cell: str) -> bool:
        return field_of(cell) is not None

    sheet, at = _best(table.sheets, known)
    head, body = sheet.rows[at].cells, sheet.rows[at + 1 :]
    if body and _continues(head, body[0].cells, known):
        below = [*body[0].cells, *[""] * (len(head) - len(body[0].cells))]
        above = [*head, *[""] * (len(below) - len(head))]
        head = [low or high for low, high in zip(below, above, strict=True)]
        body = body[1:]
    skipped = {row.number for row in body[:1] if _numbers(row)}
    skipped |= {row.number for row in body if _totals(row)}
    rows = [row for row in body if row.number not in skipped] if skipped else body
    fields = [
        (chosen or {}).get(position, _meaning(heading, field_of))
        for position, heading in enumerate(head)
    ]
    return Headed(sheet.name, sheet.rows[at].number, head, fields, rows, sorted(skipped))


def _best(sheets: Iterable[Sheet], known: Callable[[str], bool]) -> tuple[Sheet, int]:
    rows = [(sheet, at) for sheet in sheets for at in range(min(_SEARCHED, len(sheet.rows)))]
    return max(rows, key=lambda place: _score(place[0].rows[place[1]], known))


def _score(row: Row, known: Callable[[str], bool]) -> int:
    return len({fold(cell) for cell in row.cells if cell and known(cell)})


def _meaning(heading: str, field_of: FieldOf) -> str | None:
    field = field_of(heading)
    return "" if field is None and fold(heading) in _ORDINALS else field


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
    return len(parts) == len(cells) and counted and len(digits) > 2


def _totals(row: Row) -> bool:
    word = next((cell for cell in row.cells if cell), "")
    return len(word) < 20 and fold(word) in _TOTALS
