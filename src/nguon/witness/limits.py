# SPDX-License-Identifier: Apache-2.0
"""How often somebody may ask: buckets that fill with time and are emptied by requests."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

_MOST = 10_000
"""Names remembered; the one that asked longest ago is forgotten first."""


class Buckets:
    """At most ``burst`` requests at once and ``rate`` a second for each name."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> bool:
        """Whether one more request is allowed; it is counted if it is."""
        now = self._clock()
        left, since = self._left.pop(name, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        allowed = left >= 1
        self._left[name] = (left - 1 if allowed else left, now)
        if len(self._left) > _MOST:
            self._left.popitem(last=False)
        return allowed
