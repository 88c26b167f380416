# SPDX-License-Identifier: Apache-2.0
"""Where an item came from or went: as JSON for systems."""

import asyncio
from typing import Annotated, Any

from litestar import Request, get
from litestar.params import FromQuery, QueryParameter

from nguon import gs1
from nguon.trace import Direction, Limits, trace
from nguon.trace.views import TraceView, view
from nguon.web.auth import needs, principal_of
from nguon.web.services import services

Item = Annotated[
    str, QueryParameter(description="Digital Link, EPC URN, element string or key of the item")
]


@get(
    "/api/v1/trace",
    opt=dict(needs("trace")),
    tags=["trace"],
    summary="Where an item came from, or where it went",
)
async def trace_item(
    request: Request[Any, Any, Any],
    item: Item,
    direction: FromQuery[Direction] = Direction.BACK,
    max_things: Annotated[int, QueryParameter(name="maxThings", ge=1, le=100_000)] = 20_000,
    as_of: Annotated[int | None, QueryParameter(name="asOf", ge=0, le=2**62)] = None,
) -> TraceView:
    """Follows transformations, containers, associations and lots in time, within the limit."""
    key = gs1.parse(item).key
    audience = principal_of(request.scope).audience
    store = services(request.scope).store
    lineage = await asyncio.to_thread(
        trace, store, audience, key, direction, limits=Limits(nodes=max_things), upto_seq=as_of
    )
    return view(lineage)


ROUTES = (trace_item,)
