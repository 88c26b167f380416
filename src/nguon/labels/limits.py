# SPDX-License-Identifier: Apache-2.0
"""What a symbol must measure in print (``limits.toml``), and the dots of a printer that do it."""

import tomllib
from functools import cache
from importlib.resources import files
from math import ceil
from typing import Any

import msgspec

from nguon.labels.errors import LabelError
from nguon.labels.model import Symbol
from nguon.labels.symbols import QUIET

RESOLUTIONS = (203, 300, 600)
"""Dots an inch of the printers that labels are made for."""
_INCH = 25.4
_CLOSE = 0.002
"""A module may be two thousandths of a millimetre short: 3 dots at 203 dpi are 0.375 mm."""


class Limit(msgspec.Struct, frozen=True):
    """Widths of a module and height of bars, in millimetres."""

    least: float
    target: float
    most: float
    height: float = 0.0


@cache
def limit(use: str, kind: str) -> Limit:
    """What holds for a kind of symbol in a use; `KeyError` for a pair that the table lacks."""
    return msgspec.convert(_table()[use][kind], Limit)


@cache
def _table() -> dict[str, Any]:
    file = files("nguon.labels") / "limits.toml"
    return tomllib.loads(file.read_text("utf-8"))


def dots(millimetres: float, dpi: int) -> float:
    """A length in dots."""
    return millimetres * dpi / _INCH


def module(symbol: Symbol, use: str, room: tuple[float, float], dpi: int) -> int:
    """The dots of a module, so that symbol and quiet zone fit into ``room`` (millimetres).

    Square symbols get as large as the room and the table let them; bars get
    the width that the table aims at.

    Raises:
        LabelError: at this resolution the modules would be too small.
    """
    rule = limit(use, symbol.kind.value)
    least = ceil(dots(rule.least - _CLOSE, dpi))
    across = symbol.columns + 2 * QUIET[symbol.kind]
    fits = int(dots(room[0], dpi) / across + 1e-6)
    if symbol.rows > 1:
        fits = min(fits, int(dots(room[1], dpi) / (symbol.rows + 2 * QUIET[symbol.kind]) + 1e-6))
    aim = rule.target if symbol.rows == 1 else rule.most
    found = min(fits, max(least, int(dots(aim + _CLOSE, dpi))))
    if found < least:
        raise LabelError(
            "labels.modules-too-small",
            symbol=symbol.kind.value,
            modules=symbol.columns,
            dpi=dpi,
            fits=shown(fits * _INCH / dpi),
            least=shown(rule.least),
            needed=shown(across * least * _INCH / dpi),
            room=shown(room[0]),
        )
    return found


def shown(millimetres: float) -> str:
    """A length as a message has it."""
    return f"{millimetres:.3f}".rstrip("0").rstrip(".")
