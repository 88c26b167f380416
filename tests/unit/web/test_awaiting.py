# SPDX-License-Identifier: Apache-2.0
"""Results made in another thread arrive, each with whoever waits for it, failures too."""

import asyncio
import threading
from concurrent.futures import Future

import pytest

from nguon.web.awaiting import result_of


def test_every_result_arrives() -> None:
    futures: list[Future[int]] = [Future() for _ in range(500)]

    def settle() -> None:
        for number, future in enumerate(futures):
            future.set_result(number)

    async def wait() -> list[int]:
        threading.Thread(target=settle).start()
        return await asyncio.gather(*map(result_of, futures))

    assert asyncio.run(wait()) == list(range(500))


def test_failures_arrive() -> None:
    failed: Future[int] = Future()
    failed.set_exception(KeyError("why"))

    async def wait() -> int:
        return await result_of(failed)

    with pytest.raises(KeyError, match="why"):
        asyncio.run(wait())


def test_who_has_gone_away_disturbs_nobody() -> None:
    first: Future[int] = Future()
    second: Future[int] = Future()

    async def wait() -> int:
        leaving = asyncio.create_task(result_of(first))
        staying = asyncio.create_task(result_of(second))
        await asyncio.sleep(0)
        leaving.cancel()
        first.set_result(1)
        second.set_result(2)
        return await staying

    assert asyncio.run(wait()) == 2
