# SPDX-License-Identifier: Apache-2.0
"""What the pages about files show: a table as it was understood, its faults in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from nguon.base.messages import Language, text
from nguon.base.quantity import Quantity
from nguon.entries import imports
from nguon.entries.hand import lot_of
from nguon.entries.imports import Outcome
from nguon.entries.service import Sending
from nguon.registry.sheet import RowFault
from nguon.tables.headings import Headed, headed
from nguon.tables.model import Remark, column_name
from nguon.tables.reading import read
from nguon.tables.writing import Page, xlsx
from nguon.web.problems import advice, words
from nguon.web.work.entries_words import amount

_SHOWN_ROWS = 8
_SHOWN_FAULTS = 100
_SHOWN_CELL = 60


@dataclass(frozen=True, slots=True)
class Told:
    """A fault in words."""

    row: int
    column: str
    what: str
    hint: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its letter and heading, what it means, whether that had to be guessed at."""

    position: int
    letter: str
    heading: str
    field: str
    unknown: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as it was understood, and what taking it would do."""

    table: Headed
    outcome: Outcome
    remarks: tuple[Remark, ...] = ()
    columns: list[Column] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        """Whether it can be taken and would do something."""
        return not self.outcome.faults

    @property
    def rows(self) -> list[tuple[int, list[str]]]:
        """The first rows, their cells cut short."""
        width = len(self.table.headings)
        return [
            (row.number, [_short(cell) for cell in (*row.cells, *[""] * width)][:width])
            for row in self.table.rows[:_SHOWN_ROWS]
        ]


def understood(
    kind: str, data: bytes, chosen: Mapping[int, str]
) -> tuple[Headed, list[Column], Any]:
    """The table of a file, its columns; unknown ones are left out until somebody says better.

    Raises `TableError`.
    """
    table = read(data)
    first = headed(table, imports.field_of(kind))
    unknown = {at for at, name in enumerate(first.fields) if name is None} - chosen.keys()
    known = {name.name for name in imports.fields(kind)}
    wanted = {at: name for at, name in chosen.items() if name in known or not name}
    found = headed(table, imports.field_of(kind), {**dict.fromkeys(unknown, ""), **wanted})
    columns = [
        Column(at, column_name(at), heading, name or "", unknown=at in unknown)
        for at, (heading, name) in enumerate(zip(found.headings, found.fields, strict=True))
    ]
    return found, columns, table.remarks


def seen(sending: Sending, kind: str, data: bytes, chosen: Mapping[int, str]) -> Seen:
    """A file as it was understood; raises `TableError`."""
    table, columns, remarks = understood(kind, data, chosen)
    outcome = imports.look(sending, kind, table, datetime.now(UTC))
    return Seen(table, outcome, (*remarks, *outcome.remarks), columns)


def told(faults: Iterable[RowFault], language: Language, most: int = _SHOWN_FAULTS) -> list[Told]:
    """Faults in words, the first ones."""
    return [
        Told(
            fault.row,
            fault.column,
            words(fault.code, language, _plain(fault.params, language)),
            advice(fault.code, language, _plain(fault.params, language)),
        )
        for fault in islice(faults, most)
    ]


def _plain(params: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Amounts with their unit, lots by their number."""
    unit = str(params.get("unit", "KGM"))
    return {
        name: amount(Quantity(value, unit), language)
        if isinstance(value, Decimal)
        else lot_of(value)
        if name == "item" and "/" in str(value)
        else value
        for name, value in params.items()
    }


def remarked(remarks: Sequence[Remark], language: Language) -> list[tuple[str, str | None]]:
    """What was noticed in reading, in words."""
    several = len({remark.sheet for remark in remarks if remark.sheet}) > 1
    return [
        (
            f"{one.sheet}: {one.text(language)}" if several and one.sheet else one.text(language),
            one.hint(language),
        )
        for one in remarks
    ]


def with_errors(table: Headed, faults: Sequence[RowFault], language: Language) -> bytes:
    """The table once more as XLSX, each row with what is wrong with it in a column of its own."""
    by_row: dict[int, list[str]] = defaultdict(list)
    for one in told(faults, language, len(faults)):
        where = f"{one.column}: " if one.column else ""
        by_row[one.row].append(" ".join(filter(None, (f"{where}{one.what}", one.hint))))
    of_form = [message for row, some in by_row.items() if row <= table.number for message in some]
    width = len(table.headings)
    rows = [
        [*[*row.cells, *[""] * width][:width], str(row.number), "\n".join(by_row[row.number])]
        for row in table.rows
    ]
    head = [*table.headings, text("files.row", language), text("files.errors", language)]
    if of_form:
        rows = [[*[""] * width, str(table.number), "\n".join(of_form)], *rows]
    return xlsx([Page(text("files.errors", language), head, rows, wrapped=True)])


def _short(cell: str) -> str:
    return cell if len(cell) <= _SHOWN_CELL else f"{cell[:_SHOWN_CELL]}…"
