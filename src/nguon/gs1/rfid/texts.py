# SPDX-License-Identifier: Apache-2.0
"""Integers and 7-bit characters of fixed layouts (standard, sections 14.3.1 and 14.3.2)."""

import re

from nguon.gs1.characters import CHARACTER_CLASSES
from nguon.gs1.errors import IdentifierError
from nguon.gs1.rfid.bits import Reader, Writer
from nguon.gs1.rfid.characters import write_narrow

_INTEGER = re.compile("0|[1-9][0-9]*").fullmatch
_TEXT = re.compile(f"{CHARACTER_CLASSES['x']}+").fullmatch


def integer(text: str, limit: int) -> int:
    """The integer below a limit that a field is, without leading zeros."""
    if not _INTEGER(text):
        raise IdentifierError("rfid.integer", text)
    if len(text) > len(str(limit)) or int(text) >= limit:
        raise IdentifierError("rfid.range", text, most=limit - 1)
    return int(text)


def read_text(reader: Reader, bits: int) -> str:
    """7-bit characters of set 82 closed by zeros, in so many bits."""
    start = reader.at
    value = reader.take(bits)
    octets = bytes([value >> at & 127 for at in range(bits - 7, -1, -7)])
    text = octets.rstrip(b"\0").decode("ascii")
    if not text:
        raise reader.refusal("rfid.empty", start)
    if value & ((1 << bits % 7) - 1) or "\0" in text:
        raise reader.refusal("rfid.padding", start)
    if not _TEXT(text):
        raise reader.refusal("rfid.character", start)
    return text


def write_text(writer: Writer, text: str, bits: int, most: int) -> None:
    """At most so many characters of set 82, zeros behind them, in so many bits."""
    if not _TEXT(text):
        raise IdentifierError("rfid.text", text)
    if len(text) > most:
        raise IdentifierError("rfid.size", text, actual=len(text), expected=most)
    write_narrow(writer, text, 7)
    writer.put(0, bits - 7 * len(text))
