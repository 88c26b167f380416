# SPDX-License-Identifier: Apache-2.0
"""Text of variable length in the shortest of six encodings (EPC Tag Data Standard 14.5.6)."""

import re
from collections.abc import Callable
from typing import NamedTuple

from nguon.gs1.rfid import characters
from nguon.gs1.rfid.bits import Reader, Writer


class Encoding(NamedTuple):
    """One of the encodings: which texts it can say, in how many bits, and how."""

    can: Callable[[str], object]
    cost: Callable[[int], int]
    read: Callable[[Reader, int], str]
    write: Callable[[Writer, str], None]


ENCODINGS = (
    Encoding(
        re.compile("[0-9]*").fullmatch,
        characters.digits_bits,
        characters.read_integer,
        characters.write_integer,
    ),
    Encoding(
        re.compile("[0-9A-F]+").fullmatch,
        lambda size: 4 * size,
        characters.read_upper,
        characters.write_hexadecimal,
    ),
    Encoding(
        re.compile("[0-9a-f]+").fullmatch,
        lambda size: 4 * size,
        characters.read_lower,
        characters.write_hexadecimal,
    ),
    Encoding(
        re.compile(r"[0-9A-Za-z_\-]+").fullmatch,
        lambda size: 6 * size,
        characters.read_base64,
        characters.write_base64,
    ),
    Encoding(
        re.compile(r"[\x21-\x7e]+").fullmatch,
        lambda size: 7 * size,
        characters.read_ascii,
        characters.write_ascii,
    ),
    Encoding(
        re.compile(r"[0-9A-Z.:\-]+").fullmatch,
        lambda size: (size + 2) // 3 * 16,
        characters.read_urn_code_40,
        characters.write_urn_code_40,
    ),
)
"""By encoding indicator: integer, upper and lower hexadecimal, base 64, 7-bit, URN Code 40."""

_INDICATOR_BITS = 3


def read_alphanumeric(reader: Reader, most: int) -> str:
    """The text whose encoding and length come first; at most so many characters."""
    start = reader.at
    indicator = reader.take(_INDICATOR_BITS)
    if indicator >= len(ENCODINGS):
        raise reader.refusal("rfid.encoding", start, encoding=indicator)
    start = reader.at
    size = reader.take(most.bit_length())
    if size > most:
        raise reader.refusal("rfid.size", start, actual=size, expected=most)
    return ENCODINGS[indicator].read(reader, size)


def write_alphanumeric(writer: Writer, text: str, most: int) -> None:
    """The text in the encoding that takes the fewest bits, the first one among equals."""
    indicator = shortest(text)
    writer.put(indicator, _INDICATOR_BITS)
    writer.put(len(text), most.bit_length())
    ENCODINGS[indicator].write(writer, text)


def shortest(text: str) -> int:
    """The encoding indicator of the encoding that takes the fewest bits for a text."""
    size = len(text)
    costs = [(each.cost(size), at) for at, each in enumerate(ENCODINGS) if each.can(text)]
    return min(costs)[1]
