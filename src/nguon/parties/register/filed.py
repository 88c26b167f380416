# SPDX-License-Identifier: Apache-2.0
"""A register in a file, CSV or TOML, with its history: for demonstrations, tests, small offices.

A business has one row for each time that something changed, each saying ``from``
when it holds. The file is read again whenever it is another.
"""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nguon.base.time import HANOI
from nguon.parties.register.errors import RegisterError, RegisterUnreachableError
from nguon.parties.register.form import Written, enterprise_code, entry, written
from nguon.parties.register.model import RegisterEntry

MOST_OCTETS = 64 << 20
_Mark = tuple[int, int, int]


class FileRegister:
    """The businesses in a file; safe for use from many threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[_Mark, date, dict[str, list[Written]]] | None = None

    def look_up(self, code: str, as_of: date | None = None) -> RegisterEntry | None:
        """What the file says of a code, now or on a day, as of the day the file was written.

        Raises:
            RegisterUnreachableError: the file cannot be read.
            RegisterError: it is not as described, with the row; or the code is none.
        """
        asked = enterprise_code(code)
        written_on, businesses = self._businesses()
        day = as_of or datetime.now(HANOI).date()
        rows = [one for one in businesses.get(asked, ()) if (one.begins or date.min) <= day]
        if not rows:
            return None
        found = max(rows, key=lambda one: one.begins or date.min)
        return entry(found, as_of=as_of or written_on, source=self.path.name)

    def _businesses(self) -> tuple[date, dict[str, list[Written]]]:
        try:
            found = self.path.stat()
            mark = found.st_mtime_ns, found.st_ino, found.st_size
            if self._read is None or self._read[0] != mark:
                if found.st_size > MOST_OCTETS:
                    raise RegisterError("register.large", megabytes=MOST_OCTETS >> 20)
                written_on = datetime.fromtimestamp(found.st_mtime, HANOI).date()
                self._read = mark, written_on, _grouped(self.path)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise RegisterUnreachableError("register.unreachable", reason=reason) from error
        return self._read[1], self._read[2]


def _grouped(path: Path) -> dict[str, list[Written]]:
    grouped: dict[str, list[Written]] = {}
    for number, values in _rows(path):
        try:
            row = written(values)
        except RegisterError as error:
            reason = error.params.get("reason", error.code)
            raise RegisterError("register.row", row=number, reason=reason) from error
        grouped.setdefault(row.code, []).append(row)
    return grouped


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The rows with their numbers: of a table as a spreadsheet counts, else from 1."""
    octets = path.read_bytes()
    try:
        text = octets.decode("utf-8-sig")
        if path.suffix.lower() == ".toml":
            businesses = tomllib.loads(text).get("business", [])
            yield from enumerate(map(dict, businesses), 1)
        else:
            for number, row in enumerate(csv.DictReader(text.splitlines()), 2):
                yield number, {name.strip(): value for name, value in row.items() if name}
    except (ValueError, TypeError, AttributeError, csv.Error) as error:
        raise RegisterError("register.form", reason=type(error).__name__) from error
