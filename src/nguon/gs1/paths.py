# SPDX-License-Identifier: Apache-2.0
"""Paths of application identifiers and values: the heart of Digital Links and of item keys."""

from typing import NamedTuple

from nguon.gs1.errors import IdentifierError
from nguon.gs1.identifier import Parts
from nguon.gs1.keys import PRIMARY_KEYS, QUALIFIERS, SHORT_NAMES
from nguon.gs1.mode import Rigour
from nguon.gs1.values import read_value


class Segment(NamedTuple):
    """A piece of a path and where it stands in the text."""

    raw: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.start + len(self.raw)


def read_path(text: str, start: int, end: int, rigour: Rigour) -> Parts:
    """The parts behind the rightmost primary key of ``text[start:end]``.

    Raises `IdentifierError`; ``gs1.no-primary-key`` when it is no path of this sort.
    """
    segments = _segments(text, start, end, rigour)
    first = _primary(segments, rigour)
    if first is None:
        raise _no_primary_key(text, segments, start, end)
    pairs = [(segments[at], segments[at + 1]) for at in range(first, len(segments), 2)]
    codes = [_code(name.raw, rigour) or name.raw for name, _ in pairs]
    _check_order(text, codes, [name for name, _ in pairs], rigour)
    parts = tuple(
        (code, read_value(text, code, value.start, value.end, rigour))
        for code, (_, value) in zip(codes, pairs, strict=True)
    )
    if len(parts) < 3:
        return parts
    order = QUALIFIERS[codes[0]]
    return (parts[0], *sorted(parts[1:], key=lambda part: order.index(part[0])))


def _segments(text: str, start: int, end: int, rigour: Rigour) -> list[Segment]:
    if text[end - 1 : end] == "/":
        if rigour is Rigour.FULL:
            raise IdentifierError("gs1.trailing-slash", text, end - 1, end)
        end -= 1
    segments = []
    for raw in text[start:end].split("/"):
        segments.append(Segment(raw, start))
        start += len(raw) + 1
    return segments


def _code(name: str, rigour: Rigour) -> str | None:
    """The application identifier that a segment names, be it by its old short name."""
    if name.isdigit() or rigour is Rigour.FULL:
        return name
    return SHORT_NAMES.get(name.lower())


def _primary(segments: list[Segment], rigour: Rigour) -> int | None:
    for at in range(len(segments) - 2, -1, -2):
        if _code(segments[at].raw, rigour) in PRIMARY_KEYS:
            return at
    return None


def _no_primary_key(text: str, segments: list[Segment], start: int, end: int) -> IdentifierError:
    """Say what is missing where something looks like a key, else that nothing does."""
    for at, segment in enumerate(segments[:-1]):
        ai = SHORT_NAMES.get(segment.raw.lower())
        if ai in PRIMARY_KEYS and segments[at + 1].raw[:1].isdigit():
            return IdentifierError("gs1.short-name", text, segment.start, segment.end, ai=ai)
        number = segments[at + 1].raw
        if segment.raw in PRIMARY_KEYS and len(number) >= 8 and number.isdigit():
            last = segments[-1]
            return IdentifierError("gs1.missing-value", text, last.end, last.end, ai=last.raw)
    return IdentifierError("gs1.no-primary-key", text, start, end)


def _check_order(text: str, codes: list[str], names: list[Segment], rigour: Rigour) -> None:
    key, *qualifiers = codes
    sequences = PRIMARY_KEYS[key].sequences
    for at, code in enumerate(qualifiers):
        name = names[at + 1]
        if code.lower() in SHORT_NAMES:
            ai = SHORT_NAMES[code.lower()]
            raise IdentifierError("gs1.short-name", text, name.start, name.end, ai=ai)
        if code not in QUALIFIERS[key]:
            raise IdentifierError("gs1.not-qualifier", text, name.start, name.end, key=key, ai=code)
        if code in qualifiers[:at]:
            raise IdentifierError("gs1.repeated", text, name.start, name.end, ai=code)
        if not _in_one_sequence(sequences, qualifiers[: at + 1], rigour):
            before = qualifiers[at - 1]
            raise IdentifierError(
                "gs1.qualifier-order", text, name.start, name.end, ai=code, before=before
            )


def _in_one_sequence(
    sequences: tuple[tuple[str, ...], ...], codes: list[str], rigour: Rigour
) -> bool:
    for sequence in sequences:
        present = [ai for ai in sequence if ai in codes]
        if present == codes or (rigour < Rigour.FULL and len(present) == len(codes)):
            return True
    return False
