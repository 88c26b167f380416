# SPDX-License-Identifier: Apache-2.0
"""Release: lots that are cleared leave the stop list, and their pages say so."""

import asyncio
from typing import Any

from litestar import Response
from litestar.params import FromPath

from nguon.recall import queries, service
from nguon.recall.errors import RecallError, UnknownRecallError
from nguon.recall.inputs import Release
from nguon.stoplist import queries as stops
from nguon.stoplist.model import StopKind
from nguon.web.forms import submitted
from nguon.web.languages import negotiate
from nguon.web.recalls import words
from nguon.web.recalls.faces import Errors, Requested, asking, face_of, faults
from nguon.web.work.pages import go_to, work

_MOST = 1000


async def form_page(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """What is stopped still, to choose from."""
    return await _page(request, number, [], "", [])


async def release(request: Requested, number: FromPath[str]) -> Response[bytes]:
    """Release the chosen lots, or everything."""
    form, face = await submitted(request), face_of(request)
    store, by = asking(request)
    chosen, said, whole = form.all("key"), form.text("words"), form.text("whole") == "1"
    keys = None if whole else tuple(dict.fromkeys(chosen))
    wanted = Release(keys=keys, words=said, seen=form.number("seen"))
    try:
        await asyncio.to_thread(service.release, store, by, number, wanted)
    except UnknownRecallError:
        raise
    except RecallError as error:
        errors = faults(request, error, "", {"keys": "key"})
        return await _page(request, number, chosen, said, errors)
    return go_to(f"{face.base}/{number}/sites")


async def _page(
    request: Requested, number: str, chosen: list[str], said: str, errors: Errors
) -> Response[bytes]:
    (store, by), language, face = asking(request), negotiate(request.scope), face_of(request)

    def read() -> dict[str, Any]:
        recall = queries.find(store, by, number)
        found = stops.of_source(store, f"recall:{recall.id}", limit=_MOST)
        lots = [one for one in found if one.kind is StopKind.LOT]
        products = [one.key.partition("/10/")[0] for one in lots]
        names = words.named(store, by, language, products=products)
        return {
            "recall": recall,
            "standing": [
                (one.key, names.product(one.key.partition("/10/")[0]))
                for one in lots
                if one.lifted is None
            ],
            "more": sum(one.lifted is None for one in found if one.kind is not StopKind.LOT),
            "lifted": [(one.key, one.lifted) for one in lots if one.lifted],
        }

    return work(
        request,
        "recalls/release.html",
        here=face.here,
        status_code=400 if errors else 200,
        base=f"{face.base}/{number}",
        chosen=chosen,
        said=said,
        errors=errors,
        wrong=dict(errors),
        **await asyncio.to_thread(read),
    )
