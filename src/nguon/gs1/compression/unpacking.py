# SPDX-License-Identifier: Apache-2.0
"""Bits back into elements and pairs of the query, in the order in which they stand."""

from collections.abc import Mapping
from typing import NamedTuple

from nguon.gs1.compression import encodings
from nguon.gs1.compression.bits import Bits
from nguon.gs1.compression.tables import DIGIT_BITS, FORMATS, OTHER, PREFIX_LENGTHS, SEQUENCES, Part

_FILLING = 5


class Unpacked(NamedTuple):
    """What a compressed segment says; ``codes`` are the sequences that it used."""

    elements: dict[str, str]
    pairs: list[tuple[str, str]]
    codes: set[int]


def unpack(
    text: str, start: int, end: int, sequences: Mapping[int, tuple[str, ...]] = SEQUENCES
) -> Unpacked:
    """The elements in ``text[start:end]``, characters of the URI-safe alphabet.

    Raises `IdentifierError` where no compressor would have written it so.
    """
    bits = Bits(text, start, end)
    found = Unpacked({}, [], set())
    while bits.left > _FILLING:
        code = bits.take(8)
        high, low = code >> 4, code & 15
        if high < 10 and low < 10:
            _add(found, bits, _identifier(bits, f"{high}{low}"))
        elif code in sequences:
            found.codes.add(code)
            for ai in sequences[code]:
                _add(found, bits, ai)
        elif high == OTHER:
            found.pairs.append(_pair(bits, low))
        else:
            raise bits.refusal("gs1.compressed-code", named=f"{code:02X}")
    if bits.left and bits.take(bits.left):
        raise bits.refusal("gs1.compressed-end")
    return found


def _identifier(bits: Bits, start: str) -> str:
    length = PREFIX_LENGTHS.get(start)
    if length is None:
        raise bits.refusal("gs1.compressed-code", named=start)
    if length == 2:
        return start
    more = bits.take(4 * (length - 2))
    return f"{start}{more:0{length - 2}x}"


def _add(found: Unpacked, bits: Bits, ai: str) -> None:
    parts = FORMATS.get(ai)
    if parts is None:
        raise bits.refusal("gs1.compressed-code", named=ai.upper())
    if ai in found.elements:
        raise bits.refusal("gs1.repeated", ai=ai)
    value = "".join([_number(bits, p) if p.numeric else _characters(bits, p) for p in parts])
    found.elements[ai] = value


def _number(bits: Bits, part: Part) -> str:
    length = bits.take(part.counted) if part.counted else part.length
    value = encodings.digits(bits.take(DIGIT_BITS[length]), length)
    if value is None:
        raise bits.refusal("gs1.compressed-value")
    return value


def _characters(bits: Bits, part: Part) -> str:
    kind = bits.take(3)
    length = bits.take(part.counted) if part.counted else part.length
    return _decoded(bits, kind, length)


def _pair(bits: Bits, low: int) -> tuple[str, str]:
    length = low << 3 | bits.take(3)
    name = encodings.to_base64(bits.take(6 * length), length)
    kind = bits.take(3)
    return name, _decoded(bits, kind, bits.take(7))


def _decoded(bits: Bits, kind: int, length: int) -> str:
    if kind > encodings.ASCII:
        raise bits.refusal("gs1.compressed-value")
    value = encodings.decoded(kind, bits.take(encodings.width(kind, length)), length)
    if value is None:
        raise bits.refusal("gs1.compressed-value")
    return value
