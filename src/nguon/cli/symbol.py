# SPDX-License-Identifier: Apache-2.0
"""A QR code for the terminal: half blocks, two rows of modules a line."""

from nguon.labels.model import Kind
from nguon.labels.symbols import QUIET, symbol

_BLOCKS = {(1, 1): " ", (1, 0): "▄", (0, 1): "▀", (0, 0): "█"}
"""(upper dark, lower dark) → character; dark modules are left blank on a light ground."""


def qr_lines(text: str) -> list[str]:
    """The lines of a QR symbol (ISO/IEC 18004), quiet zone included, light on dark."""
    made = symbol(Kind.QR, text)
    quiet = QUIET[made.kind]
    beside, empty = bytes(quiet), bytes(made.columns + 2 * quiet)
    rows = [made.dark[at : at + made.columns] for at in range(0, len(made.dark), made.columns)]
    framed = [empty] * quiet + [beside + row + beside for row in rows] + [empty] * quiet
    if len(framed) % 2:
        framed.append(empty)
    return [
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(framed[::2], framed[1::2], strict=True)
    ]
