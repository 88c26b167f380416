# SPDX-License-Identifier: Apache-2.0
"""Strings of bits: reading them field by field, writing them, and saying which one is wrong."""

from typing import Any, NamedTuple

from nguon.gs1.errors import IdentifierError


class Bits(NamedTuple):
    """A string of bits, as the integer that it is and its length."""

    value: int
    length: int

    @property
    def octets(self) -> bytes:
        """The bits in whole octets, zeros behind them."""
        size = (self.length + 7) // 8
        return (self.value << (size * 8 - self.length)).to_bytes(size, "big")

    @property
    def hexadecimal(self) -> str:
        """The bits in whole hexadecimal digits, zeros behind them."""
        size = (self.length + 3) // 4
        return f"{self.value << (size * 4 - self.length):0{size}X}"

    @property
    def binary(self) -> str:
        """The bits as zeros and ones."""
        return f"{self.value:0{self.length}b}"


class Reader:
    """Takes bits off the front of a string of them.

    ``text`` is the string in hexadecimal digits, for errors; ``at`` counts bits.
    """

    __slots__ = ("at", "length", "text", "value")

    def __init__(self, text: str) -> None:
        self.text = text
        self.value = int(text, 16)
        self.length = 4 * len(text)
        self.at = 0

    def take(self, bits: int) -> int:
        """The next so many bits as an integer; ``rfid.too-short`` where there are not."""
        at = self.at + bits
        if at > self.length:
            raise IdentifierError(
                "rfid.too-short", self.text, len(self.text), actual=self.length, expected=at
            )
        self.at = at
        return (self.value >> (self.length - at)) & ((1 << bits) - 1)

    def rest(self) -> int:
        """All bits not taken yet, as an integer."""
        return self.value & ((1 << (self.length - self.at)) - 1)

    def refusal(self, code: str, start: int, **params: Any) -> IdentifierError:
        """An error about the bits from ``start`` to where reading stands."""
        end = max(self.at, start + 1)
        span = (start // 4, min(-(-end // 4), len(self.text)))
        return IdentifierError(code, self.text, *span, bit=start, **params)


class Writer:
    """Puts bits behind one another."""

    __slots__ = ("length", "value")

    def __init__(self) -> None:
        self.value = 0
        self.length = 0

    def put(self, value: int, bits: int) -> None:
        """Add an integer in so many bits; it must fit."""
        self.value = self.value << bits | value
        self.length += bits

    def bits(self) -> Bits:
        """What has been written."""
        return Bits(self.value, self.length)
