# SPDX-License-Identifier: Apache-2.0
"""From the bits of a tag to what is written there."""

import re

from nguon.gs1.errors import IdentifierError
from nguon.gs1.rfid.bits import Reader
from nguon.gs1.rfid.codings import Coding, headers
from nguon.gs1.rfid.keys import elements_of
from nguon.gs1.rfid.plus import read_plus
from nguon.gs1.rfid.tag import Tag

_HEXADECIMAL = re.compile("[0-9A-Fa-f]+").fullmatch
_NOT_HEXADECIMAL = re.compile("[^0-9A-Fa-f]")
_LONGEST = 248
"""Hexadecimal digits: as many words as the length bits of a tag can count, twice."""
_WORD = 16


def decode(tag: str | bytes) -> Tag:
    """Read the EPC of a tag: hexadecimal digits or octets, from the header on.

    Zeros up to the next word of 16 bits may follow it.

    Raises:
        IdentifierError: the digits, the header, the length or a field are wrong. Its
            text is the hexadecimal digits, and its parameter ``bit`` the first wrong bit.
    """
    text = tag.hex().upper() if isinstance(tag, bytes) else tag
    if not _HEXADECIMAL(text) or len(text) > _LONGEST:
        raise _not_a_tag(text)
    reader = Reader(text)
    coding = headers().get(reader.take(8)) if len(text) > 1 else None
    if coding is None:
        raise IdentifierError("rfid.header", text, 0, 2)
    found = _read_plus(reader, coding) if coding.codes else _read_fixed(reader, coding)
    if not found.data and reader.length - reader.at >= _WORD:
        raise IdentifierError(
            "rfid.too-long", text, reader.at // 4, actual=reader.length, expected=reader.at
        )
    start = reader.at
    if reader.rest():
        reader.at = reader.length
        raise reader.refusal("rfid.padding", start)
    return found


def _not_a_tag(text: str) -> IdentifierError:
    stray = _NOT_HEXADECIMAL.search(text)
    if stray is None:
        return IdentifierError("rfid.empty-tag" if not text else "rfid.no-tag", text)
    return IdentifierError("rfid.not-hexadecimal", text, *stray.span())


def _read_plus(reader: Reader, coding: Coding) -> Tag:
    chosen, elements, data = read_plus(reader, coding)
    return Tag(coding.name, chosen, elements, data)


def _read_fixed(reader: Reader, coding: Coding) -> Tag:
    fields: list[str] = []
    for segment in coding.segments:
        segment.read(reader, fields)
    chosen = int(fields.pop(0)) if coding.filter_bits else None
    elements = () if coding.key is None else elements_of(coding.key, fields)
    return Tag(coding.name, chosen, elements, (), tuple(fields))
