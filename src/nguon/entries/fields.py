# SPDX-License-Identifier: Apache-2.0
"""The texts of a form on their way to values: what is wrong is kept beside its field."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TypeVar

from nguon.base.errors import NguonError
from nguon.base.quantity import Quantity
from nguon.base.time import HANOI
from nguon.codes import lots
from nguon.entries import amounts, days
from nguon.entries.errors import EntryError, FieldFault
from nguon.entries.scanning import scanned
from nguon.tables import cells
from nguon.tables.errors import TableError

_ChoiceT = TypeVar("_ChoiceT")


class Fields:
    """Reads fields by name and gathers the faults; a missing value is None and has its fault."""

    def __init__(self, texts: Mapping[str, str], now: datetime) -> None:
        self._texts = texts
        self.now = now
        self.faults: list[FieldFault] = []

    def text(self, name: str) -> str:
        """As it was typed; empty where it was not."""
        return self._texts.get(name, "")

    def names(self, prefix: str) -> list[str]:
        """The filled fields whose names begin so, without the prefix, as they came."""
        return [
            name.removeprefix(prefix)
            for name, text in self._texts.items()
            if name.startswith(prefix) and text
        ]

    def fault(self, field: str, code: str, **params: object) -> None:
        """Note what is wrong with a field."""
        self.faults.append(FieldFault(field, code, dict(params)))

    def moment(self, day: str = "day", time: str = "time") -> datetime | None:
        """The moment of two fields; the day is asked for, the time may be left out."""
        found = self.day(day)
        try:
            at = cells.clock(self.text(time)) if self.text(time) else None
            return None if found is None else days.moment(found, at, self.now)
        except TableError as error:
            self._refused(time, error)
        except EntryError as error:
            self._refused(day, error)
        return None

    def day(self, name: str, *, required: bool = True) -> date | None:
        """A day."""
        text = self.text(name)
        if not text:
            if required:
                self.fault(name, "entries.day-missing")
            return None
        try:
            return days.read_day(text, self.now.astimezone(HANOI).date())
        except (EntryError, TableError) as error:
            self._refused(name, error)
            return None

    def quantity(self, name: str, unit: str) -> Quantity | None:
        """An amount; nothing where nothing was typed, which is for the caller to judge."""
        text = self.text(name)
        if not text:
            return None
        try:
            return amounts.read(text, unit)
        except (EntryError, TableError) as error:
            self._refused(name, error)
            return None

    def count(self, name: str, most: int) -> int | None:
        """A whole number up to a limit."""
        text = self.text(name)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and int(text[:9]) <= most):
            self.fault(name, "entries.count", text=text, most=most)
            return None
        return int(text)

    def lot(self, name: str) -> str | None:
        """A lot number that a code can carry."""
        text = self.text(name)
        if not text:
            self.fault(name, "entries.lot-missing")
            return None
        if not lots.usable(text):
            self.fault(name, lots.why(text), lot=text, offered=lots.offered(text))
            return None
        return text

    def item(self, name: str) -> str | None:
        """A code as scanned or typed."""
        try:
            return scanned(self.text(name))
        except (EntryError, TableError) as error:
            self._refused(name, error)
            return None

    def chosen(
        self, name: str, options: Iterable[tuple[str, _ChoiceT]], missing: str
    ) -> _ChoiceT | None:
        """One of some options by its key."""
        text = self.text(name)
        for key, value in options:
            if key == text:
                return value
        self.fault(name, missing)
        return None

    def _refused(self, name: str, error: NguonError) -> None:
        self.faults.append(FieldFault(name, error.code, error.params))
