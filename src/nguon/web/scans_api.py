# SPDX-License-Identifier: Apache-2.0
"""Scans for programs: how often the goods of an organisation were scanned, by day and province."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from litestar import Request, get
from litestar.params import FromQuery, QueryParameter

from nguon import gs1
from nguon.base.time import HANOI
from nguon.scans.errors import ScanError
from nguon.scans.telling import MOST_DAYS, Told, told
from nguon.web.auth import needs, principal_of
from nguon.web.services import services

_DAYS = timedelta(days=29)


@get(
    "/api/v1/scans", opt=dict(needs("read")), tags=["scans"], summary="How often goods are scanned"
)
async def scans(
    request: Request[Any, Any, Any],
    item: FromQuery[str],
    first: Annotated[str, QueryParameter(name="from")] = "",
    last: Annotated[str, QueryParameter(name="to")] = "",
) -> Told:
    """Counts of your own product, lot or piece (``item=01/09521101000023``).

    ``total`` is of all time; ``days`` those of ``from`` to ``to`` (days in Viet Nam, the
    last thirty unless told; at most 400). Products are counted by province where visitors
    told theirs and five or more did on a day. Nothing of visitors is given out.
    """
    until = _day(last, first, last) or datetime.now(HANOI).date()
    since = _day(first, first, last) or until - _DAYS
    key = gs1.parse(item).key
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(told, store, by, key, since, until)


def _day(sent: str, first: str, last: str) -> date | None:
    try:
        return date.fromisoformat(sent) if sent else None
    except ValueError:
        raise ScanError("scans.days", first=first, last=last, most=MOST_DAYS) from None


ROUTES = (scans,)
