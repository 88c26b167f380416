# SPDX-License-Identifier: Apache-2.0
"""Lets the index follow the log, quietly: a thread that rests longer than it works.

Of several processes over one folder one builds; the others prove what it has built.
"""

import logging
import threading
import time

from nguon.store import Store
from nguon.trace.index.building import MOST, PORTION, Builder
from nguon.trace.index.errors import TraceIndexError
from nguon.trace.index.service import Index, index_of

_LOG = logging.getLogger(__name__)

_IDLE = 1.0
"""Seconds between two looks at the log."""
_AGE = 20.0
"""Seconds after which also a few events are written."""
_OTHERS = 5.0
_TROUBLE = 10.0
_YIELDING = 3
"""So many times as long as it works it rests: whoever records goes first."""


class Indexing:
    """The thread that keeps a store's index level with its log."""

    def __init__(self, store: Store) -> None:
        self._index = index_of(store)
        self._builder: Builder | None = None
        self._written = time.monotonic()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread, where the store has an index."""
        if self._index is not None:
            self._thread = threading.Thread(target=self._run, name="trace-index", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stops after the step at hand."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def turn(self, index: Index) -> float:
        """Take or prove something; gives the seconds to rest."""
        with index.folder.building() as ours:
            if not ours:
                self._builder = None
                self._prove(index, ours=False)
                return _OTHERS
            if self._builder is None:
                self._prove(index, ours=True)
                self._builder = Builder(index, portion=PORTION, most=MOST)
            begun = time.thread_time()
            left = self._builder.step()
            if not self._builder.events:
                self._written = time.monotonic()
            elif time.monotonic() - self._written > _AGE:
                self._builder.write()
            return _YIELDING * (time.thread_time() - begun) if left else _IDLE

    def _prove(self, index: Index, *, ours: bool) -> None:
        try:
            index.prove()
        except TraceIndexError as error:
            _LOG.warning("the index of lineage is damaged: %s", error)
            if ours:
                index.folder.clear()

    def _run(self) -> None:
        assert self._index is not None
        rest = 0.0
        while not self._stopping.wait(rest):
            try:
                rest = self.turn(self._index)
            except Exception as error:  # noqa: BLE001 - the store answers meanwhile
                _LOG.warning("the index of lineage waits: %s", error, exc_info=True)
                rest = _TROUBLE
