# SPDX-License-Identifier: Apache-2.0
"""A thread that follows the stop list, so that no request has to, and tells of changes."""

import logging
import threading
from collections.abc import Callable

from nguon.stoplist.guard import SECONDS, guard_of
from nguon.store import Store

_LOG = logging.getLogger(__name__)


class Watching:
    """Looks at the list's version twice in the time for which an answer about it holds."""

    def __init__(self, store: Store, *changed: Callable[[], None]) -> None:
        self._guard = guard_of(store)
        self._guard.changed += changed
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stops", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End between two looks."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        failing = False
        while not self._stopping.wait(SECONDS / 2):
            try:
                self._guard.follow()
                failing = False
            except Exception as error:  # noqa: BLE001 - told once; the next look tries again
                if not failing:
                    _LOG.warning("the stop list was not followed: %s", error)
                failing = True
