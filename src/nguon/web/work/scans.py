# SPDX-License-Identifier: Apache-2.0
"""How often goods were scanned, for their holder: a list of products, a thing by day."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from litestar import Request, Response, get
from litestar.params import FromQuery

from nguon import gs1
from nguon.base.messages import Language, text
from nguon.base.time import HANOI
from nguon.gs1 import IdentifierError
from nguon.identity.model import Principal
from nguon.registry import queries as registers
from nguon.registry.model import Product
from nguon.scans import queries
from nguon.scans.model import DayCount
from nguon.scans.telling import SMALLEST
from nguon.scans.telling import told as told_of
from nguon.store import Store
from nguon.vn.units import province
from nguon.web.auth import needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.telling import told
from nguon.web.work.pages import work

PAGE = "/w/scans"
DAYS = 30


class Line(NamedTuple):
    """A product and how often it was scanned, its lots and pieces with it."""

    key: str
    name: str
    scans: int
    views: int


@get(PAGE, opt=dict(needs("read")), include_in_schema=False)
async def scans(request: Request[Any, Any, Any], item: FromQuery[str] = "") -> Response[bytes]:
    """One's products, the most scanned first; or one thing, where its code is asked for."""
    store, by = services(request.scope).store, principal_of(request.scope)
    if item:
        return await _one(request, store, by, item)
    lines = await asyncio.to_thread(_lines, store, by, negotiate(request.scope))
    return _page(request, lines=lines)


async def _one(
    request: Request[Any, Any, Any], store: Store, by: Principal, item: str
) -> Response[bytes]:
    try:
        key = gs1.parse(item).key
    except IdentifierError as error:
        return _page(request, status_code=400, asked=item, wrong=told(request, error))
    language, last = negotiate(request.scope), datetime.now(HANOI).date()
    first = last - timedelta(days=DAYS - 1)
    found = await asyncio.to_thread(told_of, store, by, key, first, last)
    names = await asyncio.to_thread(_products, store, by, [key[:17]])
    name = names[key[:17]].name.in_language(language) if key[:17] in names else ""
    days = _by_day(found.days, language)
    since = found.total.first and found.total.first.astimezone(HANOI).date()
    return _page(request, asked=item, found=found, name=name, by_day=days, since=since)


def _page(
    request: Request[Any, Any, Any], *, status_code: int = 200, **context: Any
) -> Response[bytes]:
    shown = {"asked": "", "wrong": None, "found": None, "name": "", "lines": (), "days": DAYS}
    few = {"smallest": SMALLEST}
    return work(
        request,
        "work/scans.html",
        here="scans",
        status_code=status_code,
        **{**shown, **few, **context},
    )


def _lines(store: Store, by: Principal, language: Language) -> list[Line]:
    made = registers.products_of(store, by.audience, by.organisation)
    counted = queries.totals(store, [one.key for one in made])
    lines = []
    for one in made:
        count = counted.get(one.key)
        scanned = (count.scans, count.views) if count else (0, 0)
        lines.append(Line(one.key, one.name.in_language(language), *scanned))
    return sorted(lines, key=lambda line: (-line.scans, -line.views, line.name))


def _products(store: Store, by: Principal, keys: Sequence[str]) -> Mapping[str, Product]:
    return registers.products(store, by.audience, keys)


def _by_day(
    days: Sequence[DayCount], language: Language
) -> list[tuple[date, list[tuple[str, int, int]]]]:
    """The newest day first, in it the provinces by name and last what names none."""
    found: dict[date, list[tuple[str, int, int]]] = {}
    for one in days:
        unit = province(one.place)
        name = unit.label(language) if unit else text("scans.place-none", language)
        found.setdefault(one.day, []).append((name, one.scans, one.views))
    return [(day, found[day][1:] + found[day][:1]) for day in sorted(found, reverse=True)]


ROUTES = (scans,)
