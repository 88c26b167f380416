# SPDX-License-Identifier: Apache-2.0
"""Reads the names of units out of an address, from its end: every way it can be understood.

Levels are province, district and ward for the former units, province and
commune for today's. A reading scores what it explains; words of kind, letters
with diacritics and commas speak for or against it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from tomllib import loads
from typing import NamedTuple, Protocol

from nguon.vn.text import fold

_PARTS = re.compile(r"[,;\n]")
_WORDS = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"([a-z]+)0*(\d+)")
_LONGEST = 7

_LEAST = 90
"""One name alone, glued to other words, is none."""
_LEVEL, _KIND, _OTHER_KIND, _LETTERS, _LOOSE, _SKIPPED = 100, 10, -25, 3, -30, -60


class Unit(Protocol):
    """What a reading needs of a unit."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...


class Word(NamedTuple):
    """One word: folded, its letters with marks, the part between commas, where it stands."""

    folded: str
    marked: str
    part: int
    begin: int
    end: int


class Level(Protocol):
    """A level of units: found by folded name, below what was read before."""

    def named(self, name: str, above: Sequence[Unit]) -> Sequence[Unit]: ...
    def kinds(self, unit: Unit) -> str: ...


class Reading(NamedTuple):
    """``units``: for each level the units meant, empty where the address names none."""

    score: int
    units: tuple[tuple[Unit, ...], ...]
    begin: int
    """Words before this are street, house and hamlet."""
    unknown: tuple[tuple[int, int], ...] = ()
    """Words that name no unit of their level: from, to."""


def words_of(text: str) -> list[Word]:
    """The words of an address, without the country's name at its end."""
    found = [
        word
        for number, (begin, part) in enumerate(_parts(text))
        for match in _WORDS.finditer(part)
        for word in _split(match, number, begin)
    ]
    for name in _country():
        size = len(name)
        if tuple(word.folded for word in found[-size:]) == name:
            found = found[:-size]
    if text.isascii():
        # Written without diacritics: they speak for no name.
        return [word._replace(marked="") for word in found]
    return found


def readings(words: Sequence[Word], levels: Sequence[Level]) -> list[Reading]:
    """The ways to understand the words that name a unit, best first."""
    found = _read(words, len(words), levels, (), Reading(0, (), len(words)))
    likely = (one for one in found if any(one.units) and one.score >= _LEAST)
    return sorted(likely, key=lambda one: -one.score)


@lru_cache(maxsize=16384)
def marks(name: str) -> str:
    """A word so written that both tone styles are equal and diacritics count."""
    decomposed = unicodedata.normalize("NFD", name.casefold())
    letters = [letter for letter in decomposed if not unicodedata.combining(letter)]
    tones = sorted(letter for letter in decomposed if unicodedata.combining(letter))
    return "".join((*letters, *tones))


def _read(
    words: Sequence[Word],
    end: int,
    levels: Sequence[Level],
    above: tuple[Unit, ...],
    so_far: Reading,
) -> Iterator[Reading]:
    if not levels:
        yield so_far._replace(begin=end)
        return
    rest = levels[1:]
    yield from _read(words, end, rest, above, so_far._replace(units=(*so_far.units, ())))
    for units, begin, score in _matches(words, end, levels[0], above):
        grown = so_far._replace(score=so_far.score + score, units=(*so_far.units, units))
        yield from _read(words, begin, rest, units, grown)
    if end and not so_far.unknown:
        start = _start(words, end)
        skipped = so_far._replace(score=so_far.score + _SKIPPED, unknown=((start, end),))
        for units, begin, score in _matches(words, start, levels[0], above):
            grown = skipped._replace(score=skipped.score + score, units=(*skipped.units, units))
            yield from _read(words, begin, rest, units, grown)


def _matches(
    words: Sequence[Word], end: int, level: Level, above: tuple[Unit, ...]
) -> Iterator[tuple[tuple[Unit, ...], int, int]]:
    """Units named just before ``end``: they, where their name begins, and the score."""
    if not end:
        return
    start = _start(words, end)
    after, name_end = _kind_after(words, start, end)
    for first in range(max(start, name_end - _LONGEST), name_end):
        name = " ".join(word.folded for word in words[first:name_end])
        found = level.named(name, above)
        if not found:
            continue
        before, begin = _kind_before(words, start, first)
        loose = 0 if begin == start or before else _LOOSE
        said = before or after
        for score, units in _ranked(found, level, said, words[first:name_end]):
            yield units, begin, _LEVEL + loose + score


def _ranked(
    found: Sequence[Unit], level: Level, said: str, words: Sequence[Word]
) -> Iterator[tuple[int, tuple[Unit, ...]]]:
    """The units by how well kind and letters agree."""
    written = [word.marked for word in words]
    scores: dict[int, list[Unit]] = {}
    for unit in found:
        score = 0
        if said:
            score += _KIND if set(said) & set(level.kinds(unit)) else _OTHER_KIND
        own = [marks(word) for word in _WORDS.findall(unit.name)]
        score += _LETTERS * sum(a == b for a, b in zip(own, written, strict=False))
        scores.setdefault(score, []).append(unit)
    for score, units in scores.items():
        yield score, tuple(units)


def _start(words: Sequence[Word], end: int) -> int:
    part = words[end - 1].part
    start = end
    while start and words[start - 1].part == part:
        start -= 1
    return start


def _kind_before(words: Sequence[Word], start: int, first: int) -> tuple[str, int]:
    for size in (2, 1):
        if first - size >= start:
            said = " ".join(word.folded for word in words[first - size : first])
            if said in _words()["before"]:
                return _words()["before"][said], first - size
    return "", first


def _kind_after(words: Sequence[Word], start: int, end: int) -> tuple[str, int]:
    for size in (2, 1):
        if end - size > start:
            said = " ".join(word.folded for word in words[end - size : end])
            if said in _words()["after"]:
                return _words()["after"][said], end - size
    return "", end


def _parts(text: str) -> Iterator[tuple[int, str]]:
    begin = 0
    for part in _PARTS.split(text):
        yield begin, part
        begin += len(part) + 1


def _split(match: re.Match[str], part: int, offset: int) -> Iterator[Word]:
    raw, begin, end = match[0], offset + match.start(), offset + match.end()
    folded = fold(raw)
    numbered = _NUMBERED.fullmatch(folded)
    if numbered is not None and numbered[1] in _words()["before"]:
        yield Word(numbered[1], numbered[1], part, begin, end)
        yield Word(numbered[2], numbered[2], part, begin, end)
        return
    folded = folded.lstrip("0") if folded.isdigit() and folded.strip("0") else folded
    for word in folded.split():
        yield Word(word, marks(raw), part, begin, end)


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    """Folded words of kind before and after a name, with the letters of the kinds they mean."""
    found: dict[str, dict[str, str]] = {}
    for place in ("before", "after"):
        own = found.setdefault(place, {})
        for letter, names in told()[place].items():
            for name in names:
                own[fold(name)] = own.get(fold(name), "") + letter
    return found


@cache
def _country() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(fold(name).split()) for name in told()["country"]["names"])


@cache
def told() -> Mapping[str, Mapping[str, list[str]]]:
    """The words of ``address_words.toml``."""
    return loads((files("nguon.vn") / "data" / "address_words.toml").read_text("utf-8"))
