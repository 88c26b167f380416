# SPDX-License-Identifier: Apache-2.0
"""Logs for tests: over a store, files in a folder of the test, a clock that the test moves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nguon.store import Store
from nguon.tlog.model import LogFiles
from nguon.tlog.service import Tlog
from tests.records import PACKER, make_record

BASE_URL = "https://nguon.example.vn"
NOW = 1_790_000_000


def files_in(folder: Path) -> LogFiles:
    """The files of a log in a folder."""
    return LogFiles(
        folder / "log", folder / "log-state.sqlite", folder / "log.key", folder / "log.policy"
    )


def made(store: Store, folder: Path, base_url: str = BASE_URL) -> Tlog:
    """A log over a store, with its own view of the files, as another process would have."""
    return Tlog(store, files_in(folder), base_url, clock=lambda: NOW)


def record(store: Store, first: int, count: int = 1) -> None:
    """Have events recorded, each with numbers of its own."""
    records = [make_record(number * 10) for number in range(first, first + count)]
    store.writer.submit(records, PACKER).result(60)


@pytest.fixture
def tlog(store: Store, tmp_path: Path) -> Iterator[Tlog]:
    """A log over the test's store; `Tlog.turn` signs."""
    one = made(store, tmp_path)
    yield one
    one.close()
