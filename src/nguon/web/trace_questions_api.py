# SPDX-License-Identifier: Apache-2.0
"""What an inspector asks, for programs: ``/api/v1/trace/holdings`` and its neighbours."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar

from litestar import Request, get
from litestar.params import FromQuery, QueryParameter
from msgspec import structs

from nguon import gs1
from nguon.base.audience import Audience
from nguon.base.messages import Language, hint, text
from nguon.store import Store
from nguon.trace import Direction, Limits, trace
from nguon.trace.asking import dispersion
from nguon.trace.asking.balance import Account, ledger
from nguon.trace.asking.common import common_causes
from nguon.trace.asking.comparing import Comparison, compare
from nguon.trace.asking.errors import TooManyError
from nguon.trace.asking.gaps import gaps_of
from nguon.trace.asking.holdings import goods, seen_holdings
from nguon.trace.asking.lineages import WHOLE_GOODS, traced
from nguon.trace.asking.origins import Origins, origins_of
from nguon.trace.known import seq_at
from nguon.trace.starting import Starts, starts
from nguon.web import trace_questions_views as views
from nguon.web.auth import needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.trace_ledger_views import LedgerView, ledger_view

_ANY = Request[Any, Any, Any]
_PATH = "/api/v1/trace"
MOST_ITEMS = 100
_Answer = TypeVar("_Answer")

Item = Annotated[
    str,
    QueryParameter(
        description="What is asked about: Digital Link, EPC URN, element string or key of an item,"
        " a lot or a container; also a product, a place, a party, an area or a document, which"
        " stand for the goods of their newest records"
    ),
]
Code = Annotated[str, QueryParameter(description="Any spelling of one GS1 key")]
AsOf = Annotated[
    int | None, QueryParameter(name="asOf", ge=0, le=2**62, description="Log position")
]
KnownAt = Annotated[
    datetime | None,
    QueryParameter(name="knownAt", description="As known then (RFC 3339, with offset)"),
]
Most = Annotated[int, QueryParameter(name="maxThings", ge=1, le=100_000)]


class _Asked:
    """Whoever asks, and the position of the log that is asked about."""

    def __init__(self, request: _ANY, as_of: int | None = None, known: datetime | None = None):
        self.store: Store = services(request.scope).store
        self.audience: Audience = principal_of(request.scope).audience
        self.language: Language = negotiate(request.scope)
        self._as_of = as_of
        self._known = known

    @property
    def upto(self) -> int:
        if self._as_of is not None:
            return self._as_of
        if self._known is not None:
            return seq_at(self.store, self._known)
        return self.store.events.head()[0]

    def starts(self, item: str) -> Starts:
        return starts(self.store, self.audience, item)


async def _answered(asked: _Asked, work: Callable[[_Asked], _Answer]) -> _Answer:
    return await asyncio.to_thread(work, asked)


@get(
    f"{_PATH}/holdings",
    opt=dict(needs("trace")),
    tags=["trace"],
    summary="Who has an item, or what was made of it, now; what is left and where",
)
async def holdings(
    request: _ANY,
    item: Item,
    follow: Annotated[
        bool, QueryParameter(description="Also all that the item went into (true), or it alone")
    ] = True,
    max_things: Most = 20_000,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> views.HoldingsView:
    """Held, under way, sold, used up, destroyed or unknown, by party and place.

    Containers count (what is on a pallet is where the pallet is), lots are split by quantity.
    """

    def work(asked: _Asked) -> views.HoldingsView:
        begun = asked.starts(item)
        keys, cut = list(begun.keys), begun.truncated
        if follow:
            limits = Limits(nodes=max_things)
            ahead = traced(
                asked.store, asked.audience, keys, Direction.FORWARD,
                limits=limits, upto_seq=asked.upto,
            )  # fmt: skip
            cut = cut or ahead.truncated
            keys = goods(
                [*keys, *(key for found in ahead.found for key, (_, mode) in found.depths.items()
                          if mode in WHOLE_GOODS)]
            )  # fmt: skip
        found = seen_holdings(asked.store, asked.audience, keys, upto_seq=asked.upto)
        shown = [views.holding_view(one) for one in found.holdings]
        things = sum(one.things for one in shown)
        return views.HoldingsView(asked.upto, things, cut or found.truncated, shown)

    return await _answered(_Asked(request, as_of, known_at), work)


@get(
    f"{_PATH}/origins",
    opt=dict(needs("trace")),
    tags=["trace"],
    summary="Where an item came from: the first goods, their places, areas and parties",
)
async def origins(
    request: _ANY, item: Item, as_of: AsOf = None, known_at: KnownAt = None
) -> Origins:
    """The beginnings of the item's way, as far as they are recorded."""

    def work(asked: _Asked) -> Origins:
        begun = asked.starts(item)
        found = origins_of(asked.store, asked.audience, begun.keys, upto_seq=asked.upto)
        return structs.replace(found, truncated=found.truncated or begun.truncated)

    return await _answered(_Asked(request, as_of, known_at), work)


