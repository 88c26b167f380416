# SPDX-License-Identifier: Apache-2.0
"""Raw element strings, as symbols carry them: values follow one another, and a separator
(FNC1, sent by scanners as GS, often typed as ``^``) ends those of no predefined length.
"""

from collections.abc import Iterable

from nguon.gs1.dictionary import code_at, table
from nguon.gs1.element import Element
from nguon.gs1.element_checks import check_values
from nguon.gs1.errors import IdentifierError
from nguon.gs1.mode import Rigour
from nguon.gs1.values import refused

SEPARATOR = "\x1d"
CARET = "^"


def read_raw(text: str) -> tuple[Element, ...]:
    """The elements of a raw element string, each value held to every rule.

    A separator at the start, at the end or behind a value of predefined length is
    tolerated. What the elements need beside them is left to `nguon.gs1.elements.check`.

    Raises:
        IdentifierError: with the span in the text.
    """
    known, elements = table(), []
    data = text.replace(CARET, SEPARATOR)
    at, length = int(data.startswith(SEPARATOR)), len(data)
    if at == length:
        raise IdentifierError("gs1.no-elements", text, 0, length)
    while at < length:
        ai = code_at(data, at)
        identifier = known.get(ai)
        if identifier is None:
            raise IdentifierError("gs1.unknown-ai", text, at, at + len(ai), ai=ai)
        start = at + len(ai)
        end = data.find(SEPARATOR, start)
        if end < 0:
            end = length
        if identifier.predefined_length and end > start + identifier.most:
            end = start + identifier.most
        value = data[start:end]
        flaw = identifier.flaw(value, Rigour.FULL)
        if flaw is not None:
            raise refused(flaw, text, start)
        elements.append(Element(ai, value))
        at = end + data.startswith(SEPARATOR, end)
    return tuple(elements)


def write_raw(elements: Iterable[Element], separator: str = SEPARATOR) -> str:
    """The raw element string: a separator behind each value that needs one, but not the last.

    Raises:
        IdentifierError: a value is wrong, so that what is written could not be read.
    """
    given = tuple(elements)
    check_values(given)
    known = table()
    text = "".join(
        f"{ai}{value}{'' if known[ai].predefined_length else separator}" for ai, value in given
    )
    return text.removesuffix(separator)
