# SPDX-License-Identifier: Apache-2.0
"""Any form of a code, for people who do not know which one they have: all that it says."""

import re
from typing import NamedTuple

from nguon.gs1.dictionary import code_at
from nguon.gs1.element import Element
from nguon.gs1.element_checks import check_values
from nguon.gs1.element_strings import identify_elements
from nguon.gs1.elements import read_bracketed, read_raw, read_scan
from nguon.gs1.elements.raw import CARET, SEPARATOR
from nguon.gs1.errors import IdentifierError
from nguon.gs1.identifier import Identifier
from nguon.gs1.keys import PRIMARY_KEYS
from nguon.gs1.links import Link, read_link
from nguon.gs1.mode import Mode
from nguon.gs1.parsing import parse

_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_SSCC = re.compile(r"[0-9]{18}")
_FORM = re.compile(r"[0-9]{2,4}/|[^\x1d^]*://|urn:", re.IGNORECASE)


class Understood(NamedTuple):
    """What a code says; without ``identifier`` when it has no primary key, and without
    ``elements`` when it is of no GS1 sort.
    """

    identifier: Identifier | None
    elements: tuple[Element, ...]


def understand(text: str, *, mode: Mode = Mode.LENIENT) -> Understood:
    """Read what `nguon.gs1.parse` reads, and scan data, raw element strings and the digits
    under a barcode.

    Raises:
        IdentifierError: with the span in the text, in lenient mode without white space
            around it.
    """
    text = text if mode is Mode.STRICT else text.strip(" \t\r\n")
    if text.startswith("]"):
        return _scanned(text, mode)
    if _GTIN.fullmatch(text):
        return _barcode(text, "01", text.zfill(14))
    if _SSCC.fullmatch(text):
        return _barcode(text, "00", text)
    if text.startswith("("):
        return _of(read_bracketed(text))
    if _is_raw(text):
        return _of(read_raw(text))
    identifier = parse(text, mode=mode)
    if identifier.parts[0][0] not in PRIMARY_KEYS:
        return Understood(identifier, ())
    link = _link(text)
    parts = link.elements if link else identifier.parts + identifier.attributes
    return Understood(identifier, tuple(Element(*part) for part in parts))


def _is_raw(text: str) -> bool:
    if _FORM.match(text):
        return False
    return CARET in text or SEPARATOR in text or code_at(text, 0) in PRIMARY_KEYS


def _scanned(text: str, mode: Mode) -> Understood:
    scan = read_scan(text)
    if scan.plain is None:
        return _of(scan.link.elements if scan.link else scan.elements)
    start = len(scan.symbology)
    try:
        return understand(scan.plain, mode=mode)
    except IdentifierError as error:
        raise error.within(text, start) from None


def _barcode(text: str, ai: str, number: str) -> Understood:
    padding = len(number) - len(text)
    try:
        return _of(read_raw(ai + number))
    except IdentifierError as error:
        raise error.within(text, -len(ai) - padding) from None


def _of(elements: tuple[Element, ...]) -> Understood:
    check_values(elements)
    return Understood(identify_elements(dict(elements)), elements)


def _link(text: str) -> Link | None:
    """The link with its attributes, where it is one to the letter."""
    try:
        return read_link(text, relations=False)
    except IdentifierError:
        return None
