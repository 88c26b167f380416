# SPDX-License-Identifier: Apache-2.0
"""Small shapes of the data model: addresses, times, words in languages, one or many."""

import re
from datetime import datetime
from typing import Any

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+")
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)"
)
_WORDS = frozenset({"@value", "@language", "@direction"})


def is_url(value: Any) -> bool:
    """Whether a value is an absolute address of any scheme (URL, DID, URN)."""
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def time_of(value: Any) -> datetime | None:
    """An XML Schema ``dateTimeStamp`` (VCDM 2.0, 4.9): with a time zone; None for all else.

    Digits beyond microseconds are cut off.
    """
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    whole, fraction, zone = found.groups()
    try:
        return datetime.fromisoformat(f"{whole}.{(fraction or '0')[:6]:0<6}{zone}")
    except ValueError:
        return None


def is_words(value: Any) -> bool:
    """Whether a value is a text, a language value object, or several (VCDM 2.0, 4.6, 11.1)."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, dict) and is_words(one) for one in value)
    if not isinstance(value, dict):
        return isinstance(value, str)
    texts = all(isinstance(one, str) for one in value.values())
    return texts and "@value" in value and _WORDS.issuperset(value)


def types_of(value: Any) -> tuple[str, ...] | None:
    """The types of an object; None where they are no text or list of texts."""
    many = [value] if isinstance(value, str) else value
    if not isinstance(many, list) or not many:
        return None
    if not all(isinstance(one, str) and one for one in many):
        return None
    return tuple(many)


def many(value: Any) -> list[Any]:
    """A value that may stand alone or in a list, as a list."""
    return value if isinstance(value, list) else [value]
