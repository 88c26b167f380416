# SPDX-License-Identifier: Apache-2.0
"""A Digital Link that has been read, and which paths there are."""

from functools import cache
from itertools import combinations
from typing import NamedTuple

from nguon.gs1.dictionary import table
from nguon.gs1.element import Element


class Link(NamedTuple):
    """What a Digital Link says.

    ``path``: the primary key, then its qualifiers. ``query``: the attributes, in
    order. ``stem``: what comes before the primary key, without a closing slash.
    ``ignored``: parameters of the query that are no application identifiers, names and
    values as they stand there.
    """

    path: tuple[Element, ...]
    query: tuple[Element, ...]
    stem: str
    ignored: tuple[tuple[str, str], ...]

    @property
    def key(self) -> Element:
        """The primary key."""
        return self.path[0]

    @property
    def elements(self) -> tuple[Element, ...]:
        """All elements: those of the path, then those of the query."""
        return self.path + self.query


@cache
def paths() -> dict[tuple[str, ...], frozenset[str]]:
    """Every sequence of application identifiers that a path may have.

    With each, those that would have to stand in the path: not in the query.
    """
    found: dict[tuple[str, ...], set[str]] = {}
    for key, identifier in table().items():
        if identifier.sequences is None:
            continue
        for sequence in identifier.sequences or ((),):
            for count in range(len(sequence) + 1):
                for qualifiers in combinations(sequence, count):
                    found.setdefault((key, *qualifiers), set()).update(sequence)
    return {codes: frozenset(belonging) for codes, belonging in found.items()}
