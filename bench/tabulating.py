# SPDX-License-Identifier: Apache-2.0
"""Tables read, understood and checked against the registers, beside reading them alone."""

import io
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import python_calamine

from bench.report import Row
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.cli.demonstration import default_folder
from nguon.entries import imports
from nguon.entries.service import Sending
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.registry.model import Register
from nguon.registry.service import import_csv
from nguon.store import Store, open_store
from nguon.store import registry as rows_of
from nguon.tables.headings import headed
from nguon.tables.reading import read
from nguon.tables.writing import Page, xlsx

SIZE = 20_000
_COOPERATIVE = "htx-nhan-tan-hung"
_MASTER = ("to-chuc", "dia-diem", "san-pham")


def rows(name: str, url: str, folder: Path) -> Iterator[Row]:
    """A list of new households and a sheet of deliveries, looked at as in the preview."""
    with open_store(url) as store:
        for register, file in zip(Register, _MASTER, strict=False):
            import_csv(store, register, default_folder() / "master" / f"{file}.csv")
        capture = CaptureService(store, folder / "spool", Limits(2**24, 10_000, 10_000, 2**24), 0)
        sending = Sending(store, capture, _manager(store), "http://localhost:8000")
        for kind, data in (("organisation", _households()), ("deliveries", _deliveries())):
            floor = _rate(lambda data=data: _plainly(data))  # type: ignore[misc]
            rate = _rate(lambda kind=kind, data=data: _look(sending, kind, data))  # type: ignore[misc]
            what = f"{name}: XLSX of {SIZE:,} rows ({kind}) read, understood, checked"
            yield Row(what, rate, "rows/s", floor, "calamine's rows")
        capture.close()


def _manager(store: Store) -> Principal:
    with store.reading() as connection:
        number = rows_of.organisation_ids(connection, [_COOPERATIVE])[_COOPERATIVE]
    scopes = frozenset({Scope.CAPTURE, Scope.READ, Scope.REGISTRY})
    return Principal(number, "bench", KeyKind.MEMBER, scopes, strict=True)


def _look(sending: Sending, kind: str, data: bytes) -> None:
    table = headed(read(data), imports.field_of(kind))
    found = imports.look(sending, kind, table, datetime(2026, 7, 29, tzinfo=UTC))
    assert found.created == SIZE, found.faults[:3]


def _plainly(data: bytes) -> None:

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert len(list(book.get_sheet_by_index(0).iter_rows())) == SIZE + 1


def _rate(work: Callable[[], Any]) -> float:
    """Rows a second, best of three."""
    best = 0.0
    for _ in range(3):
        begin = time.perf_counter()
        work()
        best = max(best, SIZE / (time.perf_counter() - begin))
    return best


def _households() -> bytes:
    head = ["mã", "loại", "tên", "địa chỉ", "xã", "mã số thuế", "hợp tác xã"]
    body: list[Sequence[str]] = [
        [f"h-{i}", "hộ", f"Hộ ông Nguyễn Văn {i}", "Thôn Nội", "11977", f"0010{i:08}", _COOPERATIVE]
        for i in range(SIZE)
    ]
    return xlsx([Page("x", head, body)])


def _deliveries() -> bytes:
    head = ["STT", "Ngày", "Mã hộ", "Sản phẩm", "Nơi nhận", "Số lô", "Khối lượng (kg)"]
    fruit, house = "9521101000016", "9521101000016"
    body: list[Sequence[str | int]] = [
        [i, "28/07/2026", f"ho-th-{i % 17 + 1:02}", fruit, house, f"H{i}", f"{i % 900 + 1},5"]
        for i in range(SIZE)
    ]
    return xlsx([Page("x", head, body)])
