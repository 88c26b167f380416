# SPDX-License-Identifier: Apache-2.0
"""Which things the newest entries of the log name, as far as this process wrote them itself.

Whoever remembers something of the records about some things can so see, without
asking the database, that nothing was recorded of them since. Where another
process wrote in between, or something was erased, that is not known: numbers of
the log have no gaps, so such an entry shows as one that is missing here.
"""

from collections.abc import Iterable
from threading import Lock

_MOST = 500_000
"""Things that are remembered: some tens of megabytes."""


class Tail:
    """Written by one thread, read by many; knows entries after ``_since`` up to ``_until``."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._since = self._until = -1
        self._last: dict[int, int] = {}
        self._lock = Lock()

    def wrote(self, first: int, last: int, items: Iterable[int]) -> None:
        """Entries ``first`` to ``last`` were committed and name these items, by their hash."""
        with self._lock:
            if first != self._until + 1 or len(self._last) > self._most:
                self._since, self._last = first - 1, {}
            self._last.update(dict.fromkeys(items, last))
            self._until = last

    def untouched(self, items: Iterable[int], since: int, until: int) -> bool:
        """Whether no entry after ``since`` up to ``until`` names one of the items; False also
        where that is not known.
        """
        with self._lock:
            if since < self._since or until > self._until:
                return False
            last = self._last
            return all(last.get(item, -1) <= since for item in items)
