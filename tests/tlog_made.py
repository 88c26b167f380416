# SPDX-License-Identifier: Apache-2.0
"""Logs for tests: over a store, files in a folder of the test, a clock that the test moves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from nguon.store import Store
from nguon.store.schema import event, event_digest, event_item, event_term, log, log_head
from nguon.store.shard_tables import log_shard
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


def put_back(store: Store, seq: int) -> None:
    """The database as it was at this entry."""
    with store.transaction() as connection:
        late = select(log.c.event).where(log.c.seq > seq).scalar_subquery()
        for table, column in (
            (event, event.c.id),
            (event_item, event_item.c.event),
            (event_term, event_term.c.event),
            (event_digest, event_digest.c.event),
        ):
            connection.execute(delete(table).where(column.in_(late)))
        connection.execute(delete(log).where(log.c.seq > seq))
        connection.execute(update(log_head).values(seq=seq))
        connection.execute(delete(log_shard).where(log_shard.c.first > seq + 1))
        connection.execute(update(log_shard).where(log_shard.c.last > seq).values(last=None))


@pytest.fixture
def tlog(store: Store, tmp_path: Path) -> Iterator[Tlog]:
    """A log over the test's store; `Tlog.turn` signs."""
    one = made(store, tmp_path)
    yield one
    one.close()
