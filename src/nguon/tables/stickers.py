# SPDX-License-Identifier: Apache-2.0
"""Labels written as PDF: a symbol of dark modules drawn as vectors, lines of text beside it.

One label a page for roll printers, or twenty-four on an A4 sheet of 70 × 37 mm.
"""

import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from nguon.base.messages import Language
from nguon.tables.paper import BOLD, NORMAL, drawable, lines_of, register

COLUMNS, ROWS = 3, 8
ON_SHEET = COLUMNS * ROWS
_LEADING = 1.22


class Symbol(msgspec.Struct, frozen=True):
    """A square of modules: its side with the quiet zone, the dark runs (row, column, length)."""

    side: int
    runs: tuple[tuple[int, int, int], ...]


class Sticker(msgspec.Struct, frozen=True):
    """One label: its symbol and its lines, the first one in bold."""

    symbol: Symbol
    lines: tuple[str, ...]


class _Form(NamedTuple):
    """The size of a label, of its symbol, margin and letters, in points."""

    width: float
    height: float
    symbol: float
    margin: float
    letters: float


FORMS = {
    "50x30": _Form(50 * mm, 30 * mm, 23 * mm, 1.5 * mm, 6.5),
    "70x50": _Form(70 * mm, 50 * mm, 32 * mm, 2 * mm, 8.5),
    "a4": _Form(A4[0] / COLUMNS, A4[1] / ROWS, 27 * mm, 4 * mm, 7),
}
"""The labels that there are, by name."""


def pdf(stickers: Sequence[Sticker], form: str, language: Language, *, title: str) -> bytes:
    """The labels in their order."""
    register()
    one, target = FORMS[form], io.BytesIO()
    on_sheet = form == "a4"
    canvas = Canvas(
        target, pagesize=A4 if on_sheet else (one.width, one.height), invariant=1, lang=language
    )
    canvas.setTitle(title)
    for position, sticker in enumerate(stickers):
        place = position % ON_SHEET if on_sheet else 0
        if position and not place:
            canvas.showPage()
        row, column = divmod(place, COLUMNS)
        top = (A4[1] if on_sheet else one.height) - row * one.height
        _draw(canvas, sticker, one, column * one.width, top)
    canvas.save()
    return target.getvalue()


def _draw(canvas: Canvas, sticker: Sticker, form: _Form, left: float, top: float) -> None:
    symbol, module = sticker.symbol, form.symbol / sticker.symbol.side
    above = top - (form.height - form.symbol) / 2
    path = canvas.beginPath()
    for row, column, length in symbol.runs:
        x = left + form.margin / 2 + column * module
        path.rect(x, above - (row + 1) * module, length * module, module)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)
    x = left + form.margin / 2 + form.symbol + form.margin / 2
    room = form.width - (x - left) - form.margin
    y = top - form.margin
    for font, size, written in _texts(sticker.lines, form, room):
        y -= size * _LEADING
        if y < top - form.height + form.margin / 2:
            return
        canvas.setFont(font, size)
        canvas.drawString(x, y, written)


def _texts(lines: Sequence[str], form: _Form, room: float) -> Iterator[tuple[str, float, str]]:
    for position, line in enumerate(lines):
        font, size = (NORMAL, form.letters) if position else (BOLD, form.letters * 1.1)
        for written in lines_of(drawable(line), room, font, size):
            yield font, _fitting(written, room, font, size), written


def _fitting(written: str, room: float, font: str, size: float) -> float:
    """The size of the letters, smaller where one word is wider than the label."""
    width = stringWidth(written, font, size)
    return size if width <= room else size * room / width
