# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON (RFC 8785, JCS): one byte string for every spelling of the same JSON value.

A value that the C encoder already writes canonically goes through it; numbers
and keys on which it differs (integer-valued floats, keys outside the Basic
Multilingual Plane) go through an exact writer of our own.
"""

from decimal import Decimal
from math import isfinite
from typing import Any

import msgspec

from nguon.base.errors import NguonError

MAX_EXACT_INTEGER = 2**53
"""Integers beyond it have no unique JSON number (RFC 8785 section 3.2.2.3, IEEE 754)."""

_encode = msgspec.json.Encoder(order="sorted").encode
_LAST_BEFORE_SURROGATES = "\ud7ff"
_SMALLEST_WITHOUT_EXPONENT = 1e-5


class NotCanonicalError(NguonError):
    """A value that JSON cannot carry exactly: NaN, infinity, huge integer, lone surrogate, type."""

    def __init__(self, value: object) -> None:
        shown = ascii(value)[:80] if isinstance(value, str | int | float) else type(value).__name__
        super().__init__("base.not-canonical-json", value=shown)


def canonical(value: Any, doubtful: Any = ...) -> bytes:
    """The RFC 8785 bytes of a JSON value (None, bool, int, float, str, list, tuple, dict).

    ``doubtful`` saves time where the caller knows that all else is strings, lists and
    objects with ASCII names: a list of those parts that may be or hold anything else.

    Equal values give equal bytes whatever the order of keys or the spelling of
    numbers (``1``, ``1.0``). Raises `NotCanonicalError` for NaN, infinities,
    integers beyond 2⁵³, lone surrogates, keys that are not strings and other types.
    """
    try:
        plain = _is_plain(value if doubtful is ... else doubtful)
        return _encode(value) if plain else "".join(_pieces(value)).encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise NotCanonicalError(value) from error


def _is_plain(root: Any) -> bool:
    """Whether the C encoder's output is canonical; raises for what has no canonical form."""
    plain = True
    stack = [root]
    pop, extend = stack.pop, stack.extend
    while stack:
        value = pop()
        kind = type(value)
        if kind is str or value is None or kind is bool:
            continue
        if kind is dict:
            plain = _are_plain_keys(value) and plain
            extend(value.values())
        elif kind is list or kind is tuple:
            extend(value)
        else:
            plain = _is_plain_number(value) and plain
    return plain


def _are_plain_keys(members: dict[Any, Any]) -> bool:
    """Whether code point order of these keys is their UTF-16 order."""
    plain = True
    for key in members:
        if type(key) is not str:
            raise NotCanonicalError(key)
        plain = plain and (key.isascii() or max(key) <= _LAST_BEFORE_SURROGATES)
    return plain


def _is_plain_number(value: Any) -> bool:
    kind = type(value)
    if kind is int:
        if -MAX_EXACT_INTEGER <= value <= MAX_EXACT_INTEGER:
            return True
        raise NotCanonicalError(value)
    if kind is float and isfinite(value):
        return not value.is_integer() and abs(value) >= _SMALLEST_WITHOUT_EXPONENT
    raise NotCanonicalError(value)


def _pieces(value: Any) -> list[str]:
    """The text of a checked value, in pieces, sorted by UTF-16 code units."""
    if isinstance(value, dict):
        out = ["{"]
        for key in sorted(value, key=_utf16):
            out += [_text(key), ":", *_pieces(value[key]), ","]
        return [*_without_comma(out), "}"]
    if isinstance(value, list | tuple):
        out = ["["]
        for member in value:
            out += [*_pieces(member), ","]
        return [*_without_comma(out), "]"]
    if isinstance(value, float):
        return [number_text(value)]
    return [_text(value)]


def _without_comma(pieces: list[str]) -> list[str]:
    return pieces[:-1] if pieces[-1] == "," else pieces


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")


def _text(value: Any) -> str:
    return _encode(value).decode()


def number_text(value: float) -> str:
    """A finite number as ECMAScript writes it (ECMA-262, Number::toString; RFC 8785 3.2.2.3)."""
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text = "".join(map(str, digits))
    return "-" * sign + _placed(text, len(text) + int(exponent))


def _placed(digits: str, point: int) -> str:
    """Digits with the decimal point after the first ``point`` of them."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{tail}e{point - 1:+d}"
