# SPDX-License-Identifier: Apache-2.0
"""The five ways of writing characters as bits, from digits (3.3 bits each) to ASCII (7)."""

import re
from binascii import a2b_base64, b2a_base64

from nguon.gs1.compression.tables import DIGIT_BITS

DIGITS, LOWER_HEX, UPPER_HEX, BASE64, ASCII = range(5)

_KIND = re.compile(r"(?:([0-9]+)|([0-9A-F]+)|([0-9a-f]+)|([0-9A-Z_a-z-]+))")
_KINDS = (ASCII, DIGITS, UPPER_HEX, LOWER_HEX, BASE64)
_WIDTHS = {LOWER_HEX: 4, UPPER_HEX: 4, BASE64: 6, ASCII: 7}
_TO_STANDARD = str.maketrans("-_", "+/")
_TO_SAFE = bytes.maketrans(b"+/", b"-_")


def kind_of(text: str) -> int:
    """The shortest way of writing these characters."""
    match = _KIND.fullmatch(text)
    return _KINDS[match.lastindex or 0] if match else ASCII


def width(kind: int, length: int) -> int:
    """How many bits so many characters take."""
    return DIGIT_BITS[length] if kind == DIGITS else _WIDTHS[kind] * length


def encoded(kind: int, text: str) -> int:
    """The characters as a number of `width` bits."""
    if kind == DIGITS:
        return int(text)
    if kind == BASE64:
        return from_base64(text)
    if kind != ASCII:
        return int(text, 16)
    bits = 0
    for octet in text.encode("ascii"):
        bits = bits << 7 | octet
    return bits


def decoded(kind: int, bits: int, length: int) -> str | None:
    """So many characters out of a number; None where it is none of theirs."""
    if kind == DIGITS:
        return digits(bits, length)
    if kind == BASE64:
        return to_base64(bits, length)
    if kind == ASCII:
        return "".join([chr(bits >> at & 127) for at in range(7 * (length - 1), -1, -7)])
    if kind not in _WIDTHS:
        return None
    written = f"{bits:0{length}X}" if length else ""
    return written if kind == UPPER_HEX else written.lower()


def digits(bits: int, length: int) -> str | None:
    """A number with its leading zeros; None when it has more digits than that."""
    if not length:
        return None if bits else ""
    written = str(bits).zfill(length)
    return written if len(written) == length else None


def from_base64(text: str) -> int:
    """Six bits for each character of the URI-safe alphabet."""
    surplus = -len(text) % 4
    octets = a2b_base64(text.translate(_TO_STANDARD) + "A" * surplus)
    return int.from_bytes(octets) >> 6 * surplus


def to_base64(bits: int, length: int) -> str:
    """The other way round: so many characters."""
    quads = (length + 3) // 4
    octets = (bits << 6 * (4 * quads - length)).to_bytes(3 * quads)
    return b2a_base64(octets, newline=False).translate(_TO_SAFE)[:length].decode("ascii")
