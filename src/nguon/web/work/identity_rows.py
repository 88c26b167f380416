# SPDX-License-Identifier: Apache-2.0
"""Rows of codes as people paste them (tabs or semicolons, one code a line) or file them."""

from collections.abc import Sequence
from functools import cache

from nguon.base.errors import Fault, NguonError
from nguon.base.messages import LANGUAGES, text
from nguon.registry.bridge.model import Claim, System
from nguon.tables import reading as tables
from nguon.tables.cells import day
from nguon.tables.errors import TableError
from nguon.tables.model import Limits

_LEAST, _MOST = 4, 6
_LIMITS = Limits(octets=4 * 1024 * 1024, rows=2000, columns=32)
Lines = list[tuple[int, list[str]]]
Numbered = list[tuple[int, Claim]]
Faults = list[tuple[int, Fault]]


def pasted(text: str) -> Lines:
    """The cells of pasted lines with the lines' numbers."""
    numbered = enumerate(text.splitlines(), 1)
    return [(n, line.split("\t" if "\t" in line else ";")) for n, line in numbered if line.strip()]


def filed(content: bytes) -> Lines:
    """The cells of a file's first sheet without its headings; raises `TableError`."""
    sheets = tables.read(content, _LIMITS).sheets
    found = [(row.number, row.cells) for row in sheets[0].rows] if sheets else []
    headed = found and found[0][1][0].strip().casefold() not in _kinds()
    return found[1:] if headed else found


def read(lines: Lines) -> tuple[Numbered, Faults]:
    """The mappings of lines with their numbers, and what is wrong with others."""
    found, faults = Numbered(), Faults()
    for number, cells in lines:
        try:
            found.append((number, _claim(cells)))
        except NguonError as error:
            faults.append((number, Fault("", error.code, error.params)))
    return found, faults


def placed(faults: Sequence[Fault], lines: Numbered) -> Faults:
    """Faults of a table with the numbers of their lines."""
    return [(lines[int(fault.pointer.split("/")[1])][0], fault) for fault in faults]


def _claim(given: Sequence[str]) -> Claim:
    cells = [cell.strip() for cell in given]
    while len(cells) > _LEAST and not cells[-1]:
        cells.pop()
    if not _LEAST <= len(cells) <= _MOST:
        raise TableError("bridge.row-shape", count=len(cells))
    kind, source, foreign_id, item = cells[:_LEAST]
    system = _kinds().get(kind.casefold())
    if system is None:
        raise TableError("bridge.row-kind", named=kind)
    days = [day(cell) if cell else None for cell in (*cells[_LEAST:], "", "")]
    return Claim(
        system=system,
        source=source,
        foreign_id=foreign_id,
        item=item,
        valid_from=days[0],
        valid_to=days[1],
    )


@cache
def _kinds() -> dict[str, System]:
    """Kinds by the words that people write for them, in either language."""
    named = {
        text(f"bridge.kind-{system}", language).casefold(): system
        for language in LANGUAGES
        for system in System
    }
    return named | {system.value: system for system in System}
