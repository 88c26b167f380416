# SPDX-License-Identifier: Apache-2.0
"""A table of master data: what its columns mean, its rows by field, every fault of form named."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import msgspec

from nguon.base import messages
from nguon.base.messages import Language
from nguon.registry import words
from nguon.registry.errors import RegistryError
from nguon.registry.model import Register
from nguon.tables import headings, reading
from nguon.tables.errors import TableError
from nguon.tables.headings import Headed
from nguon.tables.model import Table


class RowFault(msgspec.Struct, frozen=True):
    """One thing wrong: the row as a spreadsheet counts, the heading."""

    row: int
    column: str
    code: str
    params: dict[str, Any] = {}

    def text(self, language: Language) -> str:
        """Where it is and what is wrong."""
        what = messages.text(self.code, language, **self.params)
        where = "registry.at-cell" if self.column else "registry.at-row"
        return messages.text(where, language, row=self.row, column=self.column, what=what)

    def hint(self, language: Language) -> str | None:
        """What to do about it."""
        return messages.hint(self.code, language, **self.params)


class SheetRow(msgspec.Struct, frozen=True):
    """The cells of a row by field; an empty cell is ``""``."""

    number: int
    cells: Mapping[str, str]


class Sheet(msgspec.Struct, frozen=True):
    """A table: its headings by field, its rows, and what is wrong with its form."""

    headings: Mapping[str, str]
    rows: list[SheetRow]
    faults: list[RowFault]
    number: int = 1
    """The row of the headings."""


def read(register: Register, source: str | bytes | Table) -> Sheet:
    """A table from a file, its columns known by their headings; empty rows are left out.

    Raises `RegistryError` where there is no table.
    """
    try:
        table = source if isinstance(source, Table) else _table(source)
    except TableError as error:
        if error.code == "tables.empty":
            known = words.headings(register)
            raise RegistryError("registry.empty", known=known) from error
        raise RegistryError(error.code, **error.params) from error
    return of(register, headings.headed(table, partial(words.column, register)))


def of(register: Register, table: Headed) -> Sheet:
    """A table whose columns are known, by field."""
    fields = table.fields
    faults = list(_heading_faults(register, table))
    rows = []
    for row in table.rows:
        cells = row.cells
        if len(cells) > len(fields) and any(cells[len(fields) :]):
            most = len(fields)
            last = table.headings[-1]
            faults.append(RowFault(row.number, last, "registry.extra-cells", {"most": most}))
        padded = [*cells, *[""] * (len(fields) - len(cells))]
        told = [(field, cell) for field, cell in zip(fields, padded, strict=False) if field]
        if any(cell for _, cell in told):
            rows.append(SheetRow(row.number, dict(told)))
    named = {f: heading for f, heading in zip(fields, table.headings, strict=True) if f}
    return Sheet(named, rows, faults, table.number)


def _table(source: str | bytes) -> Table:
    return reading.read(source.encode("utf-8", "replace") if isinstance(source, str) else source)


def _heading_faults(register: Register, table: Headed) -> Iterator[RowFault]:
    known = words.headings(register)
    for position, (heading, field) in enumerate(zip(table.headings, table.fields, strict=True)):
        if field is None:
            yield RowFault(table.number, heading, "registry.unknown-column", {"known": known})
        elif field and field in table.fields[:position]:
            yield RowFault(table.number, heading, "registry.repeated-column")
