# SPDX-License-Identifier: Apache-2.0
"""Serials that nobody can guess and no table is needed to check; pure.

A serial is 17 characters: the number of the key, then 80 bits that hide where
in a product's count the piece stands. With a running number ``n``, two keyed
functions (BLAKE2b, RFC 7693, keyed and bound to the product)

    t = f(n)            45 bits
    c = n xor g(t)      35 bits

give ``t c``. Whoever has the key takes ``n = c xor g(t)`` and looks whether
``t = f(n)``. Numbers differ, so serials do. Without the key every text has at
most the chance 2**-45 to pass, however many serials are known: EU 2016/161
Article 4(c) asks for less than 1 in 10,000. Alphabet: digits and capitals
without 0, 1, I and O; no escaping in a URI, and the short mode of a QR code.
"""

from base64 import b32decode, b32encode
from collections.abc import Iterator
from hashlib import blake2b, sha256

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
KEYS = len(ALPHABET)
"""How many keys an installation can have in its life."""
LENGTH = 17
COUNT_BITS = 35
"""Room for 34 thousand million serials of a product under one key."""
HIDDEN = 8
"""Characters of a hidden part: 40 bits."""
_BITS = 80
_CHUNK = 4096
_STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_OURS = bytes.maketrans(_STANDARD.encode(), ALPHABET.encode())
_TO_STANDARD = str.maketrans(ALPHABET, _STANDARD)
_OURS = frozenset(ALPHABET)


class Sealer:
    """The serials of one product under one key; ``number`` is the key's, ``secret`` 32 octets."""

    def __init__(
        self, number: int, secret: bytes, gtin: str, *, count_bits: int = COUNT_BITS
    ) -> None:
        self._mark = ALPHABET[number]
        self._tagging = _keyed(secret, b"tag", gtin, 10)
        self._masking = _keyed(secret, b"mask", gtin, 10)
        self._hiding = _keyed(secret, b"hidden", gtin, 5)
        self._bits = count_bits
        self._low = (1 << count_bits) - 1

    def serials(self, first: int, count: int) -> Iterator[str]:
        """The serials of these running numbers, in order.

        Raises:
            ValueError: a number beyond what serials have room for.
        """
        if first < 0 or first + count > self._low + 1:
            raise ValueError(first)
        mark = self._mark
        for start in range(first, first + count, _CHUNK):
            numbers = range(start, min(start + _CHUNK, first + count))
            body = b"".join(map(self._sealed, numbers))
            text = b32encode(body).translate(_TO_OURS).decode("ascii")
            yield from (mark + text[at : at + 16] for at in range(0, len(text), 16))

    def number(self, serial: str) -> int | None:
        """The running number in a serial; None for what this key did not make."""
        if len(serial) != LENGTH or serial[0] != self._mark or not _OURS.issuperset(serial):
            return None
        body = b32decode(serial[1:].translate(_TO_STANDARD))
        whole = int.from_bytes(body)
        tag = whole >> self._bits
        number = (whole & self._low) ^ self._masked(tag)
        return number if self._tag(number) == tag else None

    def hidden(self, number: int) -> str:
        """The part under the scratch layer of a piece."""
        state = self._hiding.copy()
        state.update(number.to_bytes(10))
        return b32encode(state.digest()).translate(_TO_OURS).decode("ascii")[:HIDDEN]

    def _sealed(self, number: int) -> bytes:
        tag = self._tag(number)
        return (tag << self._bits | number ^ self._masked(tag)).to_bytes(10)

    def _tag(self, number: int) -> int:
        state = self._tagging.copy()
        state.update(number.to_bytes(10))
        return int.from_bytes(state.digest()) >> self._bits

    def _masked(self, tag: int) -> int:
        state = self._masking.copy()
        state.update(tag.to_bytes(10))
        return int.from_bytes(state.digest()) & self._low


def key_number(serial: str) -> int | None:
    """The number of the key that a serial names; None where it cannot be one of ours."""
    if len(serial) != LENGTH or not _OURS.issuperset(serial):
        return None
    return ALPHABET.index(serial[0])


def fingerprint(secret: bytes) -> bytes:
    """What may be kept beside the data to know the key again by."""
    return sha256(b"nguon codes key\0" + secret).digest()[:8]


def _keyed(secret: bytes, purpose: bytes, gtin: str, size: int) -> "blake2b":
    """A keyed function for one purpose and product, made ready for short messages."""
    state = blake2b(key=secret, person=purpose, digest_size=size)
    state.update(gtin.encode("ascii"))
    return state
