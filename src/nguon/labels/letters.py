# SPDX-License-Identifier: Apache-2.0
"""The letters of labels: which font has which, and how wide they are.

Roboto has all Vietnamese letters; what it lacks (Chinese) comes from Noto Sans SC.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import as_file, files
from itertools import groupby
from typing import NamedTuple

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont
from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics

from nguon.labels.errors import LabelError
from nguon.tables.paper import BOLD, NORMAL, register

_CHINESE = ("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf")
_ROBOTO = {False: "Roboto-Regular.ttf", True: "Roboto-Bold.ttf"}
# Kilograms, litres, tonnes (whose Vietnamese letter stands in no source), per cent.
_BEFORE_UNIT = re.compile(r"(?<=[0-9]) (?=(?:k?g|m?l|t\wn|%)\b)")
ASCENT, DESCENT = 0.93, 0.24
"""How far letters reach above and below their line, in ems: Vietnamese capitals with two marks."""


class Run(NamedTuple):
    """Letters of one font."""

    words: str
    chinese: bool


def clean(words: str, *, field: str, label: str) -> str:
    """The text in composed letters (NFC) on one line; a number stays with its unit.

    Raises:
        LabelError: a letter is in no font of ours; it names the field.
    """
    composed, lacking = _composed(words)
    if lacking:
        raise LabelError("labels.no-letter", label=label, field=field, letter=lacking)
    return composed


@lru_cache(maxsize=4096)
def _composed(words: str) -> tuple[str, str]:
    """The text as it is printed, and the first letter that no font has."""
    composed = unicodedata.normalize("NFC", " ".join(words.split()))
    known = _widths(bold=False)
    for letter in composed:
        if letter not in known and ord(letter) not in _chinese_map():
            return composed, letter
    return _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", composed), ""


@lru_cache(maxsize=8192)
def width(words: str, *, bold: bool) -> float:
    """How wide a text is, in ems."""
    known = _widths(bold=bold)
    return sum([known.get(letter, 1.0) for letter in words])


@lru_cache(maxsize=4096)
def runs(words: str) -> tuple[Run, ...]:
    """The text cut where the font changes."""
    known = _widths(bold=False)
    return tuple(
        Run("".join(group), chinese)
        for chinese, group in groupby(words, lambda letter: letter not in known)
    )


@cache
def _widths(*, bold: bool) -> Mapping[str, float]:
    register()
    face = pdfmetrics.getFont(BOLD if bold else NORMAL).face
    return {chr(code): face.charWidths[code] / 1000 for code in face.charToGlyph if code < 0x3000}


@cache
def _chinese_font() -> TTFont:
    package, name = _CHINESE
    with as_file(files(package) / name) as path:
        return TTFont(str(path), lazy=True)


@cache
def _chinese_map() -> Mapping[int, str]:
    found: Mapping[int, str] = _chinese_font().getBestCmap()
    return found


@lru_cache(maxsize=2048)
def outline(letter: str) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """A Chinese letter as drawing steps (m, l, c, h) in thousandths of an em."""
    glyphs = _chinese_font().getGlyphSet()
    pen = _Pen(glyphs)
    glyphs[_chinese_map()[ord(letter)]].draw(pen)
    return tuple(pen.steps)


class _Pen(SVGPathPen):  # type: ignore[misc]
    """Collects the steps of an outline of cubic curves."""

    def __init__(self, glyphs: object) -> None:
        super().__init__(glyphs)
        self.steps: list[tuple[str, tuple[float, ...]]] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.steps.append(("m", pt))

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.steps.append(("l", pt))

    def _curveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self.steps.append(("c", tuple(number for point in points for number in point)))

    def _closePath(self) -> None:  # noqa: N802
        self.steps.append(("h", ()))


@lru_cache(maxsize=64)
def raster_font(pixels: int, *, bold: bool, chinese: bool) -> ImageFont.FreeTypeFont:
    """The font at a size in dots."""
    package, name = _CHINESE if chinese else ("font_roboto", f"files/{_ROBOTO[bold]}")
    with as_file(files(package).joinpath(*name.split("/"))) as path:
        return ImageFont.truetype(str(path), pixels)
