# SPDX-License-Identifier: Apache-2.0
"""A thread that reminds, escalates and follows recalled goods, once a minute.

Several processes may do so at once: what one has done the others find done. What a killed one
left undone the next turn does.
"""

import logging
import threading
from datetime import UTC, datetime

from nguon.recall import overdue, refinding, reminding, unanswered
from nguon.recall.errors import RecallMovedError
from nguon.store import Store

_LOG = logging.getLogger(__name__)
_SECONDS = 60.0
_SOON = 1.0


class Chasing:
    """The thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread."""
        self._thread = threading.Thread(target=self._run, name="recalls", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops after the recall at hand."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def turn(self) -> bool:
        """Do what is due now; whether more is."""
        now = datetime.now(UTC)
        overdue.run(self._store, now)
        unanswered.run(self._store, now)
        reminding.run(self._store, now)
        followed = [self._follow(number) for number in reminding.running(self._store)]
        return any(followed)

    def _follow(self, number: str) -> bool:
        try:
            return not self._stopping.is_set() and refinding.follow(self._store, number)
        except RecallMovedError:
            return True

    def _run(self) -> None:
        rest = _SOON
        while not self._stopping.wait(rest):
            try:
                rest = _SOON if self.turn() else _SECONDS
            except Exception as error:  # noqa: BLE001 - done later, the server goes on
                _LOG.warning("recalls could not be followed: %s", error)
                rest = _SECONDS
