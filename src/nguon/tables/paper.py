# SPDX-License-Identifier: Apache-2.0
"""Tables written as PDF: a title, headings on every page, page numbers, all Vietnamese letters."""

import io
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import as_file, files

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from nguon.base.messages import Language, text
from nguon.tables.writing import Page, Value, shown, widths

PDF = "application/pdf"
NORMAL, BOLD = "Roboto", "Roboto-Bold"
_SIZE, _LEADING, _MARGIN, _PAD = 8.5, 11.0, 36.0, 3.0
_WIDE = 6
_MOST_LINES = 12
_REPLACED = {"→": "->", "✓": "v", "\n": " ", "\t": " "}

Line = list[list[str]]
"""A row: for each column, the lines of its cell."""


def pdf(page: Page, language: Language, *, subtitle: str = "") -> bytes:
    """The table on A4 pages, across when it has many columns."""
    register()
    size = landscape(A4) if len(page.headings) > _WIDE else A4
    rows = [[shown(value) for value in row] for row in page.rows]
    columns = _columns(page.headings, rows, size[0] - 2 * _MARGIN)
    head = _wrapped(page.headings, columns, BOLD)
    sheets = list(_sheets([_wrapped(row, columns, NORMAL) for row in rows], head, size[1]))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=size, invariant=1, lang=language)
    canvas.setTitle(page.title or page.name)
    for number, lines in enumerate(sheets, start=1):
        y = _top(canvas, size, page.title or page.name, subtitle, first=number == 1)
        for position, line in enumerate([head, *lines]):
            y = _draw(canvas, line, columns, y, bold=position == 0)
        canvas.setFont(NORMAL, _SIZE)
        foot = text("tables.pdf-page", language, page=number, pages=len(sheets))
        canvas.drawRightString(size[0] - _MARGIN, _MARGIN - 16, foot)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


@cache
def register() -> None:
    """Make the fonts known, once."""
    for name, file in ((NORMAL, "Roboto-Regular.ttf"), (BOLD, "Roboto-Bold.ttf")):
        with as_file(files("font_roboto") / "files" / file) as path:
            pdfmetrics.registerFont(TTFont(name, str(path)))


@cache
def _printable() -> frozenset[int]:
    register()
    return frozenset(pdfmetrics.getFont(NORMAL).face.charToGlyph)


def drawable(written: str) -> str:
    """The text in letters that the font has."""
    glyphs = _printable()
    return "".join(
        letter if ord(letter) in glyphs else _REPLACED.get(letter, "?") for letter in written
    )


def _columns(headings: Sequence[str], rows: list[list[str]], room: float) -> list[float]:
    """The columns' widths, by what they hold; together the page's."""
    wanted = [min(max(letters, 4), 40) for letters in widths(headings, rows[:500])]
    return [room * letters / sum(wanted) for letters in wanted]


def _wrapped(cells: Sequence[Value], columns: Sequence[float], font: str) -> Line:
    return [
        list(lines_of(drawable(shown(cell)), width - 2 * _PAD, font, _SIZE))[:_MOST_LINES]
        for cell, width in zip(cells, columns, strict=False)
    ]


def lines_of(written: str, width: float, font: str, size: float) -> Iterator[str]:
    """Lines that fit, broken between words, within a word where it must be."""
    line = ""
    for word in written.split():
        longer = f"{line} {word}" if line else word
        if pdfmetrics.stringWidth(longer, font, size) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        while pdfmetrics.stringWidth(line, font, size) > width and len(line) > 1:
            cut = max(1, int(len(line) * width / pdfmetrics.stringWidth(line, font, size)))
            yield line[:cut]
            line = line[cut:]
    yield line


def _height(line: Line) -> float:
    return max((len(cell) for cell in line), default=1) * _LEADING + 2 * _PAD


def _sheets(lines: list[Line], head: Line, height: float) -> Iterator[list[Line]]:
    """The rows of each page; one empty page where there are none."""
    room = height - 2 * _MARGIN - 2 * 20 - _height(head)
    page: list[Line] = []
    left = room
    for line in lines:
        if page and left < _height(line):
            yield page
            page, left = [], room
        page.append(line)
        left -= _height(line)
    yield page


def _top(
    canvas: Canvas, size: tuple[float, float], title: str, subtitle: str, *, first: bool
) -> float:
    y = size[1] - _MARGIN
    canvas.setFont(BOLD, 13 if first else _SIZE)
    canvas.drawString(_MARGIN, y - 12, drawable(title))
    if first and subtitle:
        canvas.setFont(NORMAL, _SIZE)
        canvas.drawString(_MARGIN, y - 26, drawable(subtitle))
    return y - 36


def _draw(canvas: Canvas, line: Line, columns: Sequence[float], y: float, *, bold: bool) -> float:
    height, x = _height(line), _MARGIN
    if bold:
        canvas.setFillGray(0.92)
        canvas.rect(x, y - height, sum(columns), height, stroke=0, fill=1)
        canvas.setFillGray(0)
    canvas.setFont(BOLD if bold else NORMAL, _SIZE)
    canvas.setLineWidth(0.4)
    canvas.line(_MARGIN, y - height, _MARGIN + sum(columns), y - height)
    for cell, width in zip(line, columns, strict=False):
        for position, written in enumerate(cell):
            canvas.drawString(x + _PAD, y - _PAD - _SIZE - position * _LEADING + 1, written)
        x += width
    return y - height
