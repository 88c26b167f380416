# SPDX-License-Identifier: Apache-2.0
"""The GS1 character sets, and percent-encoding with positions kept."""

import re
from urllib.parse import quote, unquote_to_bytes

CHARACTER_CLASSES = {
    "n": "[0-9]",
    "x": r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]""",
    "y": r"[#\-/0-9A-Z]",
    "z": r"[\-0-9A-Z_a-z]",
}
"""Digits, sets 82, 39 and 64, as classes of a regular expression."""

CHARACTER_SET_NAMES = {"n": "0–9", "x": "82", "y": "39", "z": "64"}

_NOT_OF_SET = {
    name: re.compile(characters.replace("[", "[^", 1))
    for name, characters in CHARACTER_CLASSES.items()
}
_LOST_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPES_OF_A_KEY = (("%", "%25"), ("/", "%2F"))
_PLAIN_IN_URN = "!'()*+,-.:;=_"


def stray_character(character_set: str, text: str) -> int | None:
    """The position of the first character that is not of the set."""
    found = _NOT_OF_SET[character_set].search(text)
    return found.start() if found else None


def percent_decoded(raw: str) -> str:
    """Percent-decode octet by octet, so that a stray octet stays one character."""
    return unquote_to_bytes(raw).decode("latin-1") if "%" in raw else raw


def lost_percent(text: str, start: int = 0, end: int | None = None) -> int | None:
    """The position of the first ``%`` that two hexadecimal digits do not follow."""
    found = _LOST_PERCENT.search(text, start, len(text) if end is None else end)
    return found.start() if found else None


def position_in_raw(raw: str, position: int) -> int:
    """Where the character at a position of the decoded value starts in the raw one."""
    at = 0
    for _ in range(position):
        at += 3 if raw[at] == "%" and lost_percent(raw, at, at + 3) is None else 1
    return at


def uri_encoded(value: str) -> str:
    """Every character but the unreserved ones percent-encoded, in upper case."""
    return quote(value, safe="")


def urn_encoded(value: str) -> str:
    """As EPC URNs have it: only ``" # % & / < > ?`` percent-encoded (TDS section 6.3.1)."""
    return quote(value, safe=_PLAIN_IN_URN)


def key_encoded(value: str) -> str:
    """A value inside an item key: its slashes (and so its percent signs) escaped."""
    for character, escape in _ESCAPES_OF_A_KEY:
        value = value.replace(character, escape)
    return value
