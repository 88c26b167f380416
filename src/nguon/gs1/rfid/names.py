# SPDX-License-Identifier: Apache-2.0
"""Bare identifiers, such as ``gtin=09521234543213;serial=1``: names instead of numbers."""

import re
from collections.abc import Iterable, Iterator, Sequence

from nguon.gs1.element import Element
from nguon.gs1.errors import IdentifierError
from nguon.gs1.mode import Rigour
from nguon.gs1.rfid.codings import Coding
from nguon.gs1.values import check_value

DATE_NAMES = {
    "11": "prodDate",
    "13": "packDate",
    "15": "bestBeforeDate",
    "16": "sellByDate",
    "17": "expDate",
    "7006": "firstFreezeDate",
    "7007": "harvestDate",
}
"""What the date of a DSGTIN+ is called, by its application identifier and in their order."""
_KEY_NAMES = {
    "00": "sscc",
    "01": "gtin",
    "253": "gdti",
    "255": "gcn",
    "414": "gln",
    "8003": "grai",
    "8004": "giai",
    "8006": "itip",
    "8010": "cpi",
    "8017": "gsrnp",
    "8018": "gsrn",
}
_PLUS = _KEY_NAMES | DATE_NAMES | dict.fromkeys(("21", "254", "8011"), "serial")
_BEFORE_PLUS = _PLUS | {"255": "sgcn", "8011": "cpiserial"}
_FIELDS = {
    "gid": ("generalmanager", "objectclass", "serial"),
    "usdod": ("cageordodaac", "serial"),
}
_DATE_CODES = {name: ai for ai, name in DATE_NAMES.items()}
_DATE = re.compile(f";({'|'.join(_DATE_CODES)})=([0-9]{{6}})$")
_GRAI_LEAD = "0"
"""The first digit of a GRAI, which bare identifiers left out before the "+" schemes."""


def write_bare(
    identity: str | None, elements: Sequence[Element], fields: Sequence[str]
) -> str | None:
    """The bare identifier; None where the scheme has none."""
    if not elements:
        names = _FIELDS.get(identity or "")
        return None if names is None else _joined(zip(names, fields, strict=True))
    if identity is None:
        return _joined((_PLUS[ai], value) for ai, value in elements)
    lead = _GRAI_LEAD if identity == "grai" else ""
    return _joined((_BEFORE_PLUS[ai], value.removeprefix(lead)) for ai, value in elements)


def read_bare(text: str, coding: Coding) -> tuple[tuple[Element, ...], tuple[str, ...]]:
    """The elements of a bare identifier, or the fields where the scheme has no GS1 key.

    A value ends where the next name of the scheme begins, for values may look like names.

    Raises:
        IdentifierError: ``rfid.name`` where the first name is not that of the scheme,
            ``rfid.fields`` where others are missing, else what is wrong with a value.
    """
    names = _FIELDS.get(coding.identity or "")
    if names is not None:
        values = tuple(value for value, _ in _values(text, names, coding, len(text)))
        if len(values) != len(names):
            raise IdentifierError("rfid.fields", text, expected=len(names), actual=len(values))
        return (), values
    codes = [ai for ai in _codes(coding) if ai]
    known = _PLUS if coding.key is None else _BEFORE_PLUS
    dated = _DATE.search(text) if coding.dated else None
    end = dated.start() if dated else len(text)
    lead = _GRAI_LEAD if coding.identity == "grai" else ""
    elements = []
    names = tuple(known[ai] for ai in codes)
    for ai, (value, at) in zip(codes, _values(text, names, coding, end), strict=False):
        elements.append(_element(text, ai, lead + value, at - len(lead)))
    if dated:
        elements.append(_element(text, _DATE_CODES[dated[1]], dated[2], dated.start(2)))
    return tuple(elements), ()


def _codes(coding: Coding) -> tuple[str, ...]:
    return coding.codes if coding.key is None else (coding.key.ai, coding.key.serial_ai or "")


def _values(
    text: str, names: tuple[str, ...], coding: Coding, end: int
) -> Iterator[tuple[str, int]]:
    """The values behind these names and where they begin, as many as there are."""
    first = names[0] if names else ""
    if not first or not text.startswith(f"{first}="):
        written = text.partition("=")[0]
        raise IdentifierError("rfid.name", text, 0, len(written), scheme=coding.name)
    at = len(first) + 1
    for name in names[1:]:
        place = text.find(f";{name}=", at, end)
        if place < 0:
            break
        yield text[at:place], at
        at = place + len(name) + 2
    yield text[at:end], at


def _element(text: str, ai: str, value: str, at: int) -> Element:
    check_value(text, ai, value, Rigour.USUAL, lambda place: min(max(at + place, 0), len(text)))
    return Element(ai, value)


def _joined(pairs: Iterable[tuple[str, str]]) -> str:
    return ";".join(f"{name}={value}" for name, value in pairs)
