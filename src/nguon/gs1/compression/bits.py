# SPDX-License-Identifier: Apache-2.0
"""A string of bits that is read from its front, and knows where in the text it stands."""

from nguon.gs1.compression.encodings import from_base64
from nguon.gs1.errors import IdentifierError


class Bits:
    """The bits of the characters ``text[start:end]`` of the URI-safe alphabet."""

    __slots__ = ("_bits", "_end", "_start", "_text", "left")

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._start, self._end = text, start, end
        self._bits = from_base64(text[start:end])
        self.left = 6 * (end - start)

    def take(self, count: int) -> int:
        """The next so many bits as a number; raises `IdentifierError` at the end."""
        left = self.left - count
        if left < 0:
            raise self.refusal("gs1.compressed-end")
        self.left = left
        return self._bits >> left & ((1 << count) - 1)

    def refusal(self, code: str, **params: str) -> IdentifierError:
        """An error about what stands here."""
        at = min(self._end - (self.left + 5) // 6, self._end - 1)
        return IdentifierError(code, self._text, max(at, self._start), self._end, **params)
