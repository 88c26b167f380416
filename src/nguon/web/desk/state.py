# SPDX-License-Identifier: Apache-2.0
"""The state view: who joined, which lots are complete, what is overdue; opens to lists."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.params import FromQuery

from nguon.base.messages import text
from nguon.compliance import projection
from nguon.compliance import state as figures
from nguon.tables import writing
from nguon.web.auth import needs, principal_of
from nguon.web.desk import state_view as view
from nguon.web.languages import negotiate
from nguon.web.pages import complete
from nguon.web.services import services
from nguon.web.work.pages import work

PAGE = "/s/state"
Requested = Request[Any, Any, Any]


@get(PAGE, opt=dict(needs("supervise")), include_in_schema=False)
async def state_page(
    request: Requested,
    by: FromQuery[str] = "province",
    sort: FromQuery[str] = "",
    down: FromQuery[bool] = False,
) -> Response[bytes]:
    """The figures of the officer's provinces, by province, ministry or sector."""
    language, store = negotiate(request.scope), services(request.scope).store
    found = await asyncio.to_thread(figures.state, store, principal_of(request.scope).audience)
    chosen = by if by in view.BY else view.BY[0]
    rows = view.table(found.lines, chosen, language)
    return work(
        request,
        "desk/state.html",
        here="state",
        rows=view.ordered(rows, sort, falling=down),
        total=view.total(rows, chosen, language),
        columns=view.columns(chosen),
        by=chosen,
        ways=view.BY,
        sort=sort,
        down=down,
        order=lambda column: _order(chosen, column, sort, down=down),
        bar=view.bar,
        file=f"{PAGE}.csv?" + urlencode({"by": chosen}),
        reach=await asyncio.to_thread(projection.reach, store, found.seq),
    )


def _order(by: str, column: str, sort: str, *, down: bool) -> str:
    """The address that orders by a column: figures falling first, then rising."""
    falling = not down if column == sort else column != ""
    return f"{PAGE}?" + urlencode({"by": by, "sort": column, "down": int(falling)})


@get(f"{PAGE}.csv", opt=dict(needs("supervise")), include_in_schema=False)
async def state_file(request: Requested, by: FromQuery[str] = "province") -> Response[bytes]:
    """The same as a file."""
    language, store = negotiate(request.scope), services(request.scope).store
    found = await asyncio.to_thread(figures.state, store, principal_of(request.scope).audience)
    chosen = by if by in view.BY else view.BY[0]
    names = view.columns(chosen)
    heads = [text(f"faces.{name}", language) for name in ("code", chosen, *names, "share")]
    rows = [
        (row.code, row.name, *(row.value(name) for name in names), row.share)
        for row in view.table(found.lines, chosen, language)
    ]
    headers = {
        "content-type": writing.CSV,
        "content-disposition": f'attachment; filename="state-{chosen}.csv"',
        "cache-control": "no-store",
    }
    return complete(200, headers, writing.csv_text(heads, rows))


ROUTES = (state_page, state_file)
