# SPDX-License-Identifier: Apache-2.0
"""Public files that cost a lot to make: how many octets a minute one network gets of them.

A file of proofs of a lot with 1,000 entries takes up to a second; small ones take next to
nothing, and octets tell which it was. Counted in each process for itself; nothing is written.
"""

import math
from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from nguon.scans.visitors import network
from nguon.store import Store
from nguon.web.errors import TooManyRequestsError
from nguon.web.services import services

MOST = 20_000_000
"""Octets at once, and as many a minute again: some fifteen lots of 1,000 entries."""
AHEAD = 500_000
"""Octets that a file counts while it is being made."""
_MINUTE = 60.0
_NETWORKS = 100_000


class Allowances:
    """What each network has left."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def take(self, name: str) -> float:
        """Begin a file; gives the seconds to wait, 0 where it may be made."""
        with self._lock:
            if len(self._left) >= _NETWORKS:
                self._left.clear()
            left = self._now(name)
            if left < AHEAD:
                return (AHEAD - left) * _MINUTE / MOST
            self._left[name] = left - AHEAD, self._clock()
        return 0.0

    def end(self, name: str, octets: int) -> None:
        """The file was made, of so many octets."""
        with self._lock:
            self._left[name] = min(MOST, self._now(name) + AHEAD - octets), self._clock()

    def _now(self, name: str) -> float:
        now = self._clock()
        left, at = self._left.get(name, (MOST, now))
        return min(MOST, left + (now - at) * MOST / _MINUTE)


_allowances: WeakKeyDictionary[Store, Allowances] = WeakKeyDictionary()
_first = Lock()


def allowances(store: Store) -> Allowances:
    """Those of a store in this process."""
    with _first:
        return _allowances.setdefault(store, Allowances())


def counted(scope: Mapping[str, Any], make: Callable[[], bytes | None]) -> bytes | None:
    """Make a file for the network that asks.

    Raises `TooManyRequestsError` where it had enough; it says in how many seconds it may again.
    """
    client = scope.get("client")
    name, kept = network(client[0] if client else ""), allowances(services(scope).store)
    wait = kept.take(name)
    if wait:
        seconds = max(1, math.ceil(wait))
        headers = {"retry-after": str(seconds)}
        raise TooManyRequestsError("check.too-often", headers=headers, seconds=seconds)
    made: bytes | None = None
    try:
        made = make()
    finally:
        kept.end(name, len(made or b""))
    return made
