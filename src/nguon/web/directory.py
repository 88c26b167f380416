# SPDX-License-Identifier: Apache-2.0
"""What the resolver must know of a key, remembered for a few seconds in this process."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nguon.base.time import HANOI
from nguon.gs1 import Identifier
from nguon.identity.visibility import PUBLIC
from nguon.passport import service
from nguon.registry.links import keys, queries
from nguon.registry.links.model import Delegation
from nguon.store import Store
from nguon.web import levels
from nguon.web.levels import Asked
from nguon.web.linkset import Level, path_of

SECONDS = 4.0
_DELEGATIONS = 1.0
"""Added to what is built on them, they are no older than five seconds."""
_ENTRIES = 50_000


@dataclass(frozen=True, slots=True)
class Found:
    """The levels of an identifier, the first its own; and who answers for it in our place.

    No levels: neither records nor a register nor a link know any of its keys.
    It may be used ``until`` this reading of the clock.
    """

    levels: tuple[Level, ...]
    delegation: Delegation | None
    until: float


class Directory:
    """Finds the levels of an identifier: the key itself, then what it is a member of.

    What was just recorded, and what other processes write of links, is found
    within five seconds; what this process writes at once, if it calls `forget`.
    """

    def __init__(
        self, store: Store, base_url: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._base_url = base_url
        self.clock = clock
        self._found: dict[str, Found] = {}
        self._delegations: tuple[float, Sequence[Delegation]] = (0.0, ())
        self.kept: dict[Any, Any] = {}
        """Finished answers, kept by the resolver for as long as what they rest on."""
        self.age = 0
        """How often everything was forgotten."""

    async def find(self, identifier: Identifier) -> Found:
        """What is known of an identifier and of what it is a member of."""
        path = path_of(identifier)
        known = self._found.get(path)
        if known is not None and known.until > self.clock():
            return known
        age = self.age
        found = await asyncio.to_thread(self._look_up, path, identifier)
        if len(self._found) >= _ENTRIES:
            self._found.clear()
        if age == self.age:
            self._found[path] = found
        return found

    def forget(self) -> None:
        """Look everything up anew: links have changed."""
        self.age += 1
        self.kept.clear()
        self._found.clear()
        self._delegations = (0.0, ())

    def _look_up(self, path: str, identifier: Identifier) -> Found:
        now = self.clock()
        wanted = keys.levels(identifier)
        known = service.known(self._store, wanted, PUBLIC)
        links, defaults = queries.working(self._store, wanted, datetime.now(HANOI).date())
        to = queries.delegated(self._delegated(now), identifier.key)
        asked = Asked(wanted, path, known, links, defaults, to)
        return Found(levels.build(asked, self._base_url), to, now + SECONDS)

    def _delegated(self, now: float) -> Sequence[Delegation]:
        until, found = self._delegations
        if until <= now:
            found = queries.delegations(self._store)
            self._delegations = (now + _DELEGATIONS, found)
        return found
