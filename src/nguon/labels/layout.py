# SPDX-License-Identifier: Apache-2.0
"""Where everything on a label stands: symbols on whole dots of the printer, text in points."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from nguon.base.messages import Language, text
from nguon.gs1 import IdentifierError
from nguon.gs1 import elements as gs1_elements
from nguon.labels import symbols
from nguon.labels.errors import LabelError
from nguon.labels.fitting import LEADING, fit
from nguon.labels.geometry import Box, check
from nguon.labels.letters import ASCENT, DESCENT, clean, width
from nguon.labels.limits import dots, limit, module, shown
from nguon.labels.model import Label, Symbol
from nguon.labels.symbols import QUIET
from nguon.labels.templates import FieldLine, SymbolZone, Template, TextZone

POINT = 72 / 25.4
_THIN = 0.75


class Drawn(NamedTuple):
    """A symbol in dots: the corner of its first module, dots a module, height of the whole."""

    symbol: Symbol
    x: int
    y: int
    module: int
    height: int

    @property
    def width(self) -> int:
        """The modules' width together."""
        return self.symbol.columns * self.module

    def box(self, dpi: int, quiet: int) -> Box:
        """The symbol with so many modules around it, in points; bars have none above."""
        point, beside = 72 / dpi, quiet * self.module
        over = beside if self.symbol.rows > 1 else 0
        return Box(
            (self.x - beside) * point,
            (self.y - over) * point,
            (self.x + self.width + beside) * point,
            (self.y + self.height + over) * point,
        )


class Words(NamedTuple):
    """A line of text in points: left end of its base line, size, width."""

    words: str
    x: float
    y: float
    size: float
    width: float
    bold: bool

    @property
    def box(self) -> Box:
        """What the letters may cover."""
        top, bottom = self.y - ASCENT * self.size, self.y + DESCENT * self.size
        return Box(self.x, top, self.x + self.width, bottom)


class Layout(msgspec.Struct, frozen=True):
    """A label laid out for a resolution; ``rules`` are boxes in points."""

    label: Label
    template: Template
    dpi: int
    symbols: tuple[Drawn, ...]
    texts: tuple[Words, ...]
    rules: tuple[Box, ...]


def lay_out(template: Template, label: Label, language: Language, dpi: int) -> Layout:
    """The label as it will be printed.

    Raises:
        LabelError: a fact is missing or does not fit, a symbol would be too
            small, something stands in a quiet zone; names label and field.
    """
    try:
        drawn = _symbols(template, label, dpi)
    except LabelError as error:
        raise (
            error
            if error.label
            else LabelError(error.code, **{**error.params, "label": label.name})
        ) from None
    except IdentifierError as error:
        raise LabelError(
            "labels.wrong-elements", label=label.name, reason=error.code, part=error.params["part"]
        ) from error
    texts = [words for zone in template.text for words in _zone(zone, template, label, language)]
    for zone in template.symbol:
        texts += _interpretation(zone, label)
    rules = tuple(
        Box(x * POINT, y * POINT, (x + length) * POINT, y * POINT + _THIN)
        for x, y, length in template.rules
    )
    made = Layout(label, template, dpi, drawn, tuple(texts), rules)
    _check(made)
    return made


def _symbols(template: Template, label: Label, dpi: int) -> tuple[Drawn, ...]:
    if label.elements:
        gs1_elements.check(tuple(gs1_elements.Element(*one) for one in label.elements))
    found = []
    for zone in template.symbol:
        content = carried(zone, label)
        if content:
            made = symbols.written(zone.kind, content, least=zone.least)
            found.append(_placed(zone, made, template.use, dpi))
        elif not zone.optional:
            raise LabelError("labels.nothing-to-carry", symbol=zone.kind.value)
    return tuple(found)


def carried(zone: SymbolZone, label: Label) -> str | tuple[tuple[str, str], ...]:
    """What a symbol of the label carries; empty where the label has nothing of it."""
    if isinstance(zone.carries, str):
        return label.link
    wanted = {ai: place for place, ai in enumerate(zone.carries)}
    return tuple(
        sorted((one for one in label.elements if one[0] in wanted), key=lambda one: wanted[one[0]])
    )


def _placed(zone: SymbolZone, made: Symbol, use: str, dpi: int) -> Drawn:
    """The symbol in the middle of its room."""
    each = module(made, use, zone.room, dpi)
    high = each * made.rows if made.rows > 1 else round(dots(zone.room[1], dpi))
    least = limit(use, made.kind.value).height
    if made.rows == 1 and zone.room[1] < least:
        raise LabelError("labels.bars-too-low", height=shown(zone.room[1]), least=shown(least))
    left = dots(zone.at[0] + zone.room[0] / 2, dpi) - each * made.columns / 2
    top = dots(zone.at[1] + zone.room[1] / 2, dpi) - high / 2
    return Drawn(made, round(left), round(top), each, high)


def _zone(zone: TextZone, template: Template, label: Label, language: Language) -> list[Words]:
    texts = [
        (line, words)
        for line in zone.line
        if (words := _said(line, template, label, language)) is not None
    ]
    left, top = zone.at[0] * POINT, zone.at[1] * POINT
    found = []
    for row in fit(zone, texts, label=label.name):
        long = width(row.words, bold=row.bold) * row.size
        indent = (zone.room[0] * POINT - long) / 2 if zone.align == "middle" else 0
        found.append(
            Words(row.words, left + indent, top + row.size * ASCENT, row.size, long, row.bold)
        )
        top += row.size * LEADING
    return found


def _said(line: FieldLine, template: Template, label: Label, language: Language) -> str | None:
    value: str | date | None = label.facts.get(line.field)
    if line.field == "hri":
        value = interpretation(label.elements)
    if not value:
        if line.needed:
            raise LabelError("labels.missing", label=label.name, field=line.field)
        return None
    said = f"{value:%d/%m/%Y}" if isinstance(value, date) else value
    if line.caption:
        said = f"{text(f'labels.{template.captions}-{line.field}', language)}: {said}"
    return clean(said, field=line.field, label=label.name)


def interpretation(elements: Sequence[tuple[str, str]]) -> str:
    """The element string as people read it (GS1 General Specifications 4.14)."""
    return " ".join(f"({ai}){value}" for ai, value in elements)


def _interpretation(zone: SymbolZone, label: Label) -> list[Words]:
    """The human-readable interpretation below a symbol, in the middle."""
    content = carried(zone, label)
    if zone.hri is None or not content or isinstance(content, str):
        return []
    x, y, room, high = zone.hri
    words = interpretation(content)
    ems = width(words, bold=False)
    size = min(high * POINT / (ASCENT + DESCENT), room * POINT / ems)
    left = (x + room / 2) * POINT - ems * size / 2
    return [Words(words, left, y * POINT + ASCENT * size, size, ems * size, bold=False)]


def _check(made: Layout) -> None:
    page = Box(0, 0, made.template.size[0] * POINT, made.template.size[1] * POINT)
    quiet = [one.box(made.dpi, QUIET[one.symbol.kind]) for one in made.symbols]
    check(
        page,
        list(zip(quiet, (one.symbol.kind.value for one in made.symbols), strict=True)),
        [*((one.box, one.words) for one in made.texts), *((box, "—") for box in made.rules)],
        label=made.label.name,
    )
