# SPDX-License-Identifier: Apache-2.0
"""The desk of an authority: what is overdue in its charge, by province and ministry, then each."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get

from nguon.base.messages import Language, text
from nguon.compliance import duties, projection
from nguon.compliance.duties import Overdue
from nguon.compliance.samples import queries as samples
from nguon.disputes import queries as disputes
from nguon.identity.model import Principal
from nguon.registry import queries as registry
from nguon.store import Store
from nguon.vn.units import province
from nguon.web import case_words
from nguon.web.auth import needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work.pages import work
from nguon.web.work.todo import task


@get("/s/overdue", opt=dict(needs("supervise")), include_in_schema=False)
async def overdue_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Counts first; of one province or ministry, where one is chosen."""
    store, by = services(request.scope).store, principal_of(request.scope)
    language = negotiate(request.scope)
    wanted = {name: request.query_params.get(name) for name in ("province", "ministry")}
    shown = await asyncio.to_thread(_shown, store, by, language, wanted)
    return work(request, "desk/overdue.html", here="overdue", chosen=wanted, **shown)


def _shown(
    store: Store, by: Principal, language: Language, wanted: dict[str, str | None]
) -> dict[str, Any]:
    found = duties.overdue(
        store, by.audience, province=wanted["province"], ministry=wanted["ministry"]
    )
    now, mine = datetime.now(UTC), found.dues
    numbers = {one.organisation for one in mine}
    twice = samples.attempts(store, by)
    numbers |= {one.organisation for one in twice} | {one.laboratory for one in twice}
    names = {
        number: party.name.in_language(language)
        for number, party in registry.organisations(store, by.audience, numbers).items()
    }
    return {
        "provinces": _provinces(found, language),
        "ministries": _ministries(found, language),
        "rows": [(names.get(one.organisation, "–"), task(one, now, language)) for one in mine],
        "twice": [
            (one, names.get(one.organisation, "–"), names.get(one.laboratory, "–")) for one in twice
        ],
        "disputes": case_words.lines(
            store, by, disputes.desk(store, by, late=True), language, "/s/cases"
        ),
        "reach": projection.reach(store, found.seq),
    }


def _provinces(found: Overdue, language: Language) -> list[tuple[str, str, int]]:
    tally: Counter[str] = Counter()
    for (code, _), count in found.counts.items():
        tally[code or ""] += count
    return [(code, _province(code, language), count) for code, count in tally.most_common()]


def _ministries(found: Overdue, language: Language) -> list[tuple[str, str, int]]:
    tally: Counter[str] = Counter()
    for (_, ministry), count in found.counts.items():
        tally[ministry or ""] += count
    return [
        (name, text(f"compliance.body-{name or 'none'}", language), count)
        for name, count in tally.most_common()
    ]


def _province(code: str, language: Language) -> str:
    known = province(code) if code else None
    return known.label(language) if known else text("compliance.elsewhere", language)


ROUTES = (overdue_page,)
