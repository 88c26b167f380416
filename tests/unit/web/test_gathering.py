# SPDX-License-Identifier: Apache-2.0
"""Events gathered in a turn of the event loop: each sender is answered, whatever happens."""

import asyncio
from collections.abc import Sequence
from typing import cast

from nguon.capture.service import CaptureService, Capturing
from nguon.identity.model import Principal
from nguon.web.gathering import Gathering

_SOMEBODY = cast("Principal", None)


class Broken:
    """A capture service whose database went away."""

    asked = 0

    def events(self, sent: Sequence[tuple[Principal, bytes]]) -> list[Capturing]:
        self.asked += len(sent)
        raise ConnectionError("gone")


def test_all_senders_hear_of_it_where_they_could_not_be_asked_about() -> None:
    broken = Broken()

    async def send() -> list[Capturing | BaseException]:
        waiting = Gathering(cast("CaptureService", broken), asyncio.get_running_loop())
        events = (waiting.event(_SOMEBODY, b"{}") for _ in range(30))
        return await asyncio.wait_for(asyncio.gather(*events, return_exceptions=True), 30)

    found = asyncio.run(send())
    assert [type(one) for one in found] == [ConnectionError] * 30
    assert broken.asked == 30
