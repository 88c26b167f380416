# SPDX-License-Identifier: Apache-2.0
"""Tables written as XLSX and CSV: codes stay text, dates dates; no cell becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any, TypeAlias

import msgspec

from nguon.base.time import HANOI

Value: TypeAlias = str | int | float | Decimal | date | None

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_SAMPLE = 200
_WIDEST = 60
_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_MOST_TEXT = 32_767


class Page(msgspec.Struct, frozen=True):
    """One sheet to write: its name, a title above the table, headings, rows."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Value]]
    title: str = ""
    wrapped: bool = False
    """Long texts are broken into lines."""


def xlsx(pages: Sequence[Page]) -> bytes:
    """A workbook; rows are written one by one in constant memory."""
    import xlsxwriter

    target = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(target, options)
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#E6EFE3", "text_wrap": True}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "text": book.add_format({"num_format": "@", "valign": "top"}),
        "long": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "dd/mm/yyyy"}),
        "time": book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        "number": book.add_format({"num_format": "General"}),
    }
    for page in pages:
        _sheet(book, page, styles)
    book.close()
    return target.getvalue()


def _sheet(book: Any, page: Page, styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet(page.name.translate(_SHEET_NAME).strip("' ")[:31] or None)
    rows = iter(page.rows)
    sample = list(islice(rows, _SAMPLE))
    for column, width in enumerate(widths(page.headings, sample)):
        sheet.set_column(column, column, min(width + 2, _WIDEST), styles["text"])
    line = 0
    if page.title:
        sheet.write_string(0, 0, page.title, styles["title"])
        line = 2
    for column, heading in enumerate(page.headings):
        sheet.write_string(line, column, heading, styles["head"])
    sheet.freeze_panes(line + 1, 0)
    for row in chain(sample, rows):
        line += 1
        for column, value in enumerate(row):
            _cell(sheet, line, column, value, styles, wrapped=page.wrapped)


def _cell(
    sheet: Any, row: int, column: int, value: Value, styles: dict[str, Any], *, wrapped: bool
) -> None:
    match value:
        case None | "":
            return
        case str():
            style = styles["long" if wrapped else "text"]
            sheet.write_string(row, column, value[:_MOST_TEXT], style)
        case datetime():
            sheet.write_datetime(row, column, local(value), styles["time"])
        case date():
            sheet.write_datetime(row, column, value, styles["day"])
        case Decimal() if len(value.as_tuple().digits) > 15:
            sheet.write_string(row, column, f"{value:f}", styles["text"])
        case _:
            sheet.write_number(row, column, float(value), styles["number"])


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A table separated by commas, in UTF-8 with its mark, as spreadsheets want it."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([_safe(heading) for heading in headings])
    writer.writerows([_plain(value) for value in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def _plain(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return _safe(value)
        case datetime():
            return local(value).strftime("%d/%m/%Y %H:%M")
        case date():
            return value.strftime("%d/%m/%Y")
        case Decimal():
            return _digits(value)
        case _:
            return str(value)


def _digits(value: Decimal) -> str:
    """Plain digits; three after the point get a fourth, or they could be taken for thousands."""
    text = f"{value:f}"
    return f"{text}0" if text[-4:-3] == "." else text


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def local(moment: datetime) -> datetime:
    """The time on the clocks of Viet Nam, without its zone."""
    return moment.astimezone(HANOI).replace(tzinfo=None) if moment.tzinfo else moment


def shown(value: Value) -> str:
    """A value as people read it on paper: decimal comma, day first."""
    match value:
        case Decimal() | float():
            return f"{Decimal(value):f}".replace(".", ",")
        case None | str() | int():
            return "" if value is None else str(value)
        case datetime():
            return local(value).strftime("%d/%m/%Y %H:%M")
        case _:
            return value.strftime("%d/%m/%Y")


def widths(headings: Sequence[str], sample: Sequence[Sequence[Value]]) -> list[int]:
    """How many letters the columns need, by their first rows."""
    lengths = [len(heading) for heading in headings]
    for row in sample:
        for column, value in enumerate(row[: len(lengths)]):
            lengths[column] = max(lengths[column], len(shown(value)))
    return lengths
