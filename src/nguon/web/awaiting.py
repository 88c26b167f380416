# SPDX-License-Identifier: Apache-2.0
"""Waiting on the event loop for results of the writer's thread: one wake-up for a whole group.

`asyncio.wrap_future` wakes the loop once a result; a group commit settles
dozens at the same moment.
"""

import asyncio
from collections import deque
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

_ResultT = TypeVar("_ResultT")


class _Bridge:
    """The results on their way to one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._ready: deque[tuple[asyncio.Future[Any], Future[Any]]] = deque()
        self._woken = False

    def deliver(self, waiter: asyncio.Future[Any], done: Future[Any]) -> None:
        """Called where the result was made, in any thread."""
        self._ready.append((waiter, done))
        if not self._woken:
            self._woken = True
            self._loop.call_soon_threadsafe(self._drain)

    def _drain(self) -> None:
        self._woken = False
        while self._ready:
            waiter, done = self._ready.popleft()
            if waiter.done():
                continue
            error = done.exception()
            if error is None:
                waiter.set_result(done.result())
            else:
                waiter.set_exception(error)


_BRIDGES: WeakKeyDictionary[asyncio.AbstractEventLoop, _Bridge] = WeakKeyDictionary()


async def result_of(future: Future[_ResultT]) -> _ResultT:
    """The future's result. Raises what the future failed with."""
    loop = asyncio.get_running_loop()
    bridge = _BRIDGES.get(loop)
    if bridge is None:
        bridge = _BRIDGES[loop] = _Bridge(loop)
    waiter: asyncio.Future[_ResultT] = loop.create_future()
    future.add_done_callback(partial(bridge.deliver, waiter))
    return await waiter
