# SPDX-License-Identifier: Apache-2.0
"""Collects cosignatures of the checkpoints that the log signs, beside it and never in its way.

One thread with an event loop asks every witness of the policy at the same time. All of them
are asked for the same checkpoint until it has what the policy wants or all have had their
time; then for the newest one. Whatever witnesses do, captures and signing go on.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

import httpx

from nguon.tlog import asking
from nguon.tlog.asked import Asked, WitnessStanding, filled
from nguon.tlog.gathering import Gathering, keep, kept_lines
from nguon.tlog.model import Shard, Signed
from nguon.tlog.service import Tlog
from nguon.tlog.stopping import stop
from nguon.tlog.weakening import Policies, Weakening
from nguon.transparency.policies import Policy, Witness

_LOG = logging.getLogger(__name__)

_FIRST = 3.0
"""Seconds that a start waits for witnesses to say what they know."""
_REFRESH = 600.0
"""Seconds after which the same checkpoint is cosigned again: that nothing came is news too."""
_LOOK = 0.5
"""Seconds between two looks at the policy's file."""


class Collector:
    """The witnesses of a log; `once` and `standing` may be called from any thread."""

    def __init__(self, tlog: Tlog, *, clock: Callable[[], float] = time.time) -> None:
        self._tlog = tlog
        self._clock = clock
        self._policies = Policies(tlog)
        self._asked: dict[bytes, Asked] = {}
        self._newest: dict[int, tuple[Shard, Signed]] = {}
        self._gatherings: dict[int, Gathering] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._http: httpx.AsyncClient | None = None
        self._changed = asyncio.Event()
        self._keeping = asyncio.Lock()
        self._tasks: dict[bytes, asyncio.Task[None]] = {}
        self._driver: asyncio.Task[None] | None = None

    @property
    def weakened(self) -> Weakening | None:
        """What the present policy asks for less than the one that was accepted last."""
        self._policies.read()
        return self._policies.weakened

    def start(self) -> None:
        """Ask once, so that a log older than its witnesses does not sign, then follow it.

        To be called before the log is started; waits three seconds at most.
        """
        self._tlog.listeners.append(self._signed)
        for shard in self._tlog.shards()[-1:]:
            self._call(self._first(shard))
        self._call(self._begin())

    def close(self) -> None:
        """Ends the questions."""
        if self._signed in self._tlog.listeners:
            self._tlog.listeners.remove(self._signed)
        if self._loop is not None and self._thread is not None:
            self._call(self._end())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
        self._loop = self._thread = None

    def once(self, shard: Shard) -> None:
        """Ask every witness once for the newest checkpoint of a shard, and wait for them."""
        self._call(self._once(shard))

    def standing(self) -> list[WitnessStanding]:
        """How each witness of the policy stands, in its order."""
        policy = self._policies.read()
        if policy is None:
            return []
        return [self._known(name, each).standing for name, each in policy.witnesses.items()]

    def _signed(self, shard: Shard, signed: Signed) -> None:
        self._newest[shard.number] = shard, signed
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._changed.set)

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            run = self._loop.run_forever
            self._thread = threading.Thread(target=run, name="witnesses", daemon=True)
            self._thread.start()
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _first(self, shard: Shard) -> None:
        try:
            async with asyncio.timeout(_FIRST):
                await self._once(shard)
        except TimeoutError:
            _LOG.warning("not every witness answered at once")

    async def _begin(self) -> None:
        self._driver = asyncio.create_task(self._drive())

    async def _end(self) -> None:
        tasks = [*self._tasks.values(), *([self._driver] if self._driver else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.aclose()
        await asyncio.get_running_loop().shutdown_default_executor()

    async def _drive(self) -> None:
        while True:
            try:
                self._look()
                async with asyncio.timeout(_LOOK):
                    await self._changed.wait()
                self._changed.clear()
            except TimeoutError:
                continue
            except Exception:  # noqa: BLE001 - proofs come later, the server goes on
                _LOG.exception("witnesses could not be asked")
                await asyncio.sleep(_LOOK)

    def _look(self) -> None:
        """Choose the checkpoint of each shard, and see that each witness is asked for it."""
        policy = self._policies.read()
        if policy is None:
            return
        self._follow(policy)
        for shard, signed in list(self._newest.values()):
            at = self._gatherings.get(shard.number)
            if at is None or self._over(at, signed, policy):
                self._gatherings[shard.number] = self._gathering(shard, signed, policy)
        for public, asked in self._asked.items():
            task = self._tasks.get(public)
            if (task is None or task.done()) and any(map(asked.due, self._gatherings.values())):
                self._tasks[public] = asyncio.create_task(self._serve(asked))

    def _follow(self, policy: Policy) -> None:
        """Ask the witnesses of this policy, and no others."""
        self._asked = {
            each.key.public: self._known(name, each) for name, each in policy.witnesses.items()
        }

    def _known(self, name: str, witness: Witness) -> Asked:
        found = self._asked.get(witness.key.public)
        if found is not None and (found.name, found.witness) == (name, witness):
            return found
        made = Asked(name, witness, self._clock)
        for shard in self._tlog.shards()[-1:]:
            note = self._tlog.state.witnessed(shard.number)
            filled(made, note, self._tlog.log_keys(shard))
        return made

    def _over(self, gathering: Gathering, newest: Signed, policy: Policy) -> bool:
        """Whether it is time for a newer checkpoint, or for newer cosignatures of the same."""
        if gathering.signed.note == newest.note:
            return gathering.age > _REFRESH
        if gathering.satisfies(policy) or gathering.age > asking.PATIENCE:
            return True
        return all(each.rests or each.public in gathering.asked for each in self._asked.values())

    def _gathering(self, shard: Shard, signed: Signed, policy: Policy) -> Gathering:
        tlog = self._tlog
        kept = kept_lines(tlog, signed, shard, policy)
        return Gathering(shard, signed, tlog.folder(shard), tlog.log_keys(shard), kept)

    async def _serve(self, asked: Asked) -> None:
        for gathering in filter(asked.due, list(self._gatherings.values())):
            await self._ask(asked, gathering)
        self._changed.set()

    async def _once(self, shard: Shard) -> None:
        policy, signed = self._policies.read(), self._tlog.signed(shard)
        if policy is None or signed is None:
            return
        self._follow(policy)
        gathering = self._gathering(shard, signed, policy)
        self._newest[shard.number] = shard, signed
        self._gatherings[shard.number] = gathering
        await asyncio.gather(*(self._ask(each, gathering) for each in self._asked.values()))

    async def _ask(self, asked: Asked, gathering: Gathering) -> None:
        if self._http is None:
            self._http = asking.client()
        before = gathering.lines.get(asked.public)
        try:
            beyond = await asked.ask(self._http, gathering, lambda: self._reached(gathering.shard))
            if beyond is not None:
                stop(self._tlog, beyond)
            elif gathering.shard.origin in asked.claims:
                self._doubt(gathering.shard)
            elif gathering.lines.get(asked.public) != before:
                await self._keep(gathering)
        except Exception:  # noqa: BLE001 - a fault of ours is told, and tried again
            _LOG.exception("the cosignature of %s could not be asked for or kept", asked.name)
            asked.failed("witness.trouble-ours")
        gathering.asked.add(asked.public)

    async def _keep(self, gathering: Gathering) -> None:
        policy = self._policies.read()
        if policy is not None and gathering.satisfies(policy):
            async with self._keeping:
                await asyncio.to_thread(keep, self._tlog, gathering)

    def _doubt(self, shard: Shard) -> None:
        """Sign nothing more where witnesses that claim more than ours leave no quorum."""
        reached = self._reached(shard)
        said = {
            public: size
            for public, each in self._asked.items()
            if (size := each.claims.get(shard.origin, 0)) > reached
        }
        policy = self._policies.read()
        if policy is not None and said and not policy.satisfied(self._asked.keys() - said.keys()):
            who = ", ".join(each.name for key, each in self._asked.items() if key in said)
            self._tlog.beyond(shard.origin, max(said.values()), who)

    def _reached(self, shard: Shard) -> int:
        signed = self._tlog.signed(shard)
        return 0 if signed is None else signed.size
