# SPDX-License-Identifier: Apache-2.0
"""The side of who was asked in a drill: what lies there by the records, and what was found."""

import asyncio
from typing import Any

from litestar import Response
from litestar.params import FromPath

from nguon.recall.drills import queries, service
from nguon.web.drills import words as drill_words
from nguon.web.drills.pages import OWN, answered, rows_of
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.recalls import words
from nguon.web.recalls.faces import Errors, Requested, asking
from nguon.web.work.pages import go_to, work


async def form_page(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """What is asked, marked as a drill."""
    return await _page(request, number, [])


async def take(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """Take the answer."""
    form = await submitted(request)
    store, by = asking(request)
    _, mine = await asyncio.to_thread(queries.mine, store, by, number)
    errors = await answered(
        request, form, mine, lambda said: service.answer(store, by, number, said)
    )
    if errors:
        return await _page(request, number, errors)
    return go_to(f"{OWN.base}/{number}/answer")


async def _page(request: Requested, number: str, errors: Errors) -> Response[bytes]:
    (store, by), language = asking(request), negotiate(request.scope)

    def read() -> dict[str, Any]:
        drill, mine = queries.mine(store, by, number)
        names = words.named(
            store,
            by,
            language,
            organisations=[drill.organisation],
            places=(one.place for one in mine),
            products=(key for one in mine for key, _ in one.told),
        )
        return {"drill": drill, "mine": mine, "names": names}

    return work(
        request,
        "drills/answer.html",
        here=OWN.here,
        status_code=400 if errors else 200,
        base=f"{OWN.base}/{number}/answer",
        back=OWN.base,
        rows_of=rows_of,
        unit_of=lambda unit: drill_words.unit_of(unit, language),
        errors=errors,
        wrong=dict(errors),
        **await asyncio.to_thread(read),
    )
