# SPDX-License-Identifier: Apache-2.0
"""What the resolver must know of a key, remembered for a few seconds in this process.

Whatever is asked for while a look-up is under way is looked up together with
the next one. What is asked for again and again is renewed behind the answers:
nobody waits for it.
"""

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
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
from nguon.web import levels, stopped
from nguon.web.levels import Asked
from nguon.web.linkset import Level, path_of

FRESH = 2.0
SECONDS = 4.0
_DELEGATIONS = 1.0
"""Added to what is built on them, they are no older than five seconds."""
_RECORDED = 60.0
"""What events name, they go on naming; an erasure shows on the passport at once."""
_SPREAD = random.Random()  # noqa: S311 - so that not everything is looked up again at once
_ENTRIES = 50_000
_TOGETHER = 32
_GATHERING = 0.25
"""Seconds in which renewals, for which nobody waits, come together."""


@dataclass(frozen=True, slots=True)
class Found:
    """The levels of an identifier, the first its own; and who answers for it in our place.

    No levels: neither records nor a register nor a link know any of its keys.
    It may be used ``until`` this reading of the clock, and is renewed after ``fresh``.
    """

    levels: tuple[Level, ...]
    delegation: Delegation | None
    fresh: float
    until: float
    stopped: str | None = None
    """Where a person is led, whatever was asked for, because it is recalled or held."""


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
        self._asked: dict[str, tuple[Identifier, asyncio.Future[Found]]] = {}
        self._at_work: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._recorded: dict[str, float] = {}
        self._delegations: tuple[float, Sequence[Delegation]] = (0.0, ())
        self.kept: dict[Any, Any] = {}
        """Finished answers, kept by the resolver for as long as what they rest on is fresh."""
        self.age = 0
        """How often everything was forgotten."""

    async def find(self, identifier: Identifier) -> Found:
        """What is known of an identifier and of what it is a member of."""
        path = path_of(identifier)
        known = self._found.get(path)
        now = self.clock()
        if known is not None and known.fresh > now:
            return known
        asked = self._ask(path, identifier)
        if known is not None and known.until > now:
            return known
        self._hurry.set()
        # Whoever asked first may go away; the others wait on.
        return await asyncio.shield(asked)

    def forget(self) -> None:
        """Look everything up anew: links have changed."""
        self.age += 1
        self.kept.clear()
        self._found.clear()
        self._delegations = (0.0, ())

    def _ask(self, path: str, identifier: Identifier) -> "asyncio.Future[Found]":
        loop = asyncio.get_running_loop()
        waiting = self._asked.get(path)
        if waiting is None or waiting[1].get_loop() is not loop:
            waiting = self._asked[path] = (identifier, loop.create_future())
        if self._at_work is None or self._at_work.done():
            self._hurry = asyncio.Event()
            self._at_work = loop.create_task(self._work())
        return waiting[1]

    async def _work(self) -> None:
        """Look up what was asked for, until nothing is."""
        while self._asked:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), _GATHERING)
            self._hurry.clear()
            batch = {path: self._asked[path] for path in list(self._asked)[:_TOGETHER]}
            age = self.age
            try:
                found = await asyncio.to_thread(
                    self._look_up, {path: identifier for path, (identifier, _) in batch.items()}
                )
            except Exception as error:  # noqa: BLE001 - whoever asked is told
                self._tell(batch, dict.fromkeys(batch, error))
                continue
            if len(self._found) >= _ENTRIES:
                self._found.clear()
            if age == self.age:
                self._found.update(found)
            self._tell(batch, found)

    def _tell(
        self,
        batch: Mapping[str, tuple[Identifier, "asyncio.Future[Found]"]],
        answers: Mapping[str, Found | Exception],
    ) -> None:
        for path, (_, waiting) in batch.items():
            self._asked.pop(path, None)
            if waiting.done() or waiting.get_loop().is_closed():
                continue
            told = answers[path]
            if isinstance(told, Exception):
                waiting.set_exception(told)
                waiting.exception()  # Nobody may be waiting: a renewal that failed is tried again.
            else:
                waiting.set_result(told)

    def _look_up(self, asked: Mapping[str, Identifier]) -> dict[str, Found]:
        now = self.clock()
        wanted = {path: keys.levels(identifier) for path, identifier in asked.items()}
        every = tuple(dict.fromkeys(key for some in wanted.values() for key in some))
        before = {key for key in every if self._recorded.get(key, 0.0) > now}
        known = service.known(self._store, every, PUBLIC, recorded=before)
        if len(self._recorded) >= _ENTRIES:
            self._recorded = {}
        for key, entry in known.items():
            if entry.recorded and key not in before:
                self._recorded[key] = now + _RECORDED * _SPREAD.uniform(0.5, 1.0)
        links, defaults = queries.working(self._store, every, datetime.now(HANOI).date())
        stops = stopped.among(self._store, wanted)
        found = {}
        for path, some in wanted.items():
            to = queries.delegated(self._delegated(now), asked[path].key)
            here = (_of(some, known), _of(some, links), _of(some, defaults))
            one = Asked(some, path, *here, to, path in stops)
            built = levels.build(one, self._base_url)
            page = f"{self._base_url}/p/{path}" if path in stops else None
            found[path] = Found(built, to, now + FRESH, now + SECONDS, page)
        return found

    def _delegated(self, now: float) -> Sequence[Delegation]:
        until, found = self._delegations
        if until <= now:
            found = queries.delegations(self._store)
            self._delegations = (now + _DELEGATIONS, found)
        return found


def _of(some: Sequence[str], all_of: Mapping[str, Any]) -> dict[str, Any]:
    return {key: all_of[key] for key in some if key in all_of}
