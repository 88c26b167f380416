# SPDX-License-Identifier: Apache-2.0
"""Base58 with the alphabet of Bitcoin, as multibase ``z`` uses it (Controlled Identifiers, 2.4)."""

from nguon.signing.errors import SigningError

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_LIMIT = 200
"""Letters; the work grows with their square."""


def encode(octets: bytes) -> str:
    """Octets as base58btc, without the ``z``."""
    number = int.from_bytes(octets)
    letters = []
    while number:
        number, rest = divmod(number, 58)
        letters.append(_ALPHABET[rest])
    zeros = len(octets) - len(octets.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(letters))


def decode(text: str) -> bytes:
    """What base58btc holds; raises `SigningError` (``signing.base58``)."""
    if len(text) > _LIMIT:
        raise SigningError("signing.base58")
    number = 0
    for letter in text:
        value = _VALUES.get(letter)
        if value is None:
            raise SigningError("signing.base58")
        number = number * 58 + value
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
