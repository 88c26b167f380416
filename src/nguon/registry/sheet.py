# SPDX-License-Identifier: Apache-2.0
"""A CSV table as people save it, read into rows of fields with every fault named; pure."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from nguon.base import messages
from nguon.base.messages import Language
from nguon.registry import words
from nguon.registry.errors import RegistryError
from nguon.registry.model import Register

_DELIMITERS = ",;\t"
_MOST_ROWS = 200_000


class RowFault(msgspec.Struct, frozen=True):
    """One thing wrong: the row as a spreadsheet counts (headings are row 1), the heading."""

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


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8 or UTF-16 with a mark; raises `RegistryError`."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise RegistryError("registry.encoding") from error


def read(register: Register, text: str) -> Sheet:
    """Read a table separated by commas, semicolons or tabs; empty rows are left out.

    Raises `RegistryError` where there is no table: ``registry.empty``,
    ``registry.csv``, ``registry.too-many-rows``.
    """
    text = text.removeprefix("\ufeff")
    head = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        records = list(_records(text, delimiter))
    except csv.Error as error:
        raise RegistryError("registry.csv", reason=str(error)) from error
    if not records:
        raise RegistryError("registry.empty", known=words.headings(register))
    if len(records) > _MOST_ROWS:
        raise RegistryError("registry.too-many-rows", most=_MOST_ROWS)
    return _sheet(register, records)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for number, record in enumerate(reader, start=1):
        cells = [cell.strip() for cell in record]
        if any(cells):
            yield number, cells


def _sheet(register: Register, records: list[tuple[int, list[str]]]) -> Sheet:
    (number, head), *body = records
    fields = [words.column(register, heading) for heading in head]
    faults = list(_heading_faults(register, number, head, fields))
    rows = []
    for row, cells in body:
        if len(cells) > len(head):
            faults.append(RowFault(row, head[-1], "registry.extra-cells", {"most": len(head)}))
        padded = [*cells, *[""] * (len(head) - len(cells))]
        named = zip(fields, padded, strict=False)
        rows.append(SheetRow(row, {field: cell for field, cell in named if field}))
    headings = {f: heading for f, heading in zip(fields, head, strict=True) if f is not None}
    return Sheet(headings, rows, faults)


def _heading_faults(
    register: Register, row: int, head: list[str], fields: list[str | None]
) -> Iterator[RowFault]:
    known = words.headings(register)
    for position, (heading, field) in enumerate(zip(head, fields, strict=True)):
        if field is None:
            yield RowFault(row, heading, "registry.unknown-column", {"known": known})
        elif field in fields[:position]:
            yield RowFault(row, heading, "registry.repeated-column")
