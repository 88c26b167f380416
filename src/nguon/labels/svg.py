# SPDX-License-Identifier: Apache-2.0
"""Labels as SVG: symbols as one path each, text as text that keeps its measured width.

Chinese letters are outlines: whoever opens the file needs no font for them.
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from nguon.labels.layout import Drawn, Layout, Words
from nguon.labels.letters import Run, outline, runs, width
from nguon.labels.paths import path
from nguon.labels.placing import Placed
from nguon.labels.templates import Template

MEDIA_TYPE = "image/svg+xml"
_RECTANGLE = "M{x} {y}h{long}v1h-{long}z"
_FAMILY = "Roboto, 'Noto Sans', Arial, sans-serif"


def write(page: Sequence[Placed], template: Template, *, title: str, language: str) -> bytes:
    """One page; lengths in points, the whole in millimetres."""
    parts = [_open(template.page, title, language)]
    for placed in page:
        point = 72 / placed.layout.dpi
        left, top = _n(placed.left * point), _n(placed.top * point)
        parts.append(f'<g transform="translate({left} {top})">{_label(placed.layout)}</g>')
    return "".join([*parts, "</svg>\n"]).encode()


def alone(made: Layout, language: str) -> str:
    """One label without its sheet, to look at."""
    return f"{_open(made.template.size, made.label.name, language)}{_label(made)}</svg>"


def _open(size: tuple[float, float], title: str, language: str) -> str:
    wide, high = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}mm" height="{high:g}mm" '
        f'viewBox="0 0 {_n(wide * 72 / 25.4)} {_n(high * 72 / 25.4)}" lang="{language}" '
        f'role="img" font-family="{_FAMILY}"><title>{escape(title)}</title>'
        '<rect width="100%" height="100%" fill="#fff"/>'
    )


def _label(made: Layout) -> str:
    point = 72 / made.dpi
    rules = [
        f'<path d="M{_n(box.left)} {_n(box.top)}H{_n(box.right)}V{_n(box.bottom)}'
        f'H{_n(box.left)}z"/>'
        for box in made.rules
    ]
    symbols = [_symbol(one, point) for one in made.symbols]
    return "".join([*symbols, *(_text(words) for words in made.texts), *rules])


def _symbol(one: Drawn, point: float) -> str:
    """The dark modules as a path."""
    across = one.module * point
    down = across if one.symbol.rows > 1 else one.height * point
    return (
        f'<path shape-rendering="crispEdges" transform="matrix({_n(across)} 0 0 {_n(down)} '
        f'{_n(one.x * point)} {_n(one.y * point)})" d="{path(one.symbol, _RECTANGLE)}"/>'
    )


def _text(words: Words) -> str:
    """A line: Chinese letters as outlines, the others as text of a system's font."""
    parts, x = [], words.x
    for run in runs(words.words):
        long = width(run.words, bold=words.bold) * words.size
        parts.append(_outlines(run.words, words, x) if run.chinese else _run(run, words, x, long))
        x += long
    return "".join(parts)


def _run(run: Run, words: Words, x: float, long: float) -> str:
    weight = ' font-weight="bold"' if words.bold else ""
    return (
        f'<text x="{_n(x)}" y="{_n(words.y)}" font-size="{_n(words.size)}"{weight} '
        f'textLength="{_n(long)}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">'
        f"{escape(run.words)}</text>"
    )


def _outlines(letters: str, words: Words, x: float) -> str:
    scale = words.size / 1000
    heavy = ' stroke="#000" stroke-width="30"' if words.bold else ""
    drawn = "".join(_steps(letter, place) for place, letter in enumerate(letters))
    return (
        f'<path aria-label="{escape(letters)}"{heavy} transform="matrix({scale:.6f} 0 0 '
        f'{-scale:.6f} {_n(x)} {_n(words.y)})" d="{drawn}"/>'
    )


def _steps(letter: str, place: int) -> str:
    """The outline of a letter, ``place`` ems to the right."""
    names = {"m": "M", "l": "L", "c": "C", "h": "Z"}
    return "".join(
        names[name]
        + " ".join(
            f"{number + (0 if at % 2 else place * 1000):g}" for at, number in enumerate(numbers)
        )
        for name, numbers in outline(letter)
    )


def _n(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".")
