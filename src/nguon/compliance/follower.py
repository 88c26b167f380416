# SPDX-License-Identifier: Apache-2.0
"""Lets the figures follow the log, quietly: a thread that rests as long as it works, or longer.

Of several processes over one store one leads, for as long as it renews its
lease; what it had judged but not written when it is killed, the next judges again.
"""

import logging
import secrets
import threading
import time
from datetime import UTC, datetime

from nguon.base.time import to_microseconds
from nguon.compliance import projection
from nguon.store import Store
from nguon.store import projections as rows

_LOG = logging.getLogger(__name__)

LEASE = 30_000_000
"""How long (microseconds) a process leads after its last batch."""
_AT_ONCE = 200
_IDLE = 1.0
"""Seconds between two looks at the log; records that come meanwhile are judged together."""
_OTHERS = 5.0
"""Seconds between two looks while another process leads."""
_TROUBLE = 10.0
_YIELDING = 9
"""So many times as long as it works it rests while records come in: they go first."""


class Follower:
    """The thread that keeps the figures level with the log."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._name = secrets.token_hex(8)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread."""
        self._thread = threading.Thread(target=self._run, name="figures", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops after the batch at hand, and leaves the lead to others."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def turn(self) -> float:
        """Follow some records, if it is ours to do so; gives the seconds to rest."""
        head = self._store.events.head().seq
        if head == projection.position(self._store):
            return _IDLE
        if not self._leads():
            return _OTHERS
        begun = time.monotonic()
        projection.advance(self._store, _AT_ONCE)
        worked = time.monotonic() - begun
        return worked * _YIELDING if self._store.events.head().seq > head else worked

    def _run(self) -> None:
        rest = 0.0
        while not self._stopping.wait(rest):
            try:
                rest = self.turn()
            except Exception as error:  # noqa: BLE001 - figures come later, the server goes on
                _LOG.warning("figures could not follow the log: %s", error, exc_info=True)
                rest = _TROUBLE
        self._let_go()

    def _leads(self) -> bool:
        now = to_microseconds(datetime.now(UTC))
        with self._store.transaction() as connection:
            return rows.hold(connection, projection.NAME, self._name, now=now, until=now + LEASE)

    def _let_go(self) -> None:
        try:
            with self._store.transaction() as connection:
                rows.let_go(connection, projection.NAME, self._name)
        except Exception as error:  # noqa: BLE001 - the lease ends by itself
            _LOG.warning("the lead of the figures ends later: %s", error)
