# SPDX-License-Identifier: Apache-2.0
"""Labels as PDF: symbols as vectors on whole dots, letters of embedded fonts.

Chinese letters are drawn as outlines: no printer or viewer needs a font for them.
"""

import io
from collections.abc import Sequence

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from nguon.labels.layout import Drawn, Words
from nguon.labels.letters import outline, runs, width
from nguon.labels.paths import path
from nguon.labels.placing import Placed
from nguon.labels.templates import Template
from nguon.tables.paper import BOLD, NORMAL, register

MEDIA_TYPE = "application/pdf"
_COMMON = "common"
_RECTANGLE = "{x} {y} {long} 1 re\n"


def write(
    pages: Sequence[Sequence[Placed]], template: Template, *, title: str, language: str
) -> bytes:
    """The pages as one document; the same input gives the same bytes."""
    register()
    # Streams stay binary: text armour makes them a quarter longer and takes longer than drawing.
    rl_config.useA85 = 0
    size = (template.page[0] * mm, template.page[1] * mm)
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=size, invariant=1, pageCompression=1, lang=language)
    canvas.setTitle(title)
    common = _common(pages)
    if common:
        canvas.beginForm(_COMMON, 0, -size[1], size[0], 0)
        for words in pages[0][0].layout.texts:
            if words in common:
                _words(canvas, words, 0, 0)
        canvas.endForm()
    for page in pages:
        for placed in page:
            _label(canvas, placed, size[1], common)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _common(pages: Sequence[Sequence[Placed]]) -> set[Words]:
    """The lines that stand on every label at the same place: drawn once, used by each."""
    found = set(pages[0][0].layout.texts)
    for page in pages:
        for placed in page:
            found.intersection_update(placed.layout.texts)
    return found


def _label(canvas: Canvas, placed: Placed, high: float, common: set[Words]) -> None:
    made = placed.layout
    point = 72 / made.dpi
    left, top = placed.left * point, high - placed.top * point
    for one in made.symbols:
        _symbol(canvas, one, point, (left, top))
    if common:
        canvas.addLiteral(f"q 1 0 0 1 {left:.4f} {top:.4f} cm")
        canvas.doForm(_COMMON)
        canvas.addLiteral("Q")
    for words in made.texts:
        if words not in common:
            _words(canvas, words, left, top)
    for box in made.rules:
        canvas.rect(
            left + box.left, top - box.bottom, box.right - box.left, box.bottom - box.top, 0, 1
        )


def _symbol(canvas: Canvas, one: Drawn, point: float, corner: tuple[float, float]) -> None:
    """The dark runs as rectangles on a grid of modules whose rows go down."""
    across = one.module * point
    down = across if one.symbol.rows > 1 else one.height * point
    x, y = corner[0] + one.x * point, corner[1] - one.y * point
    drawn = path(one.symbol, _RECTANGLE)
    canvas.addLiteral(f"q {across:.5f} 0 0 {-down:.5f} {x:.4f} {y:.4f} cm\n{drawn}f Q")


def _words(canvas: Canvas, words: Words, left: float, top: float) -> None:
    x, y = left + words.x, top - words.y
    for run in runs(words.words):
        if run.chinese:
            _outlines(canvas, run.words, words, x, y)
        else:
            canvas.setFont(BOLD if words.bold else NORMAL, words.size)
            canvas.drawString(x, y, run.words)
        x += width(run.words, bold=words.bold) * words.size


def _outlines(canvas: Canvas, letters: str, words: Words, x: float, y: float) -> None:
    """Letters as filled paths; bold ones get an edge."""
    scale = words.size / 1000
    canvas.saveState()
    canvas.transform(scale, 0, 0, scale, x, y)
    canvas.setLineWidth(30)
    steps = []
    for place, letter in enumerate(letters):
        for name, numbers in outline(letter):
            moved = [
                round(number + place * 1000) if even % 2 == 0 else round(number)
                for even, number in enumerate(numbers)
            ]
            steps.append(" ".join([*map(str, moved), name]))
    canvas.addLiteral("\n".join([*steps, "B" if words.bold else "f"]))
    canvas.restoreState()
