# SPDX-License-Identifier: Apache-2.0
"""The QR symbol of a receipt, as drawing and as picture."""

from io import BytesIO

from PIL import Image, ImageOps

from nguon.evidence.packed import address
from nguon.labels.model import Symbol
from nguon.labels.paths import path
from nguon.labels.symbols import symbol
from nguon.transparency.receipts import Receipt

_QUIET = 4
"""Modules of light around a symbol (ISO/IEC 18004)."""
_DOTS = 4
"""Dots of a module in a picture."""
_LIGHT = bytes([255, 0]) + bytes(254)


def of(base_url: str, receipt: Receipt) -> Symbol:
    """The symbol; raises `EvidenceError` or `LabelError` where none can carry the receipt."""
    return symbol("qr", address(base_url, receipt), least="L")


def drawn(made: Symbol) -> str:
    """As SVG, with the light that it needs around it."""
    size = made.columns + 2 * _QUIET
    inside = path(made, "M{x} {y}h{long}v1h-{long}z")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-_QUIET} {-_QUIET} {size} {size}" '
        f'width="{size}mm" height="{size}mm" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M{-_QUIET} {-_QUIET}h{size}v{size}h-{size}z"/>'
        f'<path d="{inside}"/></svg>'
    )


def pictured(made: Symbol) -> bytes:
    """As PNG."""
    dots = made.dark.translate(_LIGHT)
    image = ImageOps.expand(Image.frombytes("L", (made.columns, made.rows), dots), _QUIET, 255)
    whole = image.resize((image.width * _DOTS, image.height * _DOTS), Image.Resampling.NEAREST)
    written = BytesIO()
    whole.convert("1").save(written, "PNG", optimize=True)
    return written.getvalue()
