# SPDX-License-Identifier: Apache-2.0
"""Single checks answered together: what comes while one batch is read is the next batch.

Nobody waits for others to come; but where many come at once, the statements of one are those
of all. What is signed is each answer by itself.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from weakref import WeakKeyDictionary

from nguon.base.errors import NguonError
from nguon.listings import service
from nguon.listings.model import Asked, Listing
from nguon.store import Store

_Answers = tuple[Listing, ...]


@dataclass
class _Market:
    """One marketplace's checks that wait; ``busy`` while a batch is read."""

    waiting: list[tuple[Sequence[Asked], asyncio.Future[_Answers]]] = field(default_factory=list)
    busy: asyncio.Task[None] | None = None


_markets: WeakKeyDictionary[Store, dict[int, _Market]] = WeakKeyDictionary()


async def answered(store: Store, market: int, asked: Sequence[Asked]) -> _Answers:
    """The answers about some listings, at most `service.AT_ONCE`; raises as `service.answered`."""
    own = _markets.setdefault(store, {}).setdefault(market, _Market())
    future = asyncio.get_running_loop().create_future()
    own.waiting.append((asked, future))
    if own.busy is None:
        own.busy = asyncio.create_task(_work(store, market, own))
    found: _Answers = await future
    return found


async def _work(store: Store, market: int, own: _Market) -> None:
    try:
        while own.waiting:
            batch = _next(own)
            await _read(store, market, batch)
    finally:
        own.busy = None


def _next(own: _Market) -> list[tuple[Sequence[Asked], asyncio.Future[_Answers]]]:
    """As many of those that wait as one batch takes, the first first."""
    count, room = 0, service.AT_ONCE
    for asked, _ in own.waiting:
        room -= len(asked)
        if room < 0 and count:
            break
        count += 1
    batch, own.waiting = own.waiting[:count], own.waiting[count:]
    return batch


async def _read(
    store: Store, market: int, batch: list[tuple[Sequence[Asked], asyncio.Future[_Answers]]]
) -> None:
    every = [one for asked, _ in batch for one in asked]
    try:
        found = await asyncio.to_thread(service.answered, store, market, every, datetime.now(UTC))
    except NguonError as error:
        if len(batch) > 1:
            for one in batch:
                await _read(store, market, [one])
        else:
            _settle(batch[0][1], error)
        return
    except BaseException as error:  # noqa: BLE001 - whoever waits must be told
        for _, future in batch:
            _settle(future, error)
        return
    start = 0
    for asked, future in batch:
        _settle(future, found[start : start + len(asked)])
        start += len(asked)


def _settle(future: "asyncio.Future[_Answers]", outcome: _Answers | BaseException) -> None:
    if future.done():
        return
    if isinstance(outcome, BaseException):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
