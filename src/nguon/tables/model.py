# SPDX-License-Identifier: Apache-2.0
"""A table as it stands in a file: sheets of rows of text cells, and what was noticed in reading."""

from typing import Any

import msgspec

from nguon.base import messages
from nguon.base.messages import Language


class Number(str):
    """A cell that the file holds as a number: plain digits, the decimal mark is a point."""

    __slots__ = ()


class Remark(msgspec.Struct, frozen=True):
    """Something the reader of the table should know: a conversion made, a cell that lost digits.

    ``sheet`` is the sheet's name; a remark about the whole file has none.
    """

    code: str
    params: dict[str, Any] = {}
    sheet: str = ""

    def text(self, language: Language) -> str:
        """What was noticed."""
        return messages.text(self.code, language, **self.params)

    def hint(self, language: Language) -> str | None:
        """What to do about it."""
        return messages.hint(self.code, language, **self.params)


class Row(msgspec.Struct, frozen=True):
    """A row that is not empty: its number as a spreadsheet counts, its cells."""

    number: int
    cells: list[str]


class Sheet(msgspec.Struct, frozen=True):
    """One sheet: its rows from top to bottom."""

    name: str
    rows: list[Row]


class Table(msgspec.Struct, frozen=True):
    """A file's sheets; ``format`` is ``xlsx``, ``xls``, ``ods``, ``csv`` or ``html``."""

    format: str
    sheets: list[Sheet]
    remarks: list[Remark]


class Limits(msgspec.Struct, frozen=True):
    """How much a file may hold."""

    octets: int = 64 * 1024 * 1024
    unpacked: int = 512 * 1024 * 1024
    rows: int = 200_000
    columns: int = 256
    cell: int = 32_767
    seconds: int = 30
    memory: int = 1024 * 1024 * 1024


def column_name(position: int) -> str:
    """How a spreadsheet names the column at a position: 0 is A, 26 is AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
