# SPDX-License-Identifier: Apache-2.0
"""Two threads: one looks at watched listings again, one delivers what changed.

Looking rests nine times as long as it works: whoever asks goes first.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from nguon.listings import delivering, watching
from nguon.store import Store

_LOG = logging.getLogger(__name__)
_IDLE = 2.0
_TROUBLE = 10.0
_YIELDING = 9


class Watcher:
    """The threads; ``private``: messages may go to addresses inside."""

    def __init__(self, store: Store, *, private: bool = False) -> None:
        self._store = store
        self._private = private
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Starts the threads."""
        for name, turn in (("listings", self._look), ("deliveries", self._deliver)):
            thread = threading.Thread(target=self._run, args=(turn,), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        """Stops after the portion or the attempt at hand."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _look(self) -> float:
        begun = time.monotonic()
        if not watching.look(self._store, datetime.now(UTC)):
            return _IDLE
        return (time.monotonic() - begun) * _YIELDING

    def _deliver(self) -> float:
        return 0.0 if delivering.deliver(self._store, private=self._private) else _IDLE

    def _run(self, turn: Callable[[], float]) -> None:
        rest = _IDLE
        while not self._stopping.wait(rest):
            try:
                rest = turn()
            except Exception as error:  # noqa: BLE001 - told later, the server goes on
                _LOG.warning("listings were not followed: %s", error, exc_info=True)
                rest = _TROUBLE
