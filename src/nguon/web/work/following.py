# SPDX-License-Identifier: Apache-2.0
"""Lets the figures catch up with the log after a page was answered, for a short while."""

import logging
import threading
import time
from weakref import WeakSet

from nguon.base.errors import NguonError
from nguon.compliance import projection
from nguon.store import Store

_LOG = logging.getLogger(__name__)
_SECONDS = 3.0
_AT_ONCE = 20
_PAUSE = 0.2
"""As long as it works it lets others work, but never longer than this (seconds)."""
_busy: WeakSet[Store] = WeakSet()
_lock = threading.Lock()


def follow(store: Store) -> None:
    """Catch up in a thread of its own, unless one does so already."""
    if store.events.head().seq == projection.position(store):
        return
    with _lock:
        if store in _busy:
            return
        _busy.add(store)
    threading.Thread(target=_catch_up, args=(store,), daemon=True, name="figures").start()


def _catch_up(store: Store) -> None:
    begin = time.monotonic()
    end = begin + _SECONDS
    try:
        while begin < end and projection.advance(store, _AT_ONCE):
            time.sleep(min(time.monotonic() - begin, _PAUSE))
            begin = time.monotonic()
    except NguonError as error:
        _LOG.warning("figures could not follow the log: %s", error.code)
    finally:
        with _lock:
            _busy.discard(store)
