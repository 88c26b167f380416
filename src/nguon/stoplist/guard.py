# SPDX-License-Identifier: Apache-2.0
"""What this process knows of the stop list without asking: which keys may be stopped at all.

Sorted hashes (eight octets a stop) that follow the list's version. A key whose hash is not
there is free; one whose hash is there is looked up. While much has to be read, nothing is
known, and everything is looked up.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from nguon.base.time import Microseconds
from nguon.store import Store
from nguon.store import stoplist as rows
from nguon.store.stoplist import Head

SECONDS = 1.0
"""What is known is no older."""
_AT_ONCE = 20_000
"""Stops that whoever asks reads himself; more are read behind his back."""
_MOVING = 5.0
"""Seconds in which a transaction is over, nearly always."""
_Hashes = npt.NDArray[np.int64]


class Known(NamedTuple):
    """The list as it was at a version; ``hashes`` may have some of stops lifted since."""

    version: int
    standing: int
    hashes: _Hashes
    lots: frozenset[str]
    """Products of which a lot is stopped: their pieces may be of it."""
    places: tuple[tuple[str, Microseconds], ...]
    """Places from which everything is stopped, and since when."""

    def may_stop(self, hashes: Iterable[int]) -> bool:
        """Whether something with one of these hashes may be stopped."""
        size = len(self.hashes)
        if not size:
            return False
        wanted = np.fromiter(hashes, np.int64)
        at = np.searchsorted(self.hashes, wanted)
        return bool((self.hashes[np.minimum(at, size - 1)] == wanted).any())


NOTHING = Known(0, 0, np.empty(0, np.int64), frozenset(), ())


class Guard:
    """Follows the list of one store; safe for use from many threads."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._known: Known | None = NOTHING
        self._checked = float("-inf")
        self._lock = threading.Lock()
        self._loading = False
        self._address = ""
        self.changed: list[Callable[[], None]] = []
        """Called when another version was found, from whichever thread found it."""
        self._version = -1

    def known(self) -> Known | None:
        """What is known, no older than `SECONDS`; None: everything has to be looked up."""
        now = self._clock()
        if now - self._checked >= SECONDS or _moving.get(self._address, 0.0) > now:
            self.follow()
        return self._known

    def follow(self) -> None:
        """Look whether there is another version, and bring what is known level with it."""
        with self._lock:
            now = self._clock()
            with self._store.reading() as connection:
                self._address = str(connection.engine.url)
                head = rows.head(connection)
                if head.version == self._version:
                    self._checked = now
                    return
                self._known = self._next(head, self._known, connection)
            self._version, self._checked = head.version, now
        for tell in self.changed:
            tell()

    def _next(self, head: Head, known: Known | None, connection: Connection) -> Known | None:
        if not head.standing:
            return NOTHING._replace(version=head.version)
        base = NOTHING if known is None else known
        if len(base.hashes) <= 2 * head.standing + _AT_ONCE:
            new = rows.items_after(connection, base.version, limit=_AT_ONCE + 1)
            if len(new) <= _AT_ONCE:
                return _with(base, new, head, connection)
        if not self._loading:
            self._loading = True
            threading.Thread(target=self._load, name="stoplist", daemon=True).start()
        return None

    def _load(self) -> None:
        """Read the whole list anew; where that fails, the next look tries again."""
        loaded = None
        try:
            with self._store.reading() as connection:
                head = rows.head(connection)
                loaded = _with(NOTHING, rows.items_after(connection, 0), head, connection)
        finally:
            with self._lock:
                self._loading, self._known = False, loaded
                self._version = -1 if loaded is None else loaded.version
                self._checked = float("-inf")


def _with(base: Known, items: Sequence[int], head: Head, connection: Connection) -> Known:
    """What was known, with stops that came since."""
    hashes = np.union1d(base.hashes, np.fromiter(items, np.int64, len(items)))
    lots = base.lots | rows.products_of_lots(connection, base.version)
    places = {*base.places, *rows.places_after(connection, base.version)}
    return Known(head.version, head.standing, hashes, lots, tuple(sorted(places)))


_moving: dict[str, float] = {}
"""Until when this process may be about to commit a change of a list, by database."""


def moving(connection: Connection) -> None:
    """The caller's transaction changes the list: what is known here is looked at anew."""
    _moving[str(connection.engine.url)] = time.monotonic() + _MOVING


_guards: WeakKeyDictionary[Store, Guard] = WeakKeyDictionary()


def guard_of(store: Store) -> Guard:
    """The guard of a store."""
    found = _guards.get(store)
    return _guards.setdefault(store, Guard(store)) if found is None else found
