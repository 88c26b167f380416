# SPDX-License-Identifier: Apache-2.0
"""Reading one value at its place in a text, so that an error names the exact characters."""

from collections.abc import Callable

from nguon.gs1.characters import lost_percent, percent_decoded, position_in_raw
from nguon.gs1.dictionary import table
from nguon.gs1.dictionary.flaws import Flaw
from nguon.gs1.errors import IdentifierError
from nguon.gs1.mode import Rigour

_GTIN_LENGTH = 14
_SHORT_GTINS = {8, 12, 13}


def read_value(text: str, ai: str, start: int, end: int, rigour: Rigour) -> str:
    """The decoded and checked value of the percent-encoded one at ``text[start:end]``."""
    raw = text[start:end]
    if rigour is Rigour.FULL:
        refuse_lost_percent(text, start, end)
    value = percent_decoded(raw)
    padding = 0
    if ai == "01" and rigour < Rigour.FULL and len(value) in _SHORT_GTINS:
        padding = _GTIN_LENGTH - len(value)
        value = value.zfill(_GTIN_LENGTH)
    check_value(text, ai, value, rigour, lambda at: start + position_in_raw(raw, at - padding))
    return value


def check_value(
    text: str, ai: str, value: str, rigour: Rigour, place: Callable[[int], int]
) -> None:
    """Refuse a value that its application identifier does not allow.

    ``place`` turns a position in the value into one in the text.
    """
    flaw = table()[ai].flaw(value, rigour)
    if flaw is not None:
        raise IdentifierError(flaw.code, text, place(flaw.start), place(flaw.end), **flaw.params)


def refuse_lost_percent(text: str, start: int, end: int) -> None:
    """Refuse a percent sign that is not the start of an escape."""
    at = lost_percent(text, start, end)
    if at is not None:
        raise IdentifierError("gs1.percent", text, at, min(at + 3, end))


def refused(flaw: Flaw, text: str, start: int) -> IdentifierError:
    """The refusal of a value that stands unencoded in the text from ``start`` on."""
    return IdentifierError(flaw.code, text, start + flaw.start, start + flaw.end, **flaw.params)
