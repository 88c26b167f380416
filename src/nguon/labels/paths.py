# SPDX-License-Identifier: Apache-2.0
"""The dark modules of a symbol as a path of rectangles, in whichever words a format has for one."""

from functools import cache

from nguon.labels.model import Symbol

_AT_ONCE = 8
_ROW = "\0"


def path(symbol: Symbol, rectangle: str) -> str:
    """The rectangles one after another; ``rectangle`` is a format of ``x``, ``y`` and ``long``.

    Eight modules at a time from a table: a run may come in two pieces that
    touch, which a filled path does not show.
    """
    dark, wide = symbol.dark, symbol.columns
    rows = []
    for row in range(symbol.rows):
        line = dark[row * wide : (row + 1) * wide]
        pieces = [_piece(rectangle, x, line[x : x + _AT_ONCE]) for x in range(0, wide, _AT_ONCE)]
        rows.append("".join(pieces).replace(_ROW, str(row)))
    return "".join(rows)


@cache
def _piece(rectangle: str, x: int, modules: bytes) -> str:
    found, at = "", 0
    while (at := modules.find(1, at)) >= 0:
        end = modules.find(0, at)
        end = len(modules) if end < 0 else end
        found += rectangle.format(x=x + at, y=_ROW, long=end - at)
        at = end
    return found
