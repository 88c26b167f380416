# SPDX-License-Identifier: Apache-2.0
"""Where an item came from or went: as JSON for systems, as a page for people."""

import asyncio
from collections import Counter
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromQuery, QueryParameter

from nguon import gs1
from nguon.base.audience import Audience
from nguon.base.messages import Language
from nguon.base.time import HANOI, from_microseconds
from nguon.registry import queries as registry
from nguon.store import Store
from nguon.trace import Direction, Limits, Lineage, trace
from nguon.trace.drawing import BOX_HEIGHT, BOX_WIDTH, Drawing, draw
from nguon.trace.labels import Label, label
from nguon.trace.model import Mode
from nguon.trace.views import TraceView, view
from nguon.web.auth import needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.pages import render
from nguon.web.services import services

DRAWN = 400
"""A lineage of more things than this is listed, not drawn."""


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
    as_of: Annotated[int | None, QueryParameter(name="asOf", ge=0)] = None,
) -> TraceView:
    """Follows transformations, containers, associations and lots in time, within the limit."""
    key = gs1.parse(item).key
    audience = principal_of(request.scope).audience
    store = services(request.scope).store
    lineage = await asyncio.to_thread(
        trace, store, audience, key, direction, limits=Limits(nodes=max_things), upto_seq=as_of
    )
    return view(lineage)


class Row(msgspec.Struct, frozen=True):
    """A thing as the page lists it."""

    key: str
    label: Label
    product: str | None
    mode: Mode
    depth: int
    first: date | None
    last: date | None


class DrawnBox(msgspec.Struct, frozen=True):
    """A box with its words."""

    x: int
    y: int
    count: int
    start: bool
    mode: Mode
    key: str
    label: Label
    product: str | None


@get("/w/trace", opt=dict(needs("trace")), include_in_schema=False)
async def trace_page(
    request: Request[Any, Any, Any],
    item: FromQuery[str] = "",
    direction: FromQuery[Direction] = Direction.BACK,
) -> Response[bytes]:
    """The same for people: a drawing, and the list of what it shows."""
    audience = principal_of(request.scope).audience
    asked = item.strip()
    if not asked:
        return render(request, "trace/page.html", item="", direction=direction, found=None)
    key = gs1.parse(asked).key
    found = await asyncio.to_thread(
        _found, services(request.scope).store, audience, key, direction, negotiate(request.scope)
    )
    return render(
        request,
        "trace/page.html",
        item=asked,
        direction=direction,
        found=found,
        box=(BOX_WIDTH, BOX_HEIGHT),
    )


class Found(msgspec.Struct, frozen=True):
    """All that the page shows of one answer."""

    lineage: Lineage
    rows: list[Row]
    kinds: list[tuple[str, int]]
    drawing: Drawing | None
    boxes: list[DrawnBox]


def _found(
    store: Store, audience: Audience, key: str, direction: Direction, language: Language
) -> Found:
    lineage = trace(store, audience, key, direction)
    things = [node for node in lineage.nodes if node.mode is not Mode.PROCESS]
    labels = {node.key: label(node.key) for node in lineage.nodes}
    products = sorted({found.product for found in labels.values() if found.product})
    names = {
        product: found.name.in_language(language)
        for product, found in registry.products(store, audience, products).items()
    }

    def name(key: str) -> str | None:
        product = labels[key].product
        return None if product is None else names.get(product)

    drawing = draw(lineage) if len(lineage.nodes) <= DRAWN else None
    return Found(
        lineage=lineage,
        rows=[
            Row(
                node.key,
                labels[node.key],
                name(node.key),
                node.mode,
                node.depth,
                _day(node.first_time),
                _day(node.last_time),
            )
            for node in things
        ],
        kinds=Counter(labels[node.key].kind.value for node in things).most_common(),
        drawing=drawing,
        boxes=[
            DrawnBox(
                box.x,
                box.y,
                box.count,
                box.start,
                box.mode,
                box.keys[0],
                labels[box.keys[0]],
                name(box.keys[0]),
            )
            for box in (drawing.boxes if drawing else ())
        ],
    )


def _day(value: int | None) -> date | None:
    return None if value is None else from_microseconds(value).astimezone(HANOI).date()


ROUTES = (trace_item, trace_page)
