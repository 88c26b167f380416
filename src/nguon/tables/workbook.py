# SPDX-License-Identifier: Apache-2.0
"""Spreadsheets and pages read in a process of their own, which has bounds on memory and time.

A few bytes can claim a sheet of 17 billion cells; what reads them may end, the
server may not. ``python -m nguon.tables.workbook`` takes the file on its
standard input and answers with MessagePack: sheets, or a fault.
"""

import io
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from nguon.tables import markup
from nguon.tables.errors import TableError
from nguon.tables.model import Limits

Cell = str | float
Rows = list[tuple[int, list[Cell]]]


class Raw(msgspec.Struct, array_like=True):
    """One sheet as the file has it: rows with their numbers, merged ranges (rows, columns)."""

    name: str
    rows: Rows
    merged: list[tuple[tuple[int, int], tuple[int, int]]]


class Answer(msgspec.Struct, array_like=True):
    """What the process found; ``fault`` is a message's code."""

    sheets: list[Raw]
    fault: str = ""
    params: dict[str, Any] = {}


def read(data: bytes, limits: Limits) -> list[Raw]:
    """The sheets that are shown, of an XLSX, XLS or ODS file, or the tables of an HTML page.

    Raises `TableError`.
    """
    bounds = msgspec.json.encode(limits).decode()
    command = [sys.executable, "-P", "-m", "nguon.tables.workbook", bounds]
    try:
        # What is run is this module; the file comes on the standard input.
        done = subprocess.run(  # noqa: S603
            command, input=data, capture_output=True, timeout=limits.seconds * 2, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TableError("tables.heavy") from error
    if done.returncode:
        raise TableError("tables.heavy")
    answer = msgspec.msgpack.decode(done.stdout, type=Answer)
    if answer.fault:
        raise TableError(answer.fault, **answer.params)
    return answer.sheets


def _answer(data: bytes, limits: Limits) -> Answer:
    import python_calamine as calamine

    try:
        if data[:1] == b"<":
            return Answer([Raw("", markup.records(data.decode(), limits), [])])
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            shown = [
                position
                for position, about in enumerate(book.sheets_metadata)
                if about.typ is calamine.SheetTypeEnum.WorkSheet
                and about.visible is calamine.SheetVisibleEnum.Visible
            ]
            return Answer([_sheet(book.get_sheet_by_index(i), limits) for i in shown])
    except calamine.PasswordError:
        return Answer([], "tables.locked")
    except TableError as error:
        return Answer([], error.code, error.params)
    except MemoryError:
        return Answer([], "tables.heavy")
    except BaseException:  # noqa: BLE001 - a reader that panics raises no Exception
        return Answer([], "tables.broken")


def _sheet(sheet: Any, limits: Limits) -> Raw:
    merged = list(sheet.merged_cell_ranges or ())[: limits.rows]
    return Raw(sheet.name, list(_rows(sheet.iter_rows(), limits)), merged)


def _rows(rows: Iterable[list[Any]], limits: Limits) -> Iterator[tuple[int, list[Cell]]]:
    count = 0
    for number, values in enumerate(rows, start=1):
        while values and values[-1] in ("", None):
            values.pop()
        if not values:
            continue
        count += 1
        if count > limits.rows:
            raise TableError("tables.rows", most=limits.rows)
        if len(values) > limits.columns:
            raise TableError("tables.columns", most=limits.columns, row=number)
        yield number, [v if type(v) in (str, float) else _plain(v) for v in values]


def _plain(value: Any) -> Cell:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return float(value)
        case datetime():
            whole = value.time() == time()
            return value.date().isoformat() if whole else value.isoformat(" ", "minutes")
        case time():
            return value.isoformat("minutes")
        case date():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return str(value)


def _bound(limits: Limits) -> None:
    with suppress(ImportError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """The process: file in, sheets out."""
    limits = msgspec.json.decode(sys.argv[1], type=Limits)
    _bound(limits)
    answer = _answer(sys.stdin.buffer.read(), limits)
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


if __name__ == "__main__":
    main()
