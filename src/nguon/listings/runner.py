# SPDX-License-Identifier: Apache-2.0
"""Three threads: one follows what changes answers, one looks at all watched listings again and
again, one delivers what changed.

The round rests nine times as long as it works: whoever asks goes first.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from nguon.listings import delivering, watching
from nguon.listings.causes import Causes
from nguon.store import Store

_LOG = logging.getLogger(__name__)
_IDLE = 2.0
_FOLLOW = 1.0
_TROUBLE = 10.0
_YIELDING = 9


class Watcher:
    """The threads; ``private``: messages may go to addresses inside."""

    def __init__(self, store: Store, *, private: bool = False) -> None:
        self._store = store
        self._private = private
        self._causes: Causes | None = None
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Starts the threads."""
        turns = ("causes", self._follow), ("listings", self._look), ("deliveries", self._deliver)
        for name, turn in turns:
            thread = threading.Thread(target=self._run, args=(turn,), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        """Stops after the portion or the attempt at hand."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _follow(self) -> float:
        if self._causes is None:
            self._causes = Causes(self._store)
        self._causes.look(datetime.now(UTC))
        return _FOLLOW

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
