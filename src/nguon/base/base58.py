# SPDX-License-Identifier: Apache-2.0
"""Base58 in the alphabet of Bitcoin, as Multibase's ``z`` has it, for keys and signatures."""

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUE = {letter: value for value, letter in enumerate(_ALPHABET)}
MOST_LETTERS = 512
"""Longer texts are refused: the work grows with the square of the length."""


def base58_text(octets: bytes) -> str:
    """Octets as base58; each leading zero octet is a ``1``."""
    number = int.from_bytes(octets)
    letters = []
    while number:
        number, rest = divmod(number, 58)
        letters.append(_ALPHABET[rest])
    zeros = len(octets) - len(octets.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(letters))


def base58_octets(text: str) -> bytes | None:
    """What base58 holds; None for other letters and for more than `MOST_LETTERS`."""
    if len(text) > MOST_LETTERS:
        return None
    number = 0
    for letter in text:
        value = _VALUE.get(letter)
        if value is None:
            return None
        number = number * 58 + value
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
