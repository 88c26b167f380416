# SPDX-License-Identifier: Apache-2.0
"""Templates of labels as data (``templates.toml``): paper, label, symbols, text."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from nguon.labels.errors import LabelError
from nguon.labels.model import Kind

Pair = tuple[float, float]


class FieldLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact in print: with its caption, in bold, on at most so many lines; ``size`` in points.

    ``anywhere``: a code too long for a line goes on on the next, at any letter.
    """

    field: str
    caption: bool = False
    bold: bool = False
    lines: int = 2
    size: float = 0.0
    needed: bool = False
    anywhere: bool = False


class TextZone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where facts stand below each other; letters from ``size`` down to ``least`` points."""

    at: Pair
    room: Pair
    size: float
    least: float
    line: tuple[FieldLine, ...]
    align: Literal["left", "middle"] = "left"


class SymbolZone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a symbol and its quiet zone stand, what it carries; ``hri``: x, y, width, height."""

    kind: Kind
    carries: Literal["link"] | tuple[str, ...]
    at: Pair
    room: Pair
    least: str = "M"
    hri: tuple[float, float, float, float] | None = None
    optional: bool = False


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A label, alone or on a sheet; millimetres from the upper left corner.

    ``rules`` are thin lines: x, y, length. ``captions`` names the words before
    the facts in the catalogue: ``labels.<captions>-<field>``.
    """

    name: str
    size: Pair
    dpi: int
    use: str
    purposes: tuple[str, ...]
    symbol: tuple[SymbolZone, ...]
    text: tuple[TextZone, ...]
    paper: Pair | None = None
    grid: tuple[int, int] = (1, 1)
    first: Pair = (0.0, 0.0)
    step: Pair = (0.0, 0.0)
    rules: tuple[tuple[float, float, float], ...] = ()
    captions: str = "label"

    @property
    def page(self) -> Pair:
        """The size of a page."""
        return self.paper or self.size

    @property
    def on_page(self) -> int:
        """How many labels a page has room for."""
        return self.grid[0] * self.grid[1]

    def corner(self, place: int) -> Pair:
        """The upper left corner of a place on the page, row by row."""
        row, column = divmod(place, self.grid[0])
        return self.first[0] + column * self.step[0], self.first[1] + row * self.step[1]


@cache
def templates() -> Mapping[str, Template]:
    """All templates by name, in their order."""
    file = files("nguon.labels") / "templates.toml"
    found: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    return MappingProxyType(
        {
            name: msgspec.convert({"name": name, **one}, Template, strict=False)
            for name, one in found.items()
            if not isinstance(one, date)
        }
    )


def template(name: str) -> Template:
    """A template by its name; raises LabelError for an unknown one."""
    found = templates().get(name)
    if found is None:
        raise LabelError("labels.unknown-template", template=name, known=", ".join(templates()))
    return found


def for_purpose(purpose: str) -> tuple[Template, ...]:
    """The templates for what is to be labelled: lot, piece, pallet, carton, china."""
    return tuple(one for one in templates().values() if purpose in one.purposes)
