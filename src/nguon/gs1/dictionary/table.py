# SPDX-License-Identifier: Apache-2.0
"""The table of application identifiers, read from its data file once."""

import re
from functools import cache
from importlib.resources import files

from nguon.gs1.dictionary.components import read_components
from nguon.gs1.dictionary.identifiers import ApplicationIdentifier, Condition

DATE = "2026-07-27"
"""The day of GS1's syntax dictionary that the table follows."""

_NOTHING = "-"
_KEY_ALONE = "key"
_ANY = "n"


def find(code: str) -> ApplicationIdentifier | None:
    """The application identifier of this code, or None when there is none."""
    return table().get(code)


@cache
def table() -> dict[str, ApplicationIdentifier]:
    """All application identifiers, by code."""
    text = (files("nguon.gs1") / "data" / "application_identifiers.tsv").read_text("utf-8")
    rows = [row.split("\t") for row in text.splitlines() if not row.startswith("#")]
    every = tuple(code for row in rows for code in _codes(row[0]))
    known: dict[str, ApplicationIdentifier] = {}
    for row in rows:
        known |= _identifiers(row, every)
    return known


@cache
def _lengths() -> dict[str, int]:
    """How many digits the application identifiers have that begin with these two."""
    return {code[:2]: len(code) for code in table()}


def code_at(text: str, at: int) -> str:
    """The digits that must be an application identifier at this place of an element string.

    What begins like none is given back as its first two characters.
    """
    start = text[at : at + 2]
    return text[at : at + _lengths().get(start, 2)]


def _codes(written: str) -> list[str]:
    first, _, last = written.partition("-")
    numbers = range(int(first), int(last or first) + 1)
    return [str(number).zfill(len(first)) for number in numbers]


def _identifiers(row: list[str], every: tuple[str, ...]) -> dict[str, ApplicationIdentifier]:
    marks, components, needs, bars, qualifiers, title = (
        "" if field == _NOTHING else field for field in row[1:]
    )
    parts = read_components(components)
    requires = tuple(_condition(written, every) for written in needs.split())
    barred = frozenset[str]().union(*(_matching(ai, every) for ai in bars.split(",") if ai))
    return {
        code: ApplicationIdentifier(
            code=code,
            title=title,
            components=parts,
            predefined_length="f" in marks,
            in_link="l" in marks,
            needs=needs,
            bars=bars,
            requires=requires,
            excludes=barred - {code},
            sequences=_sequences(qualifiers),
        )
        for code in _codes(row[0])
    }


def _condition(written: str, every: tuple[str, ...]) -> Condition:
    return tuple(
        tuple(_matching(pattern, every) for pattern in alternative.split("+"))
        for alternative in written.split(",")
    )


@cache
def _matching(pattern: str, every: tuple[str, ...]) -> frozenset[str]:
    """The codes of a pattern such as ``31nn``."""
    if _ANY not in pattern:
        return frozenset({pattern})
    form = re.compile(pattern.replace(_ANY, "[0-9]"))
    return frozenset(code for code in every if form.fullmatch(code))


def _sequences(written: str) -> tuple[tuple[str, ...], ...] | None:
    if not written:
        return None
    if written == _KEY_ALONE:
        return ()
    return tuple(tuple(sequence.split(",")) for sequence in written.split("|"))
