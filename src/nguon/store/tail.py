# SPDX-License-Identifier: Apache-2.0
"""Which things the newest entries of the log name, as far as this process wrote them itself.

Whoever remembers something of the records about some things can so see, without
asking the database, that nothing was recorded of them since. Where another
process wrote in between, that is not known: numbers of the log have no gaps, so
such an entry shows as one that is missing here. Threads of this process may tell
of their entries in another order than they wrote them: what is expected and not
yet told is waited for.
"""

from collections.abc import Iterable
from threading import Lock

_MOST = 500_000
"""Things that are remembered: some tens of megabytes."""


class Tail:
    """Written and read by many threads; knows entries after ``_since`` up to ``_until``."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._since = self._until = -1
        self._last: dict[int, int] = {}
        self._expected: set[int] = set()
        """First numbers of what is being written."""
        self._told: dict[int, tuple[int, frozenset[int]]] = {}
        """What was written after something that is still expected."""
        self._lock = Lock()

    def expect(self, first: int) -> None:
        """Entries from ``first`` on are being written, by a holder of the log's head."""
        with self._lock:
            self._expected.add(first)

    def failed(self, first: int) -> None:
        """What was expected from ``first`` on was not written, or it is not known."""
        with self._lock:
            self._expected.discard(first)
            self._settle()

    def wrote(self, first: int, last: int, items: Iterable[int]) -> None:
        """Entries ``first`` to ``last`` were committed and name these items, by their hash."""
        with self._lock:
            self._expected.discard(first)
            self._told[first] = (last, frozenset(items))
            self._settle()

    def untouched(self, items: Iterable[int], since: int, until: int) -> bool:
        """Whether no entry after ``since`` up to ``until`` names one of the items; False also
        where that is not known.
        """
        with self._lock:
            if since < self._since or until > self._until:
                return False
            last = self._last
            return all(last.get(item, -1) <= since for item in items)

    def _settle(self) -> None:
        """Take up what was told, in the order of its numbers, as far as nothing is expected."""
        while self._told:
            first = self._until + 1
            if first in self._told:
                last, items = self._told.pop(first)
                if len(self._last) > self._most:
                    self._since, self._last = first - 1, {}
                self._last.update(dict.fromkeys(items, last))
                self._until = last
            elif first in self._expected:
                return
            else:
                self._since = self._until = min(self._expected | self._told.keys()) - 1
                self._last = {}
