# SPDX-License-Identifier: Apache-2.0
"""Recognised secrets, remembered in the process for two seconds at most."""

from threading import Lock
from time import monotonic
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from nguon.identity.model import Principal
from nguon.store import Store

SECONDS = 2.0
"""How long a revocation by another process may stay unseen."""

_MOST = 10_000
_KnownT = TypeVar("_KnownT")


class Remembered(Generic[_KnownT]):
    """What secrets were recognised as, by their hash; only successes are kept."""

    def __init__(self) -> None:
        self._entries: dict[bytes, tuple[float, str, _KnownT]] = {}
        self._lock = Lock()

    def get(self, hashed: bytes) -> _KnownT | None:
        """What was recognised within the time."""
        entry = self._entries.get(hashed)
        if entry is None or monotonic() >= entry[0]:
            return None
        return entry[2]

    def put(self, hashed: bytes, known: _KnownT, key_id: str, left: float | None) -> None:
        """Remember, no longer than the secret has ``left`` (seconds)."""
        seconds = SECONDS if left is None else min(SECONDS, left)
        with self._lock:
            if len(self._entries) >= _MOST:
                self._entries.clear()
            self._entries[hashed] = (monotonic() + seconds, key_id, known)

    def forget(self, key_id: str) -> None:
        """Drop the entries of a key or a person."""
        with self._lock:
            for hashed, entry in list(self._entries.items()):
                if entry[1] == key_id:
                    del self._entries[hashed]


_keys: WeakKeyDictionary[Store, Remembered[Principal]] = WeakKeyDictionary()


def cache_of(store: Store) -> Remembered[Principal]:
    """The process's cache of a store's keys."""
    return _keys.setdefault(store, Remembered())
