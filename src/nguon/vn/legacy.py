# SPDX-License-Identifier: Apache-2.0
"""Vietnamese text of the years before Unicode: TCVN3 (ABC, .VnTime fonts) and VNI-Windows.

Such text arrives as Latin letters that a special font once drew as Vietnamese
ones. TCVN3 has one byte for a letter, and none for capitals with a tone (their
font drew small letters large); VNI has a mark after the base letter. Text is
converted only where it is recognised: read as it stands its words are no
Vietnamese, read in the old charset they are.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from nguon.vn.syllables import is_syllable

_LETTERS = (
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"  # in the tables' order
)
_TCVN3 = (
    "B5 B8 B6 B7 B9 A8 BB BE BC BD C6 A9 C7 CA C8 C9 CB AE CC D0 CE CF D1 AA D2 D5 D3 D4 D6 D7 DD"
    " D8 DC DE DF E3 E1 E2 E4 AB E5 E8 E6 E7 E9 AC EA ED EB EC EE EF F3 F1 F2 F4 AD F5 F8 F6 F7 F9"
    " FA FD FB FC FE"
)
_TCVN3_CAPITALS = {"Ă": 0xA1, "Â": 0xA2, "Ê": 0xA3, "Ô": 0xA4, "Ơ": 0xA5, "Ư": 0xA6, "Đ": 0xA7}
_VNI = (
    "aø aù aû aõ aï aê aè aé aú aü aë aâ aà aá aå aã aä ñ"
    " eø eù eû eõ eï eâ eà eá eå eã eä ì í æ ó ò oø où oû oõ oï"
    " oâ oà oá oå oã oä ô ôø ôù ôû ôõ ôï uø uù uû uõ uï ö öø öù öû öõ öï yø yù yû yõ î"
)
_SPELLING = str.maketrans("\u2013\u2014\u2018\u2019\u201c\u201d\u2026", "--''\"\".")
_WORD = re.compile(r"[^\W\d_]*[^\x00-\x7f](?:[^\W\d_]|[^\x00-\x7f])*")
_CAPITALS = re.compile(r"[A-Z][^\x00-\x7f]*[A-Z]")
_SMALL = re.compile("[a-z]")
_ODD_SHARE = 0.2
_ENOUGH = 2
_LAST = "\xff"


class Charset(StrEnum):
    """An old way of writing Vietnamese."""

    TCVN3 = "TCVN3"
    VNI = "VNI"


class Converted(NamedTuple):
    """A text in Unicode; ``doubtful``: it looked old, but was left as it is."""

    text: str
    changed: bool
    doubtful: bool


def decode(text: str, charset: Charset) -> str:
    """The text read in the charset, in NFC; what the charset lacks stays."""
    if charset is Charset.TCVN3:
        return _capitals(text, text.translate(_tcvn3()))
    return _vni_pattern().sub(lambda match: _vni()[match[0]], text)


def encode(text: str, charset: Charset) -> str:
    """The text as the charset writes it; TCVN3 writes capitals that have a tone as small ones."""
    text = unicodedata.normalize("NFC", text)
    if charset is Charset.TCVN3:
        small = {chr(old): letter for old, letter in _tcvn3().items()}
        codes = {letter: old for old, letter in small.items()}
        return "".join(codes.get(c) or codes.get(c.lower()) or c for c in text)
    back = {letter: old for old, letter in _vni().items()}
    return "".join(back.get(c, c) for c in text)


def recognise(texts: Iterable[str]) -> Charset | None:
    """The old charset that the texts, taken together, are written in; None for anything else."""
    words = [word for text in texts for word in accented(text)]
    if not words:
        return None
    now = sum(map(is_syllable, words))
    best = max(Charset, key=lambda charset: _score(words, charset))
    score = _score(words, best)
    distinct = {word for word in words if not is_syllable(word) and _reads(word, best)}
    convincing = score >= (1 - _ODD_SHARE) * len(words) and len(distinct) >= _ENOUGH
    return best if convincing and now <= score / 2 else None


def convert(text: str, charset: Charset, *, mixed: bool = False) -> Converted:
    """One text of a recognised table; kept where it is Unicode already or makes no sense.

    ``mixed``: other texts of the column are Unicode, so what reads well both
    ways is kept too.
    """
    words = accented(text)
    good = sum(_reads(word, charset) for word in words)
    plain = all(map(is_syllable, words))
    if 2 * good <= len(words) or max(map(max, words)) > _LAST or (plain and mixed):
        return Converted(text, changed=False, doubtful=not plain or good > 0)
    read = decode(text, charset)
    return Converted(read, changed=read != text, doubtful=False)


def is_modern(text: str) -> bool:
    """Whether a text has Vietnamese letters that Unicode alone has."""
    return any(max(word) > _LAST for word in accented(text))


def accented(text: str) -> list[str]:
    """The words with letters beyond ASCII; a sign that stands alone (``×``, ``®``) is none."""
    if text.isascii():
        return []
    return [word for word in _WORD.findall(text.translate(_SPELLING)) if len(word) > 1]


def _score(words: list[str], charset: Charset) -> int:
    return sum(_reads(word, charset) for word in words)


def _reads(word: str, charset: Charset) -> bool:
    """Whether a word becomes a syllable."""
    return max(word) <= _LAST and is_syllable(decode(word, charset))


def _capitals(written: str, read: str) -> str:
    """A line in capitals: the letters with a tone, which had none in TCVN3, follow the others."""
    shouted = _CAPITALS.search(written) and not _SMALL.search(written)
    return read.upper() if shouted else read


@cache
def _tcvn3() -> dict[int, str]:
    codes = {int(code, 16): letter for code, letter in zip(_TCVN3.split(), _LETTERS, strict=True)}
    return codes | {code: letter for letter, code in _TCVN3_CAPITALS.items()}


@cache
def _vni() -> dict[str, str]:
    small = dict(zip(_VNI.split(), _LETTERS, strict=True))
    large = {old.upper(): letter.upper() for old, letter in small.items()}
    mixed = {old[0].upper() + old[1:]: new.upper() for old, new in small.items() if len(old) > 1}
    return small | large | mixed


@cache
def _vni_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_vni(), key=len, reverse=True)))
