# SPDX-License-Identifier: Apache-2.0
"""Any text from any code: the identifier in it, else the address, else what sort of text it is."""

import re
from typing import NamedTuple

from nguon import gs1
from nguon.gs1 import Identifier, IdentifierError
from nguon.gs1.compression import decompress
from nguon.gs1.elements import read_raw, read_scan, write_bracketed
from nguon.scans.links import Address, Odd, address
from nguon.scans.texts import Content, content

_GTIN = re.compile(r"\d{8}|\d{12,14}")
_SSCC = re.compile(r"\d{18}")
_RAW = re.compile(r"[\x1d^]?(?:01\d{14}|00\d{18})[\x1d^\d].*", re.DOTALL)
_MEANT = re.compile(r"/(?:0[01]|25[35]|41[47]|8003|8004|8006|801[078])/\d{8}")
_FORMAL = re.compile(r"^urn:|^[\](]|^vn-(area|pack):|^\d{2,4}/", re.IGNORECASE)
_SCANNED = re.compile(r"\][A-Za-z]\d")
_SYMBOLOGY = 3
_SOLID = re.compile(r"[\d\s.\-]+")
LONGEST = 4000
"""Characters; no code that people scan carries more."""


class Reading(NamedTuple):
    """What a text is: at least one of its parts is there.

    ``identifier`` may come with the ``address`` of the site that its code leads
    to. ``error`` says what is wrong with what was meant as an identifier.
    """

    text: str
    identifier: Identifier | None = None
    address: Address | None = None
    content: Content | None = None
    error: IdentifierError | None = None


def read(text: str, own: str) -> Reading:
    """Read a text from a code, or typed; ``own`` is our host. Raises nothing."""
    plain = text.strip()[:LONGEST]
    if _SCANNED.match(plain) and not plain.startswith("]("):
        return _scanned(plain, own)
    found = address(plain, own)
    if found is not None and Odd.RUNS in found.odd:
        return Reading(plain, address=found)
    try:
        return Reading(plain, identifier=identifier_in(plain), address=found)
    except IdentifierError as error:
        if found is not None:
            meant = found.sent == own or _MEANT.search(plain) is not None
            return Reading(plain, address=found, error=error if meant else None)
        number = _SOLID.fullmatch(plain) and error.code != "gs1.not-identifier"
        wrong = _FORMAL.search(plain) or number
        return Reading(plain, content=content(plain), error=error if wrong else None)


def identifier_in(asked: str) -> Identifier:
    """The identifier in what somebody typed or scanned; bare digits are a barcode's.

    Raises:
        IdentifierError: it is none, or a malformed one.
    """
    digits = re.sub(r"[\s.\-]", "", asked)
    if _GTIN.fullmatch(digits):
        return gs1.parse(f"01/{digits.zfill(14)}")
    if _SSCC.fullmatch(digits):
        return gs1.parse(f"00/{digits}")
    if _RAW.fullmatch(asked):
        return gs1.parse(write_bracketed(read_raw(asked)))
    return gs1.parse(asked)


def code_in(asked: str) -> Identifier:
    """As `identifier_in`, whatever carries it: also as a scanner sends it, also compressed.

    For questions about goods, where whatever can be read as their code has to be: a compressed
    link is one of any host.

    Raises:
        IdentifierError: it is none, or a malformed one.
    """
    plain = asked.strip()[:LONGEST]
    if _SCANNED.match(plain):
        scan = read_scan(plain)
        if scan.elements:
            return gs1.parse(write_bracketed(scan.elements))
        plain = plain[_SYMBOLOGY:]
    try:
        return identifier_in(plain)
    except IdentifierError:
        link = _uncompressed(plain)
        if link is None:
            raise
        return gs1.parse(link)


def _uncompressed(text: str) -> str | None:
    """The link that a compressed one stands for; None for what is none."""
    try:
        link = decompress(text)
    except IdentifierError:
        return None
    return None if link == text else link


def _scanned(text: str, own: str) -> Reading:
    """With the symbology identifier that scanners send first."""
    try:
        scan = read_scan(text)
        if scan.elements:
            return Reading(text, identifier=gs1.parse(write_bracketed(scan.elements)))
    except IdentifierError as error:
        inside = read(text[_SYMBOLOGY:], own)
        known = inside.identifier or inside.address
        return inside if known else Reading(text, content=content(text[_SYMBOLOGY:]), error=error)
    return read(text[_SYMBOLOGY:], own)
