# SPDX-License-Identifier: Apache-2.0
"""Tables in HTML pages, which much office software saves under the name ``.xls``."""

from html.parser import HTMLParser

from nguon.tables.errors import TableError
from nguon.tables.model import Limits


def records(text: str, limits: Limits) -> list[tuple[int, list[str | float]]]:
    """The rows of all tables of the page, numbered from the first; raises `TableError`."""
    parser = _Rows(limits)
    parser.feed(text)
    parser.close()
    if not parser.rows:
        raise TableError("tables.kind")
    return [(number, row) for number, row in enumerate(parser.rows, start=1) if any(row)]


class _Rows(HTMLParser):
    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self.rows: list[list[str | float]] = []
        self._limits = limits
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]], /) -> None:
        if tag == "tr":
            self._end_cell()
            if len(self.rows) == self._limits.rows:
                raise TableError("tables.rows", most=self._limits.rows)
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self._end_cell()
            if len(self.rows[-1]) == self._limits.columns:
                number = len(self.rows)
                raise TableError("tables.columns", most=self._limits.columns, row=number)
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None:
            self.rows[-1].append(" ".join("".join(self._cell).split()))
            self._cell = None
