# SPDX-License-Identifier: Apache-2.0
"""The cells of one row become values, or are refused with the heading they stand under; pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import cache, partial
from typing import Any

import msgspec

from nguon.base.errors import NguonError
from nguon.base.quantity import Quantity
from nguon.base.time import HANOI
from nguon.codes import lots
from nguon.entries import amounts
from nguon.entries.errors import EntryError
from nguon.entries.sheets import words
from nguon.entries.sheets.names import Names
from nguon.entries.sheets.words import Columns, Kind
from nguon.registry.sheet import RowFault
from nguon.tables import cells
from nguon.tables.cells import Mark
from nguon.tables.headings import Headed
from nguon.tables.model import Remark, column_name

AT = time(6)
"""When things happened where the table says the day only."""
_SLACK = timedelta(minutes=10)
_GROWN = frozenset({Kind.DELIVERIES, Kind.HARVEST})
_AMOUNTS = frozenset({"quantity", "input_quantity", "output_quantity", "content"})
_MOST_NOTE = 500
_PERSONAL = re.compile(r"\d{12}")

Values = dict[str, Any]


class Draft(msgspec.Struct, frozen=True):
    """One row as values by field; empty cells are absent."""

    number: int
    values: Values


class Reader:
    """Reads the rows of one table; keeps the faults and what was read in one of two ways."""

    def __init__(self, kind: Kind, table: Headed, names: Names, now: datetime) -> None:
        self._kind = kind
        self._table = table
        self._names = names
        self._now = now.astimezone(HANOI).replace(second=0, microsecond=0)
        self._latest = now + _SLACK
        self.untimed: set[int] = set()
        """The rows that say a day only."""
        self._early: set[int] = set()
        self._at = cache(partial(cells.moment, at=AT))
        self._columns = {field: at for at, field in enumerate(table.fields) if field}
        self._marks = {field: self._mark(field) for field in _AMOUNTS & self._columns.keys()}
        self._doubts: dict[str, list[Any]] = {}
        self._readers: Mapping[str, Callable[[str], Any]] = {
            "grower": cache(names.grower),
            "giver": cache(names.party),
            "receiver": cache(names.party),
            "destination": cache(names.destination),
            "place": cache(names.house),
            **dict.fromkeys(("product", "input_product", "output_product"), cache(names.product)),
            **dict.fromkeys(("lot", "input_lot", "output_lot"), _lot),
            "best_before": cells.day,
            "reason": partial(_word, "reason"),
            "market": lambda cell: words.value("market", cell) or cell,
            **dict.fromkeys(("document", "order", "vehicle", "note"), _text),
        }
        self.faults: list[RowFault] = []

    def drafts(self) -> list[Draft]:
        """The rows without faults."""
        return [
            Draft(row.number, values)
            for row in self._table.rows
            if (values := self._row(row.number, row.cells)) is not None
        ]

    @property
    def remarks(self) -> list[Remark]:
        """The amounts that could have meant something else, and dates that may be swapped."""
        found = [
            Remark("tables.number-read", params, self._table.name)
            for first in self._doubts.values()
            for params in [first[0] | {"count": first[1]}]
        ]
        if self._early:
            params = {"count": len(self._early), "time": f"{self._now:%H:%M}"}
            found.append(Remark("entries.early-rows", params, self._table.name))
        return [*found, *self._swapped()]

    def heading(self, field: str) -> str:
        """The heading of a field, or its usual name where the table lacks it."""
        at = self._columns.get(field)
        return words.words(field)[0] if at is None else self._table.headings[at]

    def _row(self, number: int, row: Sequence[str]) -> Values | None:
        texts = {field: row[at] if at < len(row) else "" for field, at in self._columns.items()}
        if not any(texts.values()):
            return None
        values: Values = {}
        before = len(self.faults)
        if texts.get("day"):
            self._try(number, "day", values, partial(self._moment, texts, number))
        fields = words.columns(self._kind)
        for field, read in self._readers.items():
            cell = texts.get(field, "")
            if cell or (field == "place" and field in fields.fields):
                self._try(number, field, values, partial(read, cell))
        for field in self._marks:
            if texts[field]:
                self._try(number, field, values, partial(self._amount, field, texts, number))
        if "grower" in values:
            land = partial(self._names.land, texts.get("area", ""), values["grower"])
            self._try(number, "area", values, land)
        for field in _missing(fields, texts):
            self._fault(number, field, "registry.required", {})
        return values if len(self.faults) == before else None

    def _try(self, number: int, field: str, values: Values, read: Callable[[], Any]) -> None:
        try:
            values[field] = read()
        except NguonError as error:
            self._fault(number, field, error.code, error.params)

    def _fault(self, number: int, field: str, code: str, params: dict[str, Any]) -> None:
        if _PERSONAL.fullmatch(str(params.get("text", ""))):
            # A person's number is repeated nowhere, not even to whoever wrote it.
            code, params = "files.personal", {}
        self.faults.append(RowFault(number, self.heading(field), code, params))

    def _moment(self, texts: Mapping[str, str], number: int) -> datetime:
        at = self._at(texts["day"])
        if texts.get("time"):
            at = datetime.combine(at.date(), cells.clock(texts["time"]), HANOI)
        else:
            self.untimed.add(number)
            if at > self._now and at.date() == self._now.date():
                # Whoever records before that hour means what has just happened.
                self._early.add(number)
                return self._now
        if at > self._latest:
            raise EntryError("entries.future", day=f"{at:%d/%m/%Y}")
        return at

    def _amount(self, field: str, texts: Mapping[str, str], number: int) -> Quantity:
        cell = texts[field]
        unit = texts.get("unit", "") if field == "quantity" else ""
        default = unit or words.unit_in(self.heading(field)) or self._usual(field)
        read = cells.measure(cell, default=default, decimal=self._marks[field])
        if read.other is not None:
            known = self._doubts.setdefault(field, [self._doubt(field, number, cell, read), 0])
            known[1] += 1
        return amounts.checked(read.quantity, cell)

    def _usual(self, field: str) -> str:
        """Growers bring kilograms, and one box's content is a weight."""
        return "kg" if field == "content" or self._kind in _GROWN else ""

    def _doubt(self, field: str, number: int, cell: str, read: cells.Measured) -> dict[str, Any]:
        other = "" if read.other is None else f"{read.other.normalize():f}"
        column = column_name(self._columns[field])
        value = f"{read.number.normalize():f}".replace(".", ",")
        return {
            "column": column, "row": number, "text": cell, "read": value,
            "other": other.replace(".", ","),
        }  # fmt: skip

    def _mark(self, field: str) -> Mark | None:
        return cells.mark(self._cells(field))

    def _cells(self, field: str) -> list[str]:
        at = self._columns[field]
        return [row.cells[at] for row in self._table.rows if at < len(row.cells)]

    def _swapped(self) -> list[Remark]:
        if "day" not in self._columns:
            return []
        at = self._columns["day"]
        dates = [(r.number, r.cells[at]) for r in self._table.rows if at < len(r.cells)]
        found = cells.mixed(dates)
        if found is None:
            return []
        params = {"column": column_name(at), **found._asdict()}
        return [Remark("tables.dates-mixed", params, self._table.name)]


def _missing(columns: Columns, texts: Mapping[str, str]) -> Iterator[str]:
    """The fields that this row must have and has not; parts that belong together come whole."""
    yield from (field for field in columns.filled if not texts.get(field))
    for part in columns.parts:
        if any(texts.get(field) for field in part):
            yield from (field for field in part if not texts.get(field))
    if columns.parts and not any(texts.get(part[0]) for part in columns.parts):
        yield columns.parts[0][0]


def _text(cell: str) -> str:
    return cell[:_MOST_NOTE]


def _lot(cell: str) -> str:
    if not lots.usable(cell):
        raise EntryError(lots.why(cell), lot=cell, offered=lots.offered(cell))
    return cell


def _word(field: str, cell: str) -> str:
    found = words.value(field, cell)
    if found is None:
        raise EntryError("registry.word", text=cell, known=words.known(field))
    return found
