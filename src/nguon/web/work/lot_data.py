# SPDX-License-Identifier: Apache-2.0
"""How complete the data of a lot are: a page for people, the same as JSON for systems."""

import asyncio
from collections import Counter
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from nguon import gs1
from nguon.base.messages import Language
from nguon.compliance import destined, holds, retention
from nguon.compliance.access import may_supervise
from nguon.compliance.completeness import Completeness, completeness
from nguon.compliance.gather import MOST_RECORDS, Question
from nguon.compliance.loader import instrument
from nguon.compliance.model import Judged, Market, State
from nguon.scans import telling
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.errors import NotFoundError
from nguon.web.languages import negotiate
from nguon.web.problems import words
from nguon.web.services import services
from nguon.web.work.pages import work
from nguon.web.work.requirement_view import ORDER, TAGS, sections

_PAGE = "/w/lots"


class Answered(msgspec.Struct, frozen=True, rename="camel"):
    """One requirement as systems read it."""

    requirement: str
    instrument: str
    clause: str
    field: str
    state: State
    binding: str
    supplier: str
    reason: str | None = None
    shown: str | None = None


class LotAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """How complete a lot is, by the rules of a day, for whoever asks.

    ``truncated``: more records exist than were judged; what is missing may be in those.
    """

    item: str
    day: date
    market: Market
    ready: bool
    counts: dict[str, int]
    requirements: list[Answered]
    truncated: bool


@get(
    "/api/v1/lots/completeness",
    opt=dict(needs("read")),
    tags=["compliance"],
    summary="Which required data of a lot are there, missing, not applicable, or not yours to see",
)
async def lot_completeness(
    request: Request[Any, Any, Any],
    item: Annotated[str, QueryParameter(description="Any code of the lot")],
    market: FromQuery[Market] = Market.VN,
    day: FromQuery[date | None] = None,
) -> LotAnswer:
    """Judged by the rules of the day on which the lot was made, or of the day given."""
    key = gs1.parse(item).key
    found = await asyncio.to_thread(_found, request, key, Question(market, day))
    if found is None:
        raise NotFoundError("compliance.no-lot")
    return LotAnswer(
        item=key,
        day=found.day,
        market=market,
        ready=found.ready,
        counts=_counts(found),
        requirements=[_answered(one, negotiate(request.scope)) for one in found.judged],
        truncated=found.truncated,
    )


@get(_PAGE, opt=dict(needs("read")), include_in_schema=False)
async def asked_lot(request: Request[Any, Any, Any], item: FromQuery[str] = "") -> Response[bytes]:
    """The form that asks for a code; with one, the lot itself."""
    return await _page(request, item.strip())


@get(f"{_PAGE}/{{key:path}}", opt=dict(needs("read")), include_in_schema=False)
async def lot_page(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[bytes]:
    """The data of one lot."""
    return await _page(request, key.strip("/"))


async def _page(request: Request[Any, Any, Any], asked: str) -> Response[bytes]:
    language = negotiate(request.scope)
    shown: dict[str, Any] = {"item": asked, "found": None, "wrong": None, "markets": list(Market)}
    query = request.query_params
    market = query.get("market", "")
    shown["market"] = market if market in set(Market) else Market.VN.value
    shown["asked_day"] = query.get("day", "")
    if not asked:
        return work(request, "work/compliance/lot.html", here="todo", **shown)
    try:
        key = gs1.parse(asked).key
        day = date.fromisoformat(shown["asked_day"]) if shown["asked_day"] else None
    except gs1.IdentifierError as error:
        shown["wrong"] = words(error.code, language, error.params)
        return work(request, "work/compliance/lot.html", here="todo", status_code=400, **shown)
    except ValueError:
        shown["wrong"] = words("compliance.day-shape", language, {"text": shown["asked_day"]})
        return work(request, "work/compliance/lot.html", here="todo", status_code=400, **shown)
    if market != shown["market"]:
        store, audience = services(request.scope).store, principal_of(request.scope).audience
        named = await asyncio.to_thread(destined.shipped_to, store, audience, key)
        shown["market"] = named or Market.VN
    question = Question(Market(shown["market"]), day)
    found = await asyncio.to_thread(_found, request, key, question)
    if found is None:
        shown["wrong"] = words("compliance.no-lot", language, {})
        return work(request, "work/compliance/lot.html", here="todo", status_code=404, **shown)
    held = await asyncio.to_thread(_held, services(request.scope).store, key)
    shown |= {
        "item": key,
        "found": found,
        "sections": sections(found.judged, language, key),
        "counts": [
            (state, TAGS[state], count) for state in ORDER if (count := len(found.of(state)))
        ],
        "kept": retention.kept_until(found.goods, found.day, found.expiry, [found.market]),
        "held": held,
        "counted": await asyncio.to_thread(_counted, request, key),
        "may_hold": may_supervise(principal_of(request.scope)),
        "most": MOST_RECORDS,
    }
    return work(request, "work/compliance/lot.html", here="todo", **shown)


def _found(request: Request[Any, Any, Any], key: str, question: Question) -> Completeness | None:
    audience = principal_of(request.scope).audience
    return completeness(services(request.scope).store, audience, key, question)


def _counted(request: Request[Any, Any, Any], key: str) -> bool:
    return telling.may_read(services(request.scope).store, principal_of(request.scope), key)


def _held(store: Store, key: str) -> holds.Hold | None:
    keys = [key, *gs1.memberships(key)]
    return next(iter(holds.held(store, keys).values()), None)


def _counts(found: Completeness) -> dict[str, int]:
    return dict(Counter(one.state.value for one in found.judged))


def _answered(one: Judged, language: Language) -> Answered:
    row = one.requirement
    return Answered(
        requirement=row.id,
        instrument=instrument(row.instrument).number,
        clause=row.clause.in_language(language),
        field=row.field,
        state=one.state,
        binding=one.binding.value,
        supplier=row.supplier.value,
        reason=one.reason,
        shown=one.shown,
    )


ROUTES = (lot_completeness, asked_lot, lot_page)
