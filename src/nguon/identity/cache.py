# SPDX-License-Identifier: Apache-2.0
"""Recognised secrets, remembered in the process for two seconds at most."""

from threading import Lock
from time import monotonic
from weakref import WeakKeyDictionary

from nguon.identity.model import Principal
from nguon.store import Store

SECONDS = 2.0
"""How long a revocation by another process may stay unseen."""

_MOST = 10_000


class KeyCache:
    """Principals by the hash of their secret; only successes are kept."""

    def __init__(self) -> None:
        self._entries: dict[bytes, tuple[float, Principal]] = {}
        self._lock = Lock()

    def get(self, hashed: bytes) -> Principal | None:
        """The principal, if it was recognised within the time."""
        entry = self._entries.get(hashed)
        if entry is None or monotonic() >= entry[0]:
            return None
        return entry[1]

    def put(self, hashed: bytes, principal: Principal, left: float | None) -> None:
        """Remember a principal, no longer than its key has ``left`` (seconds)."""
        seconds = SECONDS if left is None else min(SECONDS, left)
        with self._lock:
            if len(self._entries) >= _MOST:
                self._entries.clear()
            self._entries[hashed] = (monotonic() + seconds, principal)

    def forget(self, key_id: str) -> None:
        """Drop a key's entries."""
        with self._lock:
            for hashed, (_, principal) in list(self._entries.items()):
                if principal.key_id == key_id:
                    del self._entries[hashed]


_caches: WeakKeyDictionary[Store, KeyCache] = WeakKeyDictionary()


def cache_of(store: Store) -> KeyCache:
    """The process's cache for a store."""
    return _caches.setdefault(store, KeyCache())
