# SPDX-License-Identifier: Apache-2.0
"""Events that arrive at the same moment are prepared together.

Going through each step of preparation with several events at hand costs less
than going through all steps with each: a group commit answers many clients at
once, and their next events come at once too.
"""

import asyncio
from weakref import WeakKeyDictionary

from nguon.base.errors import NguonError
from nguon.capture.service import CaptureService, Capturing
from nguon.identity.model import Principal

_AT_ONCE = 24
"""Events prepared before the event loop turns to others: a few milliseconds."""

_Waiting = tuple[Principal, bytes, "asyncio.Future[Capturing]"]


class Gathering:
    """The events of one server that wait for the end of the event loop's turn."""

    def __init__(self, capture: CaptureService, loop: asyncio.AbstractEventLoop) -> None:
        self._capture = capture
        self._loop = loop
        self._waiting: list[_Waiting] = []

    async def event(self, principal: Principal, data: bytes) -> Capturing:
        """As `CaptureService.event`."""
        future: asyncio.Future[Capturing] = self._loop.create_future()
        self._waiting.append((principal, data, future))
        if len(self._waiting) == 1:
            self._loop.call_soon(self._prepare)
        return await future

    def _prepare(self) -> None:
        group, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        if self._waiting:
            self._loop.call_soon(self._prepare)
        outcomes: list[Capturing | NguonError] | list[Exception]
        try:
            outcomes = self._capture.events([(principal, data) for principal, data, _ in group])
        except Exception as error:  # noqa: BLE001 - every sender waits for an answer
            outcomes = [error] * len(group)
        for (_, _, future), outcome in zip(group, outcomes, strict=True):
            if future.done():
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)


_GATHERINGS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, Gathering]] = (
    WeakKeyDictionary()
)


def gathering(capture: CaptureService) -> Gathering:
    """The gathering of a capture service on the running event loop."""
    loop = asyncio.get_running_loop()
    known = _GATHERINGS.setdefault(loop, {})
    found = known.get(id(capture))
    if found is None:
        found = known[id(capture)] = Gathering(capture, loop)
    return found
