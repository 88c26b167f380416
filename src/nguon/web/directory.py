# SPDX-License-Identifier: Apache-2.0
"""What the resolver must know of a key, remembered for a few seconds in this process."""

import asyncio
import time
from collections.abc import Callable

from nguon.base.messages import text
from nguon.gs1 import Identifier, digital_link
from nguon.identity.visibility import PUBLIC
from nguon.passport import service
from nguon.store import Store
from nguon.web.linkset import Level, level, path_of

_SECONDS = 5.0
_ENTRIES = 50_000


class Directory:
    """Finds the levels of an identifier: the key itself, then what it is a member of.

    Empty where neither records nor a register know the key or any of its
    memberships. What was just recorded is found within five seconds.
    """

    def __init__(
        self, store: Store, base_url: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._base_url = base_url
        self._clock = clock
        self._found: dict[str, tuple[float, tuple[Level, ...]]] = {}

    async def levels(self, identifier: Identifier) -> tuple[Level, ...]:
        """The levels of an identifier; the first is its own."""
        path = path_of(identifier)
        known = self._found.get(path)
        now = self._clock()
        if known is not None and known[0] > now:
            return known[1]
        found = await asyncio.to_thread(self._look_up, path, identifier)
        if len(self._found) >= _ENTRIES:
            self._found.clear()
        self._found[path] = (now + _SECONDS, found)
        return found

    def _look_up(self, path: str, identifier: Identifier) -> tuple[Level, ...]:
        keys = (identifier.key, *identifier.memberships)
        known = service.known(self._store, keys, PUBLIC)
        if not known:
            return ()
        names = [known[key].name for key in keys if key in known]
        title = next(filter(None, names), None) or text("resolver.unnamed", "vi")
        levels = []
        for key in keys:
            entry = known.get(key)
            if key == identifier.key or entry is not None:
                own = path if key == identifier.key else digital_link(key, "")[1:]
                recorded = entry is not None and entry.recorded
                levels.append(level(own, title, self._base_url, recorded=recorded))
        return tuple(levels)
