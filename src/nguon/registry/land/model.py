# SPDX-License-Identifier: Apache-2.0
"""A plot's shape as it was sent, what is wrong with it, and what was made of it."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from nguon.base import messages
from nguon.base.messages import Language

Point = tuple[float, float]
"""Longitude and latitude (east and north where projected)."""
Parts = tuple[tuple[Point, ...], ...]
"""The outer rings of a plot, each closed; a plot kept as a point has one ring of one corner."""


class Severity(StrEnum):
    """What a fault means for keeping the boundary."""

    ERROR = "error"
    """It cannot be kept so."""
    WARNING = "warning"
    """It is kept when somebody says that it is right."""
    NOTE = "note"
    """It was put right; nothing is to be done."""


class Fault(msgspec.Struct, frozen=True):
    """One thing about a boundary: where (corner and part count from 1), and what."""

    code: str
    severity: Severity
    corner: int | None = None
    part: int | None = None
    params: dict[str, Any] = {}

    def text(self, language: Language) -> str:
        """Where it is and what is wrong."""
        what = messages.text(self.code, language, **self._said(language))
        if self.corner is None:
            return what
        where = "land.at-corner" if self.part is None else "land.at-part"
        return messages.text(where, language, corner=self.corner, part=self.part, what=what)

    def hint(self, language: Language) -> str | None:
        """What to do about it."""
        return messages.hint(self.code, language, **self._said(language))

    def _said(self, language: Language) -> dict[str, Any]:
        """The parameters with numbers as the language writes them."""
        mark = "," if language == "vi" else "."
        return {
            name: str(value).replace(".", mark) if isinstance(value, float | Decimal) else value
            for name, value in self.params.items()
        }


def error(code: str, corner: int | None = None, part: int | None = None, **params: Any) -> Fault:
    """A fault that keeps the boundary out."""
    return Fault(code, Severity.ERROR, corner, part, params)


def warning(code: str, corner: int | None = None, part: int | None = None, **params: Any) -> Fault:
    """A fault that somebody may say is right."""
    return Fault(code, Severity.WARNING, corner, part, params)


def note(code: str, **params: Any) -> Fault:
    """What was put right."""
    return Fault(code, Severity.NOTE, params=params)


class Corner(msgspec.Struct, frozen=True):
    """East (longitude) and north (latitude) as written."""

    x: Decimal
    y: Decimal
    decimals: int = 0
    """The fewest digits of a degree that both tell."""

    @property
    def point(self) -> Point:
        """As floats."""
        return float(self.x), float(self.y)


Ring = tuple[Corner, ...]


class Shape(msgspec.Struct, frozen=True):
    """A point, or polygons of rings: the outer one first, then holes."""

    parts: tuple[tuple[Ring, ...], ...]
    is_point: bool = False

    def corners(self) -> Iterator[Corner]:
        """Every corner of every ring."""
        return (corner for rings in self.parts for ring in rings for corner in ring)


class Plot(msgspec.Struct, frozen=True):
    """One plot of a file or list; ``shape`` is None where it has none that can be read."""

    number: int
    label: str | None
    shape: Shape | None
    area: Decimal | None = None
    country: str | None = None
    faults: tuple[Fault, ...] = ()


class Neighbour(msgspec.Struct, frozen=True):
    """The kept boundary of another plot; without key and name where it is not the reader's."""

    key: str
    parts: Parts
    name: str = ""


class Examined(msgspec.Struct, frozen=True):
    """What a check found; ``parts`` are WGS 84, closed, counterclockwise, empty after an error."""

    faults: tuple[Fault, ...]
    parts: Parts = ()
    area: Decimal | None = None
    """Hectares: of the polygon, or as declared for a point."""
    is_point: bool = False
    sent: Parts = ()
    """The corners in the order in which they were sent."""

    @property
    def ok(self) -> bool:
        """Whether it may be kept."""
        return bool(self.parts) and not self.of(Severity.ERROR)

    def of(self, severity: Severity) -> list[Fault]:
        """The faults of one severity."""
        return [fault for fault in self.faults if fault.severity is severity]
