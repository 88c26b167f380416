# SPDX-License-Identifier: Apache-2.0
"""Folding of Vietnamese text for search: accents, both tone styles, letter case, punctuation."""

import re
import unicodedata
from functools import lru_cache

_STROKE = str.maketrans({"\u0111": "d", "\u0110": "D"})
_MARKS = re.compile("[\u0300-\u036f]")
_GAPS = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """The text without diacritics, otherwise as it is."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text.translate(_STROKE)))


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Plain lower-case letters and digits, words separated by one space.

    Equal for every way of writing the same word: with or without diacritics,
    tone mark on either vowel, composed or decomposed.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_STROKE))
    return _GAPS.sub(" ", _MARKS.sub("", decomposed).casefold()).strip()
