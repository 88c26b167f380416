# SPDX-License-Identifier: Apache-2.0
"""After an entry: its receipt with the lots and pallets that it made; the list of receipts."""

import asyncio
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from nguon.entries import service
from nguon.entries.facts import used
from nguon.entries.hand import lot_of, product_of
from nguon.entries.model import Harvest, Pack, Receive
from nguon.entries.service import Recorded
from nguon.registry import queries
from nguon.web.auth import needs, principal_of
from nguon.web.errors import NotFoundError
from nguon.web.languages import negotiate
from nguon.web.receipt_numbers import numbers
from nguon.web.services import services
from nguon.web.work.entries_words import helpers
from nguon.web.work.pages import work

_MOST = 30
_SHOWN = 20
"""So many receipts of the log a page links to."""
_KINDS = ("harvest", "receive", "deliveries", "pack", "ship", "sell", "withdraw")


@get("/w/done/{number:int}", opt=dict(needs("capture")), include_in_schema=False)
async def done(request: Request[Any, Any, Any], number: FromPath[int]) -> Response[bytes]:
    """A receipt of the organisation's own."""
    store, principal = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(service.receipt, store, principal.organisation, number)
    if found is None:
        raise NotFoundError("entries.unknown-receipt")
    keys = {product_of(item) for item in found.lots}
    products = await asyncio.to_thread(queries.products, store, principal.audience, keys)
    language = negotiate(request.scope)
    return work(
        request,
        "work/entries/done.html",
        here=found.kind,
        done=found,
        proofs=await asyncio.to_thread(_proofs, request, found),
        made=[
            (lot, lot_of(lot), products.get(product_of(lot)), _made(found, lot))
            for lot in found.lots
        ],
        received=[e for e in found.entries if isinstance(e, Receive)],
        **helpers(language),
    )


def _proofs(request: Request[Any, Any, Any], found: Recorded) -> list[str]:
    """The receipts that the log gave for it, the first of them."""
    parts = services(request.scope)
    if found.job is None:
        return []
    return numbers(parts.tlog, parts.store.jobs.entries(found.job), most=_SHOWN)


def _made(found: Recorded, item: str) -> Any:
    """How much of a lot the receipt made."""
    for entry in found.entries:
        if isinstance(entry, Harvest) and entry.item == item:
            return entry.quantity
        for output in entry.outputs if isinstance(entry, Pack) else ():
            if output.item == item:
                return output.quantity
    return None


@get("/w/done", opt=dict(needs("capture")), include_in_schema=False)
async def receipts(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The newest receipts."""
    store, principal = services(request.scope).store, principal_of(request.scope)
    found = await asyncio.to_thread(
        lambda: service.latest(store, principal.organisation, *_KINDS, limit=_MOST)
    )
    rows = [(one, len(one.entries), sum(len(used(e)) for e in one.entries)) for one in found]
    language = negotiate(request.scope)
    return work(
        request, "work/entries/receipts.html", here="receipts", rows=rows, **helpers(language)
    )


ROUTES = (done, receipts)
