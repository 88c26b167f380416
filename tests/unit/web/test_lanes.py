# SPDX-License-Identifier: Apache-2.0
"""Which callable a request reaches, and the rule about first segments."""

import asyncio
from typing import Any

import pytest

from nguon.web.lanes import RESERVED, Lanes, first_segment, misplaced


def lane(name: str, reached: list[str]) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        reached.append(name)

    return app


@pytest.mark.parametrize(
    ("method", "path", "reached"),
    [
        ("GET", "/01/09521234543213", "resolver"),
        ("GET", "/01", "resolver"),
        ("POST", "/epcis/events", "fast"),
        ("GET", "/epcis/events", "framework"),
        ("POST", "/epcis/events/", "framework"),
        ("GET", "/", "framework"),
        ("GET", "/011/1", "framework"),
        ("GET", "/DBHKVAdpQgpBz3g", "single"),
        ("GET", "/DBHKVAdpQgpBz3g/", "single"),
        ("GET", "/DBHKVAdpQgpBz3g/x", "framework"),
        ("GET", "/docs", "framework"),
    ],
)
def test_choice(method: str, path: str, reached: str) -> None:
    log: list[str] = []
    lanes = Lanes(
        lane("framework", log),
        {"01": lane("resolver", log)},
        {("POST", "/epcis/events"): lane("fast", log)},
        lane("single", log),
    )
    scope: Any = {"type": "http", "method": method, "path": path}
    asyncio.run(lanes(scope, None, None))  # type: ignore[arg-type]
    assert log == [reached]


def test_lifespan_goes_to_the_framework() -> None:
    log: list[str] = []
    lanes = Lanes(lane("framework", log), {"": lane("wrong", log)})
    asyncio.run(lanes({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert log == ["framework"]


def test_routes_stand_under_reserved_segments_and_beside_lanes() -> None:
    assert misplaced(["/", "/epcis/events", "/docs"], ["01"]) == []
    assert misplaced(["/elsewhere/x", "/01/x", "/p/x"], ["01", "p"]) == ["01", "elsewhere", "p"]


def test_no_reserved_segment_is_a_primary_key() -> None:
    assert [segment for segment in RESERVED if segment.isdigit()] == []
    assert first_segment("/01/0952/21/x") == "01"
    assert first_segment("/") == ""
