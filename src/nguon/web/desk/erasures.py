# SPDX-License-Identifier: Apache-2.0
"""The operator's list of requests for erasure: the first due first, carried out or refused."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.base.time import HANOI
from nguon.compliance import holds
from nguon.identity.errors import ErasureError
from nguon.identity.model import Principal
from nguon.parties.keys.ending import ERASED, end_all
from nguon.registry import erasure, queries
from nguon.registry.documents import Folder
from nguon.registry.erasure import Request as Asked
from nguon.registry.model import Organisation
from nguon.store import Store
from nguon.store.errors import HeldError
from nguon.web.auth import needs, principal_of
from nguon.web.forms import submitted
from nguon.web.services import Services, services
from nguon.web.telling import told
from nguon.web.work.pages import go_to, work

PAGE = "/s/erasures"


@get(PAGE, opt=dict(needs("admin")), include_in_schema=False)
async def listing(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What waits for an answer."""
    return await _page(request, [])


@post(f"{PAGE}/{{asked:str}}", opt=dict(needs("admin")), include_in_schema=False)
async def answer(request: Request[Any, Any, Any], asked: FromPath[str]) -> Response[bytes]:
    """Carry a request out or refuse it."""
    form = await submitted(request)
    parts, by = services(request.scope), principal_of(request.scope)
    erased, words = form.text("do") == "erase", form.text("words")
    try:
        await asyncio.to_thread(_answer, parts, by, asked, erased, words)
    except (ErasureError, HeldError) as error:
        return await _page(request, [(f"words-{asked}", told(request, error))])
    return go_to(PAGE)


def _answer(parts: Services, by: Principal, asked: str, erased: bool, words: str) -> None:
    def held(keys: Sequence[str]) -> Sequence[str]:
        return list(holds.held(parts.store, keys))

    folder = Folder(parts.documents)
    gone = erasure.answer(
        parts.store, folder, asked, erased=erased, by=by.key_id, words=words, held=held
    )
    if gone is not None:
        end_all(parts.store, gone, by=by.key_id, reason=ERASED)


def _found(store: Store, by: Principal) -> tuple[list[Asked], dict[int, Organisation]]:
    waiting = erasure.waiting(store)
    numbers = {one.subject for one in waiting} | {one.organisation for one in waiting}
    return waiting, queries.organisations(store, by.audience, numbers)


async def _page(request: Request[Any, Any, Any], errors: list[tuple[str, str]]) -> Response[bytes]:
    store, by = services(request.scope).store, principal_of(request.scope)
    waiting, names = await asyncio.to_thread(_found, store, by)
    return work(
        request,
        "desk/erasures.html",
        here="erasures",
        status_code=400 if errors else 200,
        waiting=waiting,
        names={number: one.name for number, one in names.items()},
        today=datetime.now(HANOI).date(),
        errors=errors,
        wrong=dict(errors),
    )


ROUTES = (listing, answer)
