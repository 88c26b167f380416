# SPDX-License-Identifier: Apache-2.0
"""Labels as ZPL II for Zebra and compatible label printers.

Symbols are the printer's own (^BQ, ^BX, ^BC); text of plain letters is the
printer's font, other text (Vietnamese, Chinese) goes as a picture (^GFA).
"""

from collections.abc import Iterator
from functools import lru_cache

from PIL import Image, ImageDraw

from nguon.labels import raster
from nguon.labels.layout import Drawn, Layout, Words
from nguon.labels.letters import ASCENT, DESCENT, width
from nguon.labels.limits import dots
from nguon.labels.model import Kind
from nguon.labels.zpl_data import code_128, data_matrix, field

MEDIA_TYPE = "application/zpl"
_QR_LOWERED = 10
"""Printers set a QR code ten dots below its origin."""
_BARS_LOWER = "N,N,N,N"
_MARK = ": "
"""What stands between a caption and its value."""
_DARK = [255 if light < 128 else 0 for light in range(256)]


def write(made: Layout, copies: int = 1) -> bytes:
    """One label as a format of its own."""
    wide, high = (round(dots(side, made.dpi)) for side in made.template.size)
    lines = ["^XA", "^CI28", f"^PW{wide}", f"^LL{high}", "^LH0,0"]
    lines += [_symbol(one) for one in made.symbols]
    lines += [_words(part, made.dpi) for one in made.texts for part in _parts(one)]
    lines += list(_rules(made))
    lines += [f"^PQ{copies}", "^XZ", ""]
    return "\n".join(lines).encode()


def _symbol(one: Drawn) -> str:
    symbol, module = one.symbol, one.module
    if symbol.kind is Kind.QR:
        level = symbol.level
        data = field(f"{level}A,{symbol.content}")
        return f"^FO{one.x},{one.y - _QR_LOWERED}^BQN,2,{module},{level}{data}"
    if symbol.kind is Kind.DATA_MATRIX:
        size = f"{symbol.columns},{symbol.rows}"
        data = field(data_matrix(symbol.content))
        return f"^FO{one.x},{one.y}^BXN,{module},200,{size},,_,1{data}"
    data = field(code_128(symbol.content))
    return f"^FO{one.x},{one.y}^BY{module}^BCN,{one.height},{_BARS_LOWER}{data}"


def _parts(one: Words) -> Iterator[Words]:
    """A caption apart from plain letters after it, which change from label to label."""
    caption, mark, value = one.words.partition(_MARK)
    if not mark or caption.isascii() or not value.replace("\N{NO-BREAK SPACE}", " ").isascii():
        yield one
        return
    long = width(caption + mark, bold=one.bold) * one.size
    yield one._replace(words=caption + mark, width=long)
    yield one._replace(words=value, x=one.x + long, width=one.width - long)


def _words(one: Words, dpi: int) -> str:
    scale = dpi / 72
    plain = one.words.replace("\N{NO-BREAK SPACE}", " ")
    if plain.isascii():
        high = max(10, round(one.size * scale))
        top = round((one.y - one.size * 0.74) * scale)
        # The letters' width is given, so that the printer's font keeps the measured one.
        return f"^FO{round(one.x * scale)},{top}^A0N,{high},{round(high * 0.9)}{field(plain)}"
    return _picture(one, scale)


@lru_cache(maxsize=512)
def _picture(one: Words, scale: float) -> str:
    """A line of text as hexadecimal dots, eight a byte."""
    left, top = int(one.x * scale), int((one.y - ASCENT * one.size) * scale)
    wide = int(one.width * scale) + 8
    high = int((ASCENT + DESCENT) * one.size * scale) + 2
    image = Image.new("L", ((wide + 7) // 8 * 8, high), raster.WHITE)
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1"
    raster.write(pen, one, scale, -left, -top)
    bits = image.point(_DARK, "1").tobytes()
    across = image.width // 8
    return f"^FO{left},{top}^GFA,{len(bits)},{len(bits)},{across},{bits.hex().upper()}^FS"


def _rules(made: Layout) -> Iterator[str]:
    scale = made.dpi / 72
    for box in made.rules:
        thick = max(1, round((box.bottom - box.top) * scale))
        wide = round((box.right - box.left) * scale)
        yield f"^FO{round(box.left * scale)},{round(box.top * scale)}^GB{wide},{thick},{thick}^FS"
