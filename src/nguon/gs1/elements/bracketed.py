# SPDX-License-Identifier: Apache-2.0
"""Element strings in brackets, as people write them: ``(01)09521234543213(10)A1``.

A bracket that opens inside a value is written with a backslash before it.
"""

import re

from nguon.gs1.dictionary import find
from nguon.gs1.element import Element, escaped
from nguon.gs1.errors import IdentifierError
from nguon.gs1.mode import Rigour
from nguon.gs1.values import check_value

_ELEMENT = re.compile(r"\(([0-9]{2,4})\)((?:[^(]|(?<=\\)\()*)")


def read_bracketed(text: str) -> tuple[Element, ...]:
    """The elements of a bracketed element string, each value held to every rule.

    What they need beside them is left to `nguon.gs1.elements.check`.

    Raises:
        IdentifierError: with the span in the text.
    """
    elements: list[Element] = []
    at = 0
    while at < len(text) or not elements:
        found = _ELEMENT.match(text, at)
        if found is None:
            raise IdentifierError("gs1.brackets", text, at, min(at + 1, len(text)))
        elements.append(_element(text, found))
        at = found.end()
    return tuple(elements)


def _element(text: str, found: re.Match[str]) -> Element:
    ai, raw = found.groups()
    if find(ai) is None:
        raise IdentifierError("gs1.unknown-ai", text, *found.span(1), ai=ai)
    value = raw.replace(r"\(", "(")
    start = found.start(2)
    check_value(text, ai, value, Rigour.FULL, lambda at: start + len(escaped(value[:at])))
    return Element(ai, value)