@get(
    f"{_PATH}/gaps",
    opt=dict(needs("trace")),
    tags=["trace"],
    summary="What is missing on an item's way, with the party to ask",
)
async def gaps(
    request: _ANY,
    item: Code,
    direction: FromQuery[Direction] = Direction.BACK,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> views.GapsView:
    """Shipped and never received, received and never shipped, quantities that do not fit, unknown
    parties and places, steps before their cause, missing stages.
    """

    def work(asked: _Asked) -> views.GapsView:
        key = gs1.parse(item).key
        lineage = trace(asked.store, asked.audience, key, direction, upto_seq=asked.upto)
        found = gaps_of(asked.store, asked.audience, lineage)
        numbers = [one.event for one in found.gaps if one.event is not None]
        records = asked.store.events.by_ids(asked.audience, numbers)
        names = {one.id: one.event.event_id for one in records}
        return views.GapsView(
            key,
            lineage.as_of,
            lineage.truncated or found.truncated,
            [
                views.gap_view(
                    one,
                    names.get(one.event or 0),
                    text(one.code, asked.language, **one.params),
                    hint(one.code, asked.language, **one.params),
                )
                for one in found.gaps
            ],
        )

    return await _answered(_Asked(request, as_of, known_at), work)


@get(
    f"{_PATH}/common",
    opt=dict(needs("trace")),
    tags=["trace"],
    summary="What several complaints have in common, the likeliest cause first",
)
async def common(
    request: _ANY,
    item: Annotated[
        list[str], QueryParameter(description="The codes of two or more things complained of")
    ],
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> views.CausesView:
    """Common ancestors, places, equipment and parties: ranked by how many complaints they reach,
    then by (share of the complaints reached) / (share of all goods reached).
    """

    def work(asked: _Asked) -> views.CausesView:
        if len(item) > MOST_ITEMS:
            raise TooManyError("trace.too-many-keys", most=MOST_ITEMS)
        keys = [gs1.parse(one).key for one in item]
        return views.causes_view(
            common_causes(asked.store, asked.audience, keys, upto_seq=asked.upto)
        )

    return await _answered(_Asked(request, as_of, known_at), work)


@get(
    f"{_PATH}/balance",
    opt=dict(needs("trace")),
    tags=["trace"],
    summary="The running stock ledger of a party or place, of a lot or product",
)
async def balance(  # noqa: PLR0913, PLR0917 - one parameter a property of the question
    request: _ANY,
    lot: FromQuery[str | None] = None,
    product: FromQuery[str | None] = None,
    place: FromQuery[str | None] = None,
    party: FromQuery[str | None] = None,
    since: FromQuery[datetime | None] = None,
    until: FromQuery[datetime | None] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> LedgerView:
    """Each change with the stock after it, always reckoned from the first record; negative stock
    and makings beyond the losses of their process are flagged.
    """

    def work(asked: _Asked) -> LedgerView:
        account = Account(*(_key(one) for one in (party, place, product, lot)))
        return ledger_view(
            ledger(
                asked.store, asked.audience, account,
                since=since, until=until, upto_seq=asked.upto,
            )
        )  # fmt: skip

    return await _answered(_Asked(request, as_of, known_at), work)


@get(
    f"{_PATH}/dispersion",
    opt=dict(needs("trace")),
    tags=["trace"],
    summary="How far a lot is spread, how big a recall would be, how much is accounted for",
)
async def spread(
    request: _ANY, item: Code, as_of: AsOf = None, known_at: KnownAt = None
) -> views.DispersionView:
    """Batch dispersion (Dupuy 2005), recall size (Dabbene and Gay 2011), depth, completeness."""

    def work(asked: _Asked) -> views.DispersionView:
        key = gs1.parse(item).key
        return views.dispersion_view(
            dispersion.of(asked.store, asked.audience, key, upto_seq=asked.upto)
        )

    return await _answered(_Asked(request, as_of, known_at), work)


@get(
    f"{_PATH}/compare",
    opt=dict(needs("trace")),
    tags=["trace"],
    summary="What two lots share on their way, and where it parts",
)
async def comparison(
    request: _ANY, a: Code, b: Code, as_of: AsOf = None, known_at: KnownAt = None
) -> Comparison:
    """Shared and separate ancestors and carriers of two things, shared places and parties."""

    def work(asked: _Asked) -> Comparison:
        keys = [gs1.parse(one).key for one in (a, b)]
        return compare(asked.store, asked.audience, *keys, upto_seq=asked.upto)

    return await _answered(_Asked(request, as_of, known_at), work)


def _key(text: str | None) -> str | None:
    return None if not text else gs1.parse(text).key


ROUTES = (holdings, origins, gaps, common, balance, spread, comparison)
