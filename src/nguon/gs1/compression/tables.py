# SPDX-License-Identifier: Apache-2.0
"""The tables of the compression: lengths of identifiers, forms of values, sequences."""

import math
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple


class Part(NamedTuple):
    """A component of a value.

    ``counted`` is how many bits tell its length, 0 where the length is fixed;
    ``length`` is the fixed or the greatest one.
    """

    numeric: bool
    length: int
    counted: int


def _codes(written: str) -> Iterator[str]:
    for word in written.split():
        first, _, last = word.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield str(number).zfill(len(first))


def _part(written: str) -> Part:
    length = int(written[1:].removeprefix(".."))
    counted = length.bit_length() if ".." in written else 0
    return Part(written[0] == "n", length, counted)


def _load() -> None:
    rows = (files("nguon.gs1") / "data" / "compression.tsv").read_text("utf-8").splitlines()
    for row in rows:
        if row.startswith("#"):
            continue
        kind, key, value = row.split("\t")
        if kind == "sequence":
            SEQUENCES[int(key, 16)] = tuple(value.split())
        elif kind == "prefix":
            PREFIX_LENGTHS.update((code, int(value)) for code in _codes(key))
        else:
            parts = tuple(map(_part, value.split()))
            FORMATS.update((code, parts) for code in _codes(key))


PREFIX_LENGTHS: dict[str, int] = {}
"""How many digits an identifier has, by its first two (table P)."""

FORMATS: dict[str, tuple[Part, ...]] = {}
"""The components of a value, by application identifier (table F)."""

SEQUENCES: dict[int, tuple[str, ...]] = {}
"""The identifiers that a code of eight bits stands for (the table of optimisations)."""

_load()

DIGIT_BITS = tuple(math.ceil(digits * math.log2(10) + 0.01) for digits in range(129))
"""How many bits a number of so many decimal digits takes."""

CONTESTED = {code: tuple(sorted(SEQUENCES[code])) for code in (0x1A, 0x9D)}
"""Two sequences that GS1's own toolkit writes sorted, not in the order of the table."""

OTHER = 0xF
"""The first four bits of a pair of the query that is not GS1's."""
