# SPDX-License-Identifier: Apache-2.0
"""Limits of API keys: from which networks, and how many requests a minute in each process.

A key has a bucket of as many tokens as it may send requests a minute; it fills
evenly. Nothing is written: a process that starts anew starts with full buckets.
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from threading import Lock
from time import monotonic
from weakref import WeakKeyDictionary

from nguon.identity.errors import KeyRefusedError
from nguon.store import Store

MOST_RATE = 10_000_000
MOST_NETWORKS = 50
_MINUTE = 60.0
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Raises `KeyRefusedError` for a rate or a network that is none."""

    rate: int | None = None
    networks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Networks in their one spelling."""
        if self.rate is not None and not 0 < self.rate <= MOST_RATE:
            raise KeyRefusedError("security.rate", most=MOST_RATE)
        if len(self.networks) > MOST_NETWORKS:
            raise KeyRefusedError("security.networks-many", most=MOST_NETWORKS)
        found = tuple(str(_network(text)) for text in self.networks)
        object.__setattr__(self, "networks", found)


class Buckets:
    """What each key has left."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def wait(self, key_id: str, rate: int | None) -> float:
        """Take a token; gives the seconds until there is one, 0 where there was."""
        most = float(rate or self.rate)
        if not most:
            return 0.0
        now = monotonic()
        with self._lock:
            if len(self._left) >= _MOST:
                self._left.clear()
            left, at = self._left.get(key_id, (most, now))
            left = min(most, left + (now - at) * most / _MINUTE)
            if left < 1:
                self._left[key_id] = left, now
                return (1 - left) * _MINUTE / most
            self._left[key_id] = left - 1, now
        return 0.0


_buckets: WeakKeyDictionary[Store, Buckets] = WeakKeyDictionary()


def attach(store: Store, rate: int) -> None:
    """Requests a minute of each key that has no limit of its own; 0 counts none."""
    _buckets[store] = Buckets(rate)


def wait(store: Store, key_id: str, rate: int | None) -> float:
    """Count a request of a key; gives the seconds that it must wait, 0 where it may go on."""
    found = _buckets.get(store)
    return 0.0 if found is None else found.wait(key_id, rate)


def allowed(address: str, networks: tuple[str, ...]) -> bool:
    """Whether an address lies in one of the networks."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in network for network in _parsed(networks))


@lru_cache(maxsize=10_000)
def _parsed(networks: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(map(ip_network, networks))


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise KeyRefusedError("security.network", network=text[:50]) from error
