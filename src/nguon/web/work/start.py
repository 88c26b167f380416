# SPDX-License-Identifier: Apache-2.0
"""The start page of the workspace: the day of a clerk; officers go on to their desk."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get

from nguon.base.messages import text
from nguon.base.time import HANOI
from nguon.web.auth import needs, principal_of
from nguon.web.formats import day as written
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work import callings, day
from nguon.web.work.navigation import NAV
from nguon.web.work.pages import go_to, work


@get("/w", opt=dict(needs("read")), include_in_schema=False)
async def start(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What waits today, the tasks of this organisation, what was recorded last."""
    principal, store = principal_of(request.scope), services(request.scope).store
    if "supervise" in principal.scopes and "capture" not in principal.scopes:
        return go_to("/s")
    language = negotiate(request.scope)
    found = await asyncio.to_thread(day.of, store, principal, language)
    offered = {entry.id: entry for entry in NAV if entry.scope in principal.scopes}
    first, others = callings.tasks(found.calling, offered)
    today = datetime.now(HANOI).date()
    return work(
        request,
        "work/start.html",
        here="start",
        today=f"{text(f'faces.weekday-{today.weekday()}', language)}, {written(today, language)}",
        day=found,
        first=[offered[task] for task in first],
        others=[offered[task] for task in others],
        drawings=callings.ICONS,
        now=datetime.now(UTC),
    )


ROUTES = (start,)
