# SPDX-License-Identifier: Apache-2.0
"""Elements into bits: sequences first, then what is left in the order of its identifiers."""

from collections.abc import Iterable, Mapping

from nguon.gs1.compression import encodings
from nguon.gs1.compression.tables import CONTESTED, DIGIT_BITS, FORMATS, OTHER, SEQUENCES, Part

_USED = {code: frozenset(sequence) for code, sequence in SEQUENCES.items() if code not in CONTESTED}
_SAVINGS = {code: len("".join(SEQUENCES[code])) for code in _USED}
_MOST_COUNTED = 127
_ALWAYS_SEVEN = 7


class Packer:
    """Bits put one after another; `text` writes them down."""

    def __init__(self) -> None:
        self._bits = 0
        self._count = 0

    def put(self, bits: int, count: int) -> None:
        """Append the lowest so many bits of a number."""
        self._bits = self._bits << count | bits
        self._count += count

    def text(self) -> str:
        """All of it in the URI-safe alphabet, filled up with zeros."""
        surplus = -self._count % 6
        return encodings.to_base64(self._bits << surplus, (self._count + surplus) // 6)


def fits(ai: str, value: str) -> bool:
    """Whether the tables have room for an element (an IBAN may be longer than they know)."""
    parts = FORMATS.get(ai)
    return parts is not None and len(value) < 1 << 7 and not _surplus(parts, value)


def pair_fits(name: str, value: str) -> bool:
    """Whether a pair of the query that is not GS1's can be compressed."""
    return (
        0 < len(name) <= _MOST_COUNTED
        and encodings.kind_of(name) != encodings.ASCII
        and len(value) <= _MOST_COUNTED
        and value.isascii()
    )


def pack(
    elements: Mapping[str, str], pairs: Iterable[tuple[str, str]] = (), *, optimise: bool = True
) -> str:
    """The compressed segment of elements that `fits` accepts and pairs that `pair_fits` does."""
    packer = Packer()
    left = dict(elements)
    while optimise and (code := _best(left)) is not None:
        packer.put(code, 8)
        for ai in SEQUENCES[code]:
            put_value(packer, FORMATS[ai], left.pop(ai))
    for ai in sorted(left):
        packer.put(int(ai, 16), 4 * len(ai))
        put_value(packer, FORMATS[ai], left[ai])
    for name, value in pairs:
        packer.put(OTHER << 7 | len(name), 11)
        packer.put(encodings.from_base64(name), 6 * len(name))
        _put_characters(packer, value, _ALWAYS_SEVEN)
    return packer.text()


def _best(left: Mapping[str, str]) -> int | None:
    """The sequence that saves most, the first of the table among equals."""
    present = left.keys()
    found = [code for code, sequence in _USED.items() if sequence <= present]
    return max(found, key=_SAVINGS.__getitem__) if found else None


def _surplus(parts: tuple[Part, ...], value: str) -> str:
    """What of a value no component has room for."""
    for part in parts:
        room = (1 << part.counted) - 1 if part.counted else part.length
        if not part.counted and len(value) < room:
            return value or "missing"
        value = value[room:]
    return value


def put_value(packer: Packer, parts: tuple[Part, ...], value: str) -> None:
    """Append a value that these components have room for."""
    last = len(parts) - 1
    for place, part in enumerate(parts):
        piece = value if place == last else value[: part.length]
        value = value[len(piece) :]
        if not part.numeric:
            _put_characters(packer, piece, part.counted)
            continue
        if part.counted:
            packer.put(len(piece), part.counted)
        packer.put(int(piece or "0"), DIGIT_BITS[len(piece)])


def _put_characters(packer: Packer, text: str, counted: int) -> None:
    kind = encodings.kind_of(text)
    packer.put(kind, 3)
    if counted:
        packer.put(len(text), counted)
    packer.put(encodings.encoded(kind, text), encodings.width(kind, len(text)))
