# SPDX-License-Identifier: Apache-2.0
"""Records scans off the request's path: a bounded buffer, and one thread that writes batches.

`Recorder.saw` keeps a few references and returns. When the buffer is full the
oldest scan goes and is counted as lost. A batch that could not be written waits
and is written once, however often it is tried.
"""

import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from nguon.base.time import HANOI, to_microseconds
from nguon.scans import keeping
from nguon.scans.counting import rows_of
from nguon.scans.devices import Devices
from nguon.scans.model import Seen, Way
from nguon.scans.placing import Known, Placing
from nguon.scans.visitors import trimmed
from nguon.store import Store
from nguon.store import scans as rows
from nguon.store.errors import RefusedRowError
from nguon.store.scans_tables import scan

_LOG = logging.getLogger(__name__)

SECONDS = 1.0
"""Between two looks at the buffer: what a killed process loses at most, unless the buffer is
full."""
_TROUBLE = 10.0
_LARGE = 4096
"""Octets of a request that a browser does not send."""
_AT_ONCE = 1000
_SWEEP = 3600.0


class Recorder:
    """The buffer and its writer; one per process.

    ``most`` scans wait at most; single ones are kept for ``days`` days, counts for good, of
    things that are ``known``.
    """

    def __init__(self, store: Store, known: Known, *, days: int = 30, most: int = 20_000) -> None:
        self._store = store
        self.days = days
        self._name = secrets.token_hex(8)
        self._waiting: deque[Seen] = deque(maxlen=most)
        self._numbers = count(1)
        self._devices = Devices(store)
        self._placing = Placing(known)
        self._writing = threading.Lock()
        self._pending: list[Seen] = []
        self._batch = 1
        self._last = 0
        self._lost = 0
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def saw(self, key: str, scope: Mapping[str, Any], way: Way = Way.LINK) -> None:
        """Take note that somebody came to a thing; never waits and never fails.

        Of a large request no more is kept than is read of it.
        """
        query, headers = scope.get("query_string", b""), scope["headers"]
        seen = Seen(
            next(self._numbers),
            key,
            way,
            time.time_ns(),
            scope["method"],
            query,
            headers,
            scope.get("client"),
        )
        octets = len(query) + sum([len(value) for _, value in headers])
        self._waiting.append(seen if octets <= _LARGE else trimmed(seen))

    def start(self) -> None:
        """Starts the writer."""
        self._thread = threading.Thread(target=self._run, name="scans", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Writes what waits, and says what could not be written."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()
        if not self.flush():
            left = len(self._pending) + len(self._waiting)
            _LOG.error("%d scans are not recorded: the database cannot be written", left)

    def flush(self) -> bool:
        """Write what waits; False where the database cannot take it now, and it goes on waiting."""
        with self._writing:
            while self._pending or self._waiting or self._lost:
                if not self._pending:
                    self._take()
                if not self._write():
                    return False
        return True

    def _take(self) -> None:
        """A batch from the buffer; gaps between its numbers are what was lost."""
        batch: list[Seen] = []
        while self._waiting and len(batch) < _AT_ONCE:
            batch.append(self._waiting.popleft())
        if batch:
            self._lost += batch[-1].number - self._last - len(batch)
            self._last = batch[-1].number
        self._pending = batch

    def _write(self) -> bool:
        try:
            self._add()
        except RefusedRowError:
            _LOG.exception("%d scans were refused", len(self._pending))
            self._lost += len(self._pending)
            self._pending = []
            return False
        except Exception as error:  # noqa: BLE001 - scans come later, the server goes on
            _LOG.warning("scans wait: %s", error)
            return False
        self._lost = 0
        self._pending = []
        self._batch += 1
        return True

    def _add(self) -> None:
        found = rows_of(self._pending, self._devices, self._placing.places, single=self.days > 0)
        if not (found.sums or self._lost):
            return
        now = datetime.now(UTC)
        with self._store.transaction() as connection:
            if rows.written(connection, self._name) >= self._batch:
                return
            self._store.fill(connection, scan, found.scans)
            rows.add(connection, found.sums, found.days)
            if self._lost:
                rows.lose(connection, now.astimezone(HANOI).date().isoformat(), self._lost)
            rows.sign(connection, self._name, self._batch, to_microseconds(now))

    def _run(self) -> None:
        rest, sweeping = SECONDS, time.monotonic() + _SWEEP / 60
        while not self._ending.wait(rest):
            rest = SECONDS if self.flush() else _TROUBLE
            if time.monotonic() >= sweeping:
                sweeping = time.monotonic() + _SWEEP
                self._sweep()

    def _sweep(self) -> None:
        try:
            keeping.sweep(self._store, self.days, datetime.now(UTC))
        except Exception as error:  # noqa: BLE001 - it is tried again in an hour
            _LOG.warning("old scans go later: %s", error)
