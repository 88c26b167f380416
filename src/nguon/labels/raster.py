# SPDX-License-Identifier: Apache-2.0
"""Labels as dots: what a printer of the layout's resolution puts on the paper."""

from PIL import Image, ImageDraw

from nguon.labels.geometry import Box
from nguon.labels.layout import Drawn, Layout, Words
from nguon.labels.letters import raster_font, runs, width
from nguon.labels.limits import dots
from nguon.labels.model import Symbol

WHITE, BLACK = 255, 0
_LIGHTNESS = bytes([WHITE, BLACK]) + bytes(254)


def modules(symbol: Symbol, module: int, height: int) -> Image.Image:
    """A symbol in dots, without quiet zone."""
    small = Image.frombytes("L", (symbol.columns, symbol.rows), symbol.dark.translate(_LIGHTNESS))
    return small.resize((symbol.columns * module, height), Image.Resampling.NEAREST)


def around(made: Layout, drawn: Drawn, margin: int) -> Image.Image:
    """A symbol with so many modules around it, and in black whatever else reaches in there."""
    beside = margin * drawn.module
    over = beside if drawn.symbol.rows > 1 else 0
    left, top = drawn.x - beside, drawn.y - over
    size = (drawn.width + 2 * beside, drawn.height + 2 * over)
    image = Image.new("L", size, WHITE)
    image.paste(modules(drawn.symbol, drawn.module, drawn.height), (beside, over))
    region = drawn.box(made.dpi, margin)
    others = [one.box(made.dpi, 0) for one in made.symbols if one is not drawn]
    intruders = [*others, *(one.box for one in made.texts), *made.rules]
    for box in (one for one in intruders if one.meets(region)):
        ImageDraw.Draw(image).rectangle(_shifted(box, made.dpi, left, top), fill=BLACK)
    return image


def _shifted(box: Box, dpi: int, left: int, top: int) -> tuple[float, ...]:
    scale = dpi / 72
    return (
        box.left * scale - left,
        box.top * scale - top,
        box.right * scale - left,
        box.bottom * scale - top,
    )


def draw(made: Layout, page: Image.Image, left: int, top: int) -> None:
    """The label on a page, its corner at these dots."""
    for one in made.symbols:
        page.paste(modules(one.symbol, one.module, one.height), (left + one.x, top + one.y))
    pen = ImageDraw.Draw(page)
    pen.fontmode = "1"
    scale = made.dpi / 72
    for words in made.texts:
        write(pen, words, scale, left, top)
    for box in made.rules:
        pen.rectangle(_shifted(box, made.dpi, -left, -top), fill=BLACK)


def write(pen: ImageDraw.ImageDraw, words: Words, scale: float, left: int, top: int) -> None:
    """A line of text on its base line."""
    pixels = max(1, int(words.size * scale))
    x = left + words.x * scale
    for run in runs(words.words):
        font = raster_font(pixels, bold=words.bold, chinese=run.chinese)
        # There is no bold Chinese font: its letters are drawn once more, a little aside.
        aside = max(1, pixels // 24) if run.chinese and words.bold else 0
        for at in {x, x + aside}:
            pen.text((at, top + words.y * scale), run.words, BLACK, font, anchor="ls")
        x += width(run.words, bold=words.bold) * words.size * scale


def page_of(made: Layout) -> Image.Image:
    """An empty page of the label's paper."""
    wide, high = made.template.page
    return Image.new("L", (round(dots(wide, made.dpi)), round(dots(high, made.dpi))), WHITE)
