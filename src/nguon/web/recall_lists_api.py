# SPDX-License-Identifier: Apache-2.0
"""Listings of recalls for programs, part by part: cases, sites, things, steps, what moved on."""

import msgspec
from litestar.params import FromPath, FromQuery

from nguon.identity.model import Principal
from nguon.recall import queries
from nguon.recall.model import Recall, Site, SiteState, Taken
from nguon.recall.model import Request as Asked
from nguon.recall.queries import Moved
from nguon.web.recalls_api import BASE, Requested, call, getting
from nguon.web.services import Services

_MOST = 1000


class Own(msgspec.Struct, frozen=True):
    """A site of one's own, with its recall."""

    recall: Recall
    site: Site


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader stands in: cases that it leads or looks after, its sites, what it was asked.

    With ``cases_after`` and so on the next part of each is asked for; None on the last.
    """

    cases: list[Recall]
    cases_after: str | None
    sites: list[Own]
    sites_after: str | None
    requests: list[Asked]
    requests_after: str | None


class Sites(msgspec.Struct, frozen=True):
    """Some sites; with ``after`` the next page is asked for, None on the last."""

    sites: list[Site]
    after: str | None


class Things(msgspec.Struct, frozen=True):
    """Some affected things by key; with ``after`` the next page is asked for."""

    things: list[str]
    after: str | None


class Steps(msgspec.Struct, frozen=True):
    """Some of what happened, in order; with ``after`` the next page is asked for."""

    steps: list[Taken]
    after: str | None


class MovedOn(msgspec.Struct, frozen=True):
    """Some of the goods that moved on, by key; with ``after`` the next page is asked for."""

    moved: list[Moved]
    after: str | None


@getting(BASE, "Recalls that you stand in")
async def list_recalls(
    request: Requested,
    cases_after: FromQuery[str] = "",
    sites_after: FromQuery[str] = "",
    requests_after: FromQuery[str] = "",
) -> Listed:
    """Cases in your charge or about your goods, your sites, what you were asked."""

    def work(parts: Services, by: Principal) -> Listed:
        cases = queries.listed(parts.store, by, after=cases_after)
        mine = queries.mine(parts.store, by, after=sites_after)
        asked = queries.asked(parts.store, by, after=requests_after)
        return Listed(
            cases=cases,
            cases_after=cases.after,
            sites=[Own(*pair) for pair in mine],
            sites_after=mine.after,
            requests=asked,
            requests_after=asked.after,
        )

    return await call(request, work)


@getting(f"{BASE}/{{recall_id:str}}/steps", "What happened in a recall")
async def list_steps(
    request: Requested, recall_id: FromPath[str], after: FromQuery[str] = ""
) -> Steps:
    """A thousand at once, from the first; as far as you may read them."""
    found = await call(
        request,
        lambda parts, by: queries.steps(parts.store, by, recall_id, after=after, limit=_MOST),
    )
    return Steps(found, found.after)


@getting(f"{BASE}/{{recall_id:str}}/sites", "Sites of a recall")
async def list_sites(
    request: Requested,
    recall_id: FromPath[str],
    standing: FromQuery[SiteState | None] = None,
    after: FromQuery[str] = "",
) -> Sites:
    """A thousand at once, by number: all, those in your province, or your own."""
    wanted = None if standing is None else [standing]
    found = await call(
        request,
        lambda parts, by: queries.sites(
            parts.store, by, recall_id, states=wanted, after=after, limit=_MOST
        ),
    )
    return Sites(found, found.after)


@getting(f"{BASE}/{{recall_id:str}}/things", "Affected things")
async def list_things(
    request: Requested,
    recall_id: FromPath[str],
    site: FromQuery[str | None] = None,
    after: FromQuery[str] = "",
) -> Things:
    """A thousand at once, by key: of the case, or of a site."""
    found = await call(
        request,
        lambda parts, by: queries.things(
            parts.store, by, recall_id, site=site, after=after, limit=_MOST
        ),
    )
    return Things(found, found.after)


@getting(f"{BASE}/{{recall_id:str}}/moved", "Goods that moved on")
async def list_moved(
    request: Requested, recall_id: FromPath[str], after: FromQuery[str] = ""
) -> MovedOn:
    """Things that one site was told of and that were found with another later, by key."""
    found = await call(
        request,
        lambda parts, by: queries.moved(parts.store, by, recall_id, after=after, limit=_MOST),
    )
    return MovedOn(found, found.after)


ROUTES = (list_recalls, list_steps, list_sites, list_things, list_moved)
