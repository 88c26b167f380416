# SPDX-License-Identifier: Apache-2.0
"""A thread that lets go what was held for a term, when the term is over."""

import logging
import threading
from datetime import datetime

from nguon.base.time import HANOI
from nguon.inspections import holds
from nguon.store import Store

_LOG = logging.getLogger(__name__)
_SECONDS = 60.0


class Lapsing:
    """Looks once a minute."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="holds", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End between two holds."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(_SECONDS):
            try:
                holds.lapse(self._store, datetime.now(HANOI).date())
            except Exception as error:  # noqa: BLE001 - told; the next look tries again
                _LOG.warning("holds were not looked at: %s", error)
