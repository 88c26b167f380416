# SPDX-License-Identifier: Apache-2.0
"""Where things came from or went: as JSON for systems, at once or level by level."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any, Literal, cast

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from nguon import gs1
from nguon.store import Store
from nguon.trace.answering import Answer, answer, levels
from nguon.trace.errors import TraceQuestionError
from nguon.trace.known import seq_at
from nguon.trace.model import Confidence, Direction, Following, Limits, LinkKind, Shared
from nguon.trace.moments import moment, span
from nguon.trace.service import Question
from nguon.trace.starting import Starts, starts
from nguon.trace.views import LevelView, TraceView, links, things, view
from nguon.web.auth import needs, principal_of
from nguon.web.services import services

_LINES = "application/x-ndjson"
_A_LINE = 500
"""Things in one line of a stream."""

Item = Annotated[
    str,
    QueryParameter(
        description="Digital Link, EPC URN, element string or key of an item, lot, container, "
        "product, place or party; a national code; a certificate's number; a document's URI"
    ),
]
Least = Literal["ambiguous", "inferred", "lot", "exact"]


class Times(msgspec.Struct, frozen=True):
    """Which records count: known at a position of the log, and for a start of when."""

    as_of: int | None
    as_known_at: str
    since: str
    until: str


def _times(
    as_of: Annotated[
        int | None, QueryParameter(name="asOf", ge=0, le=2**62, description="Log position")
    ] = None,
    as_known_at: Annotated[
        str, QueryParameter(name="asKnownAt", description="RFC 3339: as recorded up to then")
    ] = "",
    since: Annotated[
        str,
        QueryParameter(
            description="Goods of a place, party, document or product from then on: "
            "RFC 3339, or 2026-08-01, 2026-08, 2026"
        ),
    ] = "",
    until: Annotated[str, QueryParameter(description="…and up to then")] = "",
) -> Times:
    return Times(as_of, as_known_at, since, until)


def _following(
    kind: Annotated[
        list[LinkKind] | None, QueryParameter(description="Links to follow; all unless named")
    ] = None,
    least: Annotated[
        Least, QueryParameter(description="Follow links of this confidence and more")
    ] = "lot",
    shared_hours: Annotated[
        int | None,
        QueryParameter(
            name="sharedHours",
            ge=0,
            le=24 * 366,
            description="Follow also what was at the same place so many hours later (back: before)",
        ),
    ] = None,
    shared_at: Annotated[
        list[str] | None,
        QueryParameter(name="sharedAt", description="…at these places alone (keys or links)"),
    ] = None,
) -> Following:
    places = frozenset(gs1.item_key(place) for place in shared_at or ())
    return Following(
        frozenset(kind) if kind else frozenset(LinkKind),
        Confidence[least.upper()],
        None if shared_hours is None else Shared(shared_hours, places),
    )


def _limits(
    max_things: Annotated[int, QueryParameter(name="maxThings", ge=1, le=100_000)] = 20_000,
    max_depth: Annotated[int, QueryParameter(name="maxDepth", ge=1, le=1_000)] = 64,
) -> Limits:
    return Limits(nodes=max_things, depth=max_depth)


@get(
    "/api/v1/trace",
    opt=dict(needs("trace")),
    tags=["trace"],
    summary="Where things came from, or where they went",
    dependencies={
        "times": Provide(_times, sync_to_thread=False),
        "following": Provide(_following, sync_to_thread=False),
        "limits": Provide(_limits, sync_to_thread=False),
    },
)
async def trace_item(
    request: Request[Any, Any, Any],
    item: Item,
    times: NamedDependency[Times],
    following: NamedDependency[Following],
    limits: NamedDependency[Limits],
    direction: FromQuery[Direction] = Direction.BACK,
) -> Response[TraceView]:
    """Follows transformations, containers, associations and lots in time, within the limits.

    Asked for `application/x-ndjson` the answer is a line of JSON for every level as soon as it
    was read, and a last one with all but things and links.
    """
    store = services(request.scope).store
    audience = principal_of(request.scope).audience
    found = await asyncio.to_thread(_starts, store, audience, item, times)
    keys = found.keys or (found.key,)
    upto_seq = await asyncio.to_thread(_position, store, times)
    question = Question(keys, direction, limits, upto_seq, following)
    if _LINES in request.headers.get("accept", ""):
        lines = Stream(_lines(found, levels(store, audience, question)), media_type=_LINES)
        return cast("Response[TraceView]", lines)
    return Response(view(found, await asyncio.to_thread(answer, store, audience, question)))


def _starts(store: Store, audience: Any, item: str, times: Times) -> Starts:
    since = span(times.since)[0] if times.since else None
    until = span(times.until)[1] if times.until else None
    return starts(store, audience, item, since=since, until=until)


def _position(store: Store, times: Times) -> int | None:
    if not times.as_known_at:
        return times.as_of
    if times.as_of is not None:
        raise TraceQuestionError("trace.two-positions")
    return seq_at(store, moment(times.as_known_at))


def _lines(found: Starts, parts: Iterator[tuple[int, Any] | Answer]) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part, Answer):
            yield msgspec.json.encode(view(found, part)) + b"\n"
            continue
        depth, lineage = part
        most = max(len(lineage.nodes), len(lineage.links), 1)
        for start in range(0, most, _A_LINE):
            end = start + _A_LINE
            line = LevelView(
                depth, things(lineage.nodes[start:end]), links(lineage.links[start:end])
            )
            yield msgspec.json.encode(line) + b"\n"


ROUTES = (trace_item,)
