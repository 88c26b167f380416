# SPDX-License-Identifier: Apache-2.0
"""The maker's quality desk: own lots with their genealogy, holds, and recalls of one's own."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from litestar import Response

from nguon.base.messages import Language, text
from nguon.identity.model import Principal
from nguon.recall import queries
from nguon.recall.model import Recall
from nguon.stoplist import holding
from nguon.stoplist.errors import StopError
from nguon.store import Store, overview
from nguon.web.formats import element_string
from nguon.web.forms import submitted, whole_number
from nguon.web.languages import negotiate
from nguon.web.recalls import words
from nguon.web.recalls.faces import OWN, Errors, Requested, asking, further
from nguon.web.recalls.typed import codes
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE, HERE = "/w/quality", OWN.here
_LOTS = 50
_DEEPEST = 100_000


async def desk(request: Requested) -> Response[bytes]:
    """Recalls of one's own, what is on hold, and the lots by number."""
    return await _desk(request, {}, [])


async def hold(request: Requested) -> Response[bytes]:
    """Hold a lot of one's own: it can be neither sold nor shipped here."""
    form = await submitted(request)
    store, by = asking(request)
    typed = {name: form.text(name) for name in ("lot", "words")}
    keys, wrong = codes(typed["lot"], negotiate(request.scope))
    if wrong or not keys:
        said = wrong or text("recalls.no-code", negotiate(request.scope), code=typed["lot"][:40])
        return await _desk(request, typed, [("lot", said)])
    try:
        await asyncio.to_thread(lambda: holding.hold(store, by, keys, words=typed["words"]))
    except StopError as error:
        return await _desk(request, typed, [("lot", told(request, error))])
    return go_to(f"{PAGE}#holds")


async def lift(request: Requested) -> Response[bytes]:
    """End a hold of one's own."""
    form = await submitted(request)
    store, by = asking(request)
    try:
        await asyncio.to_thread(holding.end_hold, store, by, form.text("key"))
    except StopError as error:
        return await _desk(request, {}, [("", told(request, error))])
    return go_to(f"{PAGE}#holds")


async def _desk(request: Requested, typed: dict[str, str], errors: Errors) -> Response[bytes]:
    (store, by), language = asking(request), negotiate(request.scope)
    start = min(whole_number(request.query_params.get("from", "")), _DEEPEST)
    after = request.query_params.get("after", "")
    cases = await asyncio.to_thread(lambda: queries.listed(store, by, after=after))
    context = await asyncio.to_thread(_read, store, by, language, start, cases)
    typed = {"lot": request.query_params.get("lot", ""), "words": "", **typed}
    return work(
        request,
        "recalls/quality.html",
        here=HERE,
        status_code=400 if errors else 200,
        typed=typed,
        errors=errors,
        wrong=dict(errors),
        ways=further(request, cases),
        **context,
    )


def _read(
    store: Store, by: Principal, language: Language, start: int, cases: Sequence[Recall]
) -> dict[str, Any]:
    holds = holding.own_holds(store, by)
    with store.reading() as connection:
        lots = overview.lots_of(connection, by.organisation, start=start, limit=_LOTS + 1)
    products = [key.partition("/10/")[0] for key in (*lots, *(one.key for one in holds))]
    makers = [one.maker for one in cases]
    names = words.named(store, by, language, organisations=makers, products=products)
    held = {one.key for one in holds}
    return {
        "cases": words.lines(cases, names, OWN.base, datetime.now(UTC), language),
        "holds": [
            {
                "key": one.key,
                "code": element_string(one.key),
                "words": one.words(language),
                "since": one.since,
            }
            for one in holds
        ],
        "lots": [
            {
                "key": key,
                "lot": key.rpartition("/")[2],
                "product": names.product(key.partition("/10/")[0]),
                "held": key in held,
            }
            for key in lots[:_LOTS]
        ],
        "next": start + _LOTS if len(lots) > _LOTS else 0,
    }
