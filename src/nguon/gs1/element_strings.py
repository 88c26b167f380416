# SPDX-License-Identifier: Apache-2.0
"""Identifiers from elements, and from element strings in brackets: ``(01)…(21)…``."""

import re
from collections.abc import Mapping

from nguon.gs1.dictionary import find
from nguon.gs1.element import escaped
from nguon.gs1.errors import IdentifierError
from nguon.gs1.identifier import Identifier, identify
from nguon.gs1.keys import PRIMARY_KEYS
from nguon.gs1.mode import Rigour
from nguon.gs1.values import check_value

_ELEMENT = re.compile(r"(?<!\\)\(([0-9]{2,4})\)")


def read_element_string(text: str, rigour: Rigour) -> Identifier:
    """The identifier of the first primary key and its qualifiers; the rest are attributes.

    Every value is checked. Raises `IdentifierError`.
    """
    elements = list(_ELEMENT.finditer(text))
    if not elements or elements[0].start() != 0:
        raise IdentifierError("gs1.brackets", text, 0, 1)
    ends = [element.start() for element in elements[1:]] + [len(text)]
    values: dict[str, str] = {}
    for element, end in zip(elements, ends, strict=True):
        ai = element[1]
        if find(ai) is None:
            raise IdentifierError("gs1.unknown-ai", text, *element.span(1), ai=ai)
        value = _value(text, ai, element.end(), end, rigour)
        if values.setdefault(ai, value) != value:
            raise IdentifierError("gs1.repeated", text, *element.span(1), ai=ai)
    found = identify_elements(values)
    if found is None:
        raise IdentifierError("gs1.no-primary-key", text)
    return found


def identify_elements(values: Mapping[str, str]) -> Identifier | None:
    """The identifier of the first primary key among checked elements; None without one."""
    key = next((ai for ai in values if ai in PRIMARY_KEYS), None)
    if key is None:
        return None
    qualifiers = _qualifiers(key, values)
    parts = ((key, values[key]), *((ai, values[ai]) for ai in qualifiers))
    rest = tuple(item for item in values.items() if item not in parts)
    return identify(parts, rest)


def _value(text: str, ai: str, start: int, end: int, rigour: Rigour) -> str:
    raw = text[start:end]
    value = raw.replace(r"\(", "(")

    def place(at: int) -> int:
        return start + (at if value == raw else len(escaped(value[:at])))

    check_value(text, ai, value, rigour, place)
    return value


def _qualifiers(key: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """Of the alternative sequences, the one of which most is there."""
    present = [
        tuple(ai for ai in sequence if ai in values) for sequence in PRIMARY_KEYS[key].sequences
    ]
    return max(present, key=len, default=())
