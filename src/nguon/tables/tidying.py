# SPDX-License-Identifier: Apache-2.0
"""Cells as they stand in a file become text that can be relied on, and what was changed is told."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

from nguon.tables.model import Number, Remark, Row, Sheet, column_name
from nguon.tables.workbook import Cell, Raw
from nguon.vn import legacy
from nguon.vn.legacy import Charset

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b\u2060\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_EXPONENT = re.compile(r"\d[.,]\d+E\+\d{1,2}", re.IGNORECASE)
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r])")
"""What `writing` puts before a text that a spreadsheet would take for a formula."""
_EXACT = 10**15
_SAMPLE = 400
_FILLS = 1_000_000


class Tidy:
    """One sheet at work: its rows, and remarks counted by kind and column."""

    def __init__(self, raw: Raw) -> None:
        self._name = raw.name
        self._seen: dict[tuple[str, int], list[int]] = {}
        self._extra: dict[tuple[str, int], dict[str, str]] = {}
        _fill(raw)
        self._rows = [Row(number, self._cells(number, cells)) for number, cells in raw.rows]
        self._convert()

    @property
    def sheet(self) -> Sheet:
        """The rows that still have text."""
        return Sheet(self._name, [row for row in self._rows if any(row.cells)])

    @property
    def remarks(self) -> Iterable[Remark]:
        """What was changed or lost: column, first row and how often."""
        for (code, column), (first, count) in self._seen.items():
            where = {"column": column_name(column), "row": first, "count": count}
            yield Remark(code, {**where, **self._extra.get((code, column), {})}, self._name)

    def _note(self, code: str, column: int, row: int, **extra: str) -> None:
        seen = self._seen.setdefault((code, column), [row, 0])
        seen[1] += 1
        if extra:
            self._extra[code, column] = extra

    def _cells(self, row: int, cells: Sequence[Cell]) -> list[str]:
        return [
            cell.strip() if isinstance(cell, str) and _simple(cell) else self._cell(row, i, cell)
            for i, cell in enumerate(cells)
        ]

    def _cell(self, row: int, column: int, cell: Cell) -> str:
        if isinstance(cell, float):
            return self._number(row, column, cell)
        text = _UNREADABLE.sub("", cell)
        if text != cell or _SURROGATE.search(text):
            text = _SURROGATE.sub("\ufffd", text)
            self._note("tables.unreadable", column, row)
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
            self._note("tables.composed", column, row)
        text = _GUARDED.sub("", text.strip())
        return self._exponent(row, column, text) if _EXPONENT.fullmatch(text) else text

    def _number(self, row: int, column: int, value: float) -> str:
        if value.is_integer() and abs(value) < _EXACT:
            return Number(int(value))
        if abs(value) >= _EXACT:
            self._note("tables.digits-lost", column, row)
        try:
            return Number(f"{Decimal(repr(value)):f}".removesuffix(".0"))
        except (InvalidOperation, ValueError):
            return ""

    def _exponent(self, row: int, column: int, text: str) -> str:
        """A long number that a spreadsheet shortened in text: exact again if no digit is gone."""
        mantissa, exponent = re.split("E", text.replace(",", "."), flags=re.IGNORECASE)
        if len(mantissa) - 2 < int(exponent):
            self._note("tables.digits-lost", column, row)
            return text
        self._note("tables.exponent", column, row)
        return Number(f"{Decimal(mantissa).scaleb(int(exponent)):f}".removesuffix(".0"))

    def _convert(self) -> None:
        """Text in the charset of an old font, recognised by the sheet, else by the column."""
        columns: dict[int, list[str]] = {}
        for row in self._rows:
            for column, cell in enumerate(row.cells):
                if not cell.isascii() and len(found := columns.setdefault(column, [])) < _SAMPLE:
                    found.append(cell)
        whole = legacy.recognise(text for texts in columns.values() for text in texts)
        for column, texts in columns.items():
            charset = legacy.recognise(texts) or whole
            if charset is None:
                continue
            mixed = any(legacy.is_modern(text) for text in texts)
            for row in self._rows:
                if column < len(row.cells) and not row.cells[column].isascii():
                    row.cells[column] = self._unicode(row, column, charset, mixed=mixed)

    def _unicode(self, row: Row, column: int, charset: Charset, *, mixed: bool) -> str:
        cell = row.cells[column]
        done = legacy.convert(cell, charset, mixed=mixed)
        if done.changed:
            self._note("tables.legacy", column, row.number, charset=charset.value)
        elif done.doubtful:
            self._note("tables.legacy-doubt", column, row.number, charset=charset.value)
        return done.text


def _simple(text: str) -> bool:
    """Nothing to mend: printable ASCII without the letter of an exponent."""
    return text.isascii() and text.isprintable() and "+" not in text and "'" not in text


def _fill(raw: Raw) -> None:
    """Cells merged over several rows stand in each of them."""
    if not raw.merged:
        return
    rows, left = dict(raw.rows), _FILLS
    last = raw.rows[-1][0] if raw.rows else 0
    for (top, column), (bottom, _) in raw.merged:
        above = rows.get(top + 1, [])
        value = above[column] if column < len(above) else ""
        span = range(top + 2, min(bottom + 1, last) + 1)
        left -= len(span)
        if value == "" or left < 0:
            continue
        for number in span:
            cells = rows.get(number)
            if cells is not None:
                cells += [""] * (column + 1 - len(cells))
                cells[column] = cells[column] or value
