# SPDX-License-Identifier: Apache-2.0
"""Bare identifiers, such as ``gtin=09521234543213;serial=1``: names instead of numbers."""

import re
from collections.abc import Iterable, Sequence

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
_PAIR = re.compile(r"(?:^|;)([A-Za-z]+)=((?:(?!;[A-Za-z]+=).)*)", re.DOTALL)
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

    Raises:
        IdentifierError: ``rfid.name`` for a name that the scheme does not have, else
            what is wrong with a value.
    """
    pairs = [(found[1], found[2], found.start(1), found.start(2)) for found in _PAIR.finditer(text)]
    names = _FIELDS.get(coding.identity or "")
    if names is not None:
        for (name, _, start, _), expected in zip(pairs, names, strict=False):
            if name != expected:
                raise _wrong_name(text, name, start, coding)
        if len(pairs) != len(names):
            raise IdentifierError("rfid.fields", text, expected=len(names), actual=len(pairs))
        return (), tuple(value for _, value, _, _ in pairs)
    elements: list[Element] = []
    for name, value, start, at in pairs:
        ai = _code(name, coding)
        if ai is None or any(ai == given.ai for given in elements):
            raise _wrong_name(text, name, start, coding)
        lead = _GRAI_LEAD if coding.identity == "grai" else ""
        _check(text, ai, lead + value, at - len(lead))
        elements.append(Element(ai, lead + value))
    return tuple(elements), ()


def _code(name: str, coding: Coding) -> str | None:
    """The application identifier that a name stands for in a scheme."""
    if coding.key is not None:
        codes = [coding.key.ai, coding.key.serial_ai or ""]
        return next((ai for ai in codes if _BEFORE_PLUS.get(ai) == name), None)
    codes = [*coding.codes, *(DATE_NAMES if coding.dated else ())]
    return next((ai for ai in codes if _PLUS[ai] == name), None)


def _check(text: str, ai: str, value: str, at: int) -> None:
    check_value(text, ai, value, Rigour.USUAL, lambda place: min(max(at + place, 0), len(text)))


def _wrong_name(text: str, name: str, start: int, coding: Coding) -> IdentifierError:
    return IdentifierError("rfid.name", text, start, start + len(name), scheme=coding.name)


def _joined(pairs: Iterable[tuple[str, str]]) -> str:
    return ";".join(f"{name}={value}" for name, value in pairs)
