# SPDX-License-Identifier: Apache-2.0
"""A thread that closes decided cases whose term is over and forgets old contacts, once an hour.

Several processes may do so at once: each case is closed once, by whoever is first.
"""

import logging
import threading

from nguon.disputes.service import tidy
from nguon.store import Store

_LOG = logging.getLogger(__name__)
_SECONDS = 3600.0
_SOON = 1.0


class Tidying:
    """The thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread."""
        self._thread = threading.Thread(target=self._run, name="disputes", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops after the portion at hand."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        rest = _SOON
        while not self._stopping.wait(rest):
            try:
                rest = _SOON if tidy(self._store) else _SECONDS
            except Exception as error:  # noqa: BLE001 - closed later, the server goes on
                _LOG.warning("disputes could not be tidied: %s", error)
                rest = _SECONDS
