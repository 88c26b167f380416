# SPDX-License-Identifier: Apache-2.0
"""Any form of a code, for people who do not know which one they have: all that it says."""

import re
from typing import NamedTuple

from nguon.gs1.compression import decompress
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
_SYMBOLOGY = 3
_NO_KEY = "gs1.no-primary-key"
_FORM = re.compile(r"[0-9]{2,4}/|[^\x1d^]*://|urn:", re.IGNORECASE)


class Understood(NamedTuple):
    """What a code says; without ``identifier`` when it has no primary key, and without
    ``elements`` when it is of no GS1 sort.
    """

    identifier: Identifier | None
    elements: tuple[Element, ...]


def understand(text: str, *, mode: Mode = Mode.LENIENT) -> Understood:
    """Read what `nguon.gs1.parse` reads, and scan data, raw element strings, compressed links
    and the digits under a barcode.

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
    try:
        identifier = parse(text, mode=mode)
    except IdentifierError as error:
        plain = _decompressed(text) if error.code == _NO_KEY else None
        if plain is None:
            raise
        return _of(read_link(plain, relations=False).elements)
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
    try:
        scan = read_scan(text)
    except IdentifierError as error:
        if error.code != _NO_KEY:
            raise
        return _behind(text, _SYMBOLOGY, mode)
    if scan.plain is not None:
        return _behind(text, _SYMBOLOGY, mode)
    return _of(scan.link.elements if scan.link else scan.elements)


def _behind(text: str, start: int, mode: Mode) -> Understood:
    try:
        return understand(text[start:], mode=mode)
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


def _decompressed(text: str) -> str | None:
    """The plain form of a compressed link; None for what is none."""
    try:
        return decompress(text)
    except IdentifierError:
        return None


def _link(text: str) -> Link | None:
    """The link with its attributes, where it is one to the letter."""
    try:
        return read_link(text, relations=False)
    except IdentifierError:
        return None
