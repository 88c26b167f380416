# SPDX-License-Identifier: Apache-2.0
"""The proof of a label: each of its symbols is drawn in dots, read back and compared."""

from typing import Any

import zxingcpp
from PIL import Image

from nguon.labels.errors import LabelError
from nguon.labels.layout import Drawn, Layout
from nguon.labels.model import Kind, Symbol
from nguon.labels.raster import around
from nguon.labels.symbols import IDENTIFIERS, QUIET

_FORMATS = {
    Kind.QR: zxingcpp.BarcodeFormat.QRCode,
    Kind.DATA_MATRIX: zxingcpp.BarcodeFormat.DataMatrix,
    Kind.CODE_128: zxingcpp.BarcodeFormat.Code128,
}
_BEYOND = 2
"""Modules outside the quiet zone that the reader sees too."""


def read_back(made: Layout) -> int:
    """How many symbols of the label were read back; all of them.

    Raises:
        LabelError: ``labels.not-read`` or ``labels.reads-otherwise``.
    """
    for one in made.symbols:
        compare(around(made, one, QUIET[one.symbol.kind] + _BEYOND), one.symbol, made.label.name)
    return len(made.symbols)


def read_page(made: Layout, page: Image.Image, left: int, top: int) -> None:
    """The same from the dots of a page that is handed out."""
    for one in made.symbols:
        compare(_crop(page, one, left, top), one.symbol, made.label.name)


def _crop(page: Image.Image, one: Drawn, left: int, top: int) -> Image.Image:
    beside = QUIET[one.symbol.kind] * one.module
    over = beside if one.symbol.rows > 1 else 0
    x, y = left + one.x, top + one.y
    return page.crop((x - beside, y - over, x + one.width + beside, y + one.height + over))


def compare(image: Image.Image, symbol: Symbol, label: str) -> None:
    """Read the image and hold what it says against what was asked, to the byte.

    Raises:
        LabelError: nothing is read, or something else; names the label.
    """
    kind = symbol.kind
    found: Any = zxingcpp.read_barcode(
        image,
        formats=_FORMATS[kind],  # type: ignore[arg-type]
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    if found is None:
        raise LabelError("labels.not-read", label=label, symbol=kind.value)
    same = found.bytes == symbol.content.encode()
    if not same or found.symbology_identifier != IDENTIFIERS[kind]:
        raise LabelError(
            "labels.reads-otherwise", label=label, symbol=kind.value, read=found.text[:90]
        )
