# SPDX-License-Identifier: Apache-2.0
"""What a scanner sends: a symbology identifier (ISO/IEC 15424), then the message.

Symbols of GS1 carry element strings; EAN/UPC and ITF-14 a GTIN alone; other symbols
anything, among it Digital Links. An EAN/UPC symbol may have a composite component,
whose message follows behind ``|`` with its own symbology identifier.
"""

from typing import NamedTuple

from nguon.gs1.element import Element, write_bracketed
from nguon.gs1.element_checks import check_values
from nguon.gs1.elements.raw import read_raw, write_raw
from nguon.gs1.errors import IdentifierError
from nguon.gs1.links import Link, read_link, write_link
from nguon.gs1.mode import Rigour
from nguon.gs1.values import check_value

_OF_ELEMENTS = frozenset({"]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1"})
_OF_GTIN = {"]E0": 13, "]E4": 8, "]I1": 14}
_FREE = frozenset({"]C0", "]d0", "]d1", "]Q0", "]Q1", "]J0", "]A0", "]z0"})
_COMPOSITE = "|]e0"
_LENGTH = 3
_GTIN = "01"


class Scan(NamedTuple):
    """One message of a scanner; of elements, link and plain text it has exactly one.

    ``symbology`` is the symbology identifier, such as ``]d2``. The elements are those
    of a symbol of GS1; a Digital Link keeps its own.
    """

    symbology: str
    elements: tuple[Element, ...] = ()
    link: Link | None = None
    plain: str | None = None


def read_scan(text: str) -> Scan:
    """What a scanner sent, each value held to every rule.

    What the elements need beside them is left to `nguon.gs1.elements.check`, also in a
    link: other carriers of the item may have it. An address that begins like a link must
    be one.

    Raises:
        IdentifierError: with the span in the text; ``gs1.symbology`` for a symbology
            identifier that is missing or not known.
    """
    symbology, message = text[:_LENGTH], text[_LENGTH:]
    if symbology in _OF_ELEMENTS:
        return Scan(symbology, _elements(text, _LENGTH))
    if symbology in _OF_GTIN:
        return Scan(symbology, _gtin(text, _OF_GTIN[symbology]))
    if symbology not in _FREE:
        raise IdentifierError("gs1.symbology", text, 0, min(_LENGTH, len(text)))
    if message.lower().startswith(("http://", "https://")):
        return Scan(symbology, link=_link(text, _LENGTH))
    return Scan(symbology, plain=message)


def write_scan(scan: Scan) -> str:
    """The message that a scanner sends for a symbol with this content.

    Raises:
        IdentifierError: the elements are wrong, or this symbology cannot carry them.
    """
    if scan.symbology in _OF_ELEMENTS:
        return scan.symbology + write_raw(scan.elements)
    if scan.symbology in _OF_GTIN:
        return scan.symbology + _written_gtin(scan)
    if scan.symbology not in _FREE:
        raise IdentifierError("gs1.symbology", scan.symbology)
    if scan.link is not None:
        return scan.symbology + write_link(scan.link.elements, scan.link.stem, relations=False)
    return scan.symbology + (scan.plain or "")


def _elements(text: str, start: int) -> tuple[Element, ...]:
    """The raw element string from a place on."""
    try:
        return read_raw(text[start:])
    except IdentifierError as error:
        raise error.within(text, start) from None


def _link(text: str, start: int) -> Link:
    try:
        return read_link(text[start:], relations=False)
    except IdentifierError as error:
        raise error.within(text, start) from None


def _gtin(text: str, length: int) -> tuple[Element, ...]:
    """The GTIN of an EAN/UPC or ITF-14 symbol, then what its composite component says."""
    message, found, _ = text.partition(_COMPOSITE)
    number = message[_LENGTH:]
    if len(number) != length:
        params = {"ai": _GTIN, "expected": length, "actual": len(number)}
        raise IdentifierError("gs1.length", text, _LENGTH, len(message), **params)
    gtin = Element(_GTIN, number.zfill(14))
    padding = 14 - length
    check_value(text, *gtin, Rigour.FULL, lambda at: _LENGTH + max(at - padding, 0))
    if not found:
        return (gtin,)
    return (gtin, *_elements(text, len(message) + len(_COMPOSITE)))


def _written_gtin(scan: Scan) -> str:
    (ai, number), *composite = scan.elements or (Element("", ""),)
    length = _OF_GTIN[scan.symbology]
    if ai != _GTIN or number[:-length].strip("0"):
        raise IdentifierError("gs1.symbology-content", write_bracketed(scan.elements))
    check_values(scan.elements)
    more = f"{_COMPOSITE}{write_raw(composite)}" if composite else ""
    return number[-length:] + more
