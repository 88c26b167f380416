# SPDX-License-Identifier: Apache-2.0
"""What the log costs a capture: the same documents without leaves, marks, rows and signatures.

In one process, in processor time; the floor is the same capture that logs nothing. Both take
turns, a few documents each, so that what else the machine does falls on both; medians.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from sqlalchemy import Table

from bench.goods import document
from bench.logging_speed import made
from bench.report import Row
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.capture.writing import Origin
from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.store import Store, batch, deriving, open_store, schema
from nguon.store.dialects.postgresql import PostgreSQL
from nguon.store.dialects.sqlite import Sqlite
from nguon.tlog.service import Tlog

SIZES = ((1, 60, 6), (100, 8, 8), (1000, 1, 8))
"""(events a document, documents a turn, turns)."""
_LIMITS = Limits(body=2**28, events=10**6, whole=10_000, synchronous=2**28)


class Side:
    """A store that captures, and whether it logs."""

    def __init__(self, url: str, folder: Path, *, logs: bool) -> None:
        self._store = open_store(url)
        self._capture = CaptureService(self._store, folder / "spool", _LIMITS, 0)
        self._tlog = made(self._store, folder) if logs else None
        scopes = frozenset({Scope.CAPTURE})
        self._origin = Origin(Principal(1, "bench", KeyKind.MEMBER, scopes, strict=False))
        self.spent: list[float] = []
        """Processor seconds an event, turn by turn."""
        self.signed: list[float] = []

    def run(self, documents: list[bytes], size: int) -> None:
        """Capture documents; with a log, sign what they are."""
        with ExitStack() as without:
            if self._tlog is None:
                without.enter_context(unlogged(self._store))
            begun = time.process_time()
            for one in documents:
                self._capture.document(one, self._origin)
            spent = time.process_time() - begun
        count = size * len(documents)
        self.spent.append(spent / count)
        if self._tlog is not None:
            self.signed.append((spent + _turn(self._tlog)) / count)

    def close(self) -> None:
        """Let go of the store."""
        if self._tlog is not None:
            self._tlog.close()
        self._capture.close()
        self._store.close()


def rows(name: str, fresh_url: Iterator[str], folder: Path) -> Iterator[Row]:
    """Captured events a second of processor time, logged and not."""
    for size, documents, turns in SIZES:
        sides = [
            Side(next(fresh_url), folder / f"cost-{name}-{size}-{logs}", logs=logs)
            for logs in (True, False)
        ]
        for turn in range(-1, turns):
            for side in sides if turn % 2 else sides[::-1]:
                side.run([document(size) for _ in range(documents)], size)
        logged, bare = sides
        floor = 1 / median(bare.spent[1:])
        kind = "the same without a log"
        what = f"{name}: capture of {size}-event documents"
        yield Row(f"{what}, logged", 1 / median(logged.spent[1:]), "events/s", floor, kind)
        whole = 1 / median(logged.signed[1:])
        yield Row(f"{what}, tiles and signature too", whole, "events/s", floor, kind)
        for side in sides:
            side.close()


@contextmanager
def unlogged(store: Store) -> Iterator[None]:
    """Captures leave nothing in the log but its head, which reads are cut on."""
    kind = Sqlite if store.dialect == "sqlite" else PostgreSQL
    insert = kind.bulk_insert

    def beside(self: Any, connection: Any, table: Table, some: Any) -> None:
        if table is not schema.log:
            insert(self, connection, table, some)

    with (
        patch.object(kind, "bulk_insert", beside),
        patch.object(batch, "leaf", lambda *_: b""),
        patch.object(deriving, "subjects", lambda *_: []),
    ):
        yield


def _turn(tlog: Tlog) -> float:
    begun = time.process_time()
    tlog.turn()
    return time.process_time() - begun
