# SPDX-License-Identifier: Apache-2.0
"""The page of the log, ``/log``, and the same for programs, ``/api/v1/log``."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get

from nguon.base.messages import Language, text
from nguon.transparency.policies import NONE
from nguon.web import log_view
from nguon.web.auth import PUBLIC
from nguon.web.languages import negotiate
from nguon.web.log_told import LogTold
from nguon.web.pages import render
from nguon.web.services import services

PAGE = "/log"
_EXAMPLE = "receipt.tlog-proof"


@get(
    "/api/v1/log",
    opt=dict(PUBLIC),
    tags=["log"],
    summary="What the log signed, who cosigned it, and whether all is well.",
)
async def log_api(request: Request[Any, Any, Any]) -> LogTold:
    """The state of the log: shards, witnesses, anchors, why it does not sign if it does not."""
    return await asyncio.to_thread(log_view.state, services(request.scope))


@get(PAGE, opt=dict(PUBLIC), include_in_schema=False)
async def log_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The state of the log in words, and how to check it oneself."""
    found = await asyncio.to_thread(log_view.state, services(request.scope))
    return render(
        request,
        "log/state.html",
        found=found,
        quorum=quorum_words(found, negotiate(request.scope)),
        unwatched=found.unwatched(datetime.now(UTC)),
        example=_EXAMPLE,
        mirror=_mirror(found),
    )


def _mirror(found: LogTold) -> str:
    """The command that keeps a copy of the shard that grows."""
    current = found.current
    return (
        "" if current is None else f"nguon mirror run --url {current.address} --policy log.policy"
    )


def quorum_words(found: LogTold, language: Language) -> list[str]:
    """How many cosignatures are enough, in sentences: the quorum first, then what it counts."""
    if found.quorum == NONE:
        return [text("log.quorum-none", language)]
    groups = {group.name: group for group in found.groups}
    if found.quorum not in groups:
        return [text("log.quorum-one", language, name=found.quorum)]
    said: list[str] = []
    ahead = [found.quorum]
    while ahead:
        group = groups[ahead.pop(0)]
        most = len(group.members)
        way = "all" if group.threshold == most else "any" if group.threshold == 1 else "some"
        first = "" if said else "-first"
        params = {"name": group.name, "names": ", ".join(group.members)}
        said.append(text(f"log.quorum-{way}{first}", language, count=group.threshold, **params))
        ahead += [member for member in group.members if member in groups]
    return said


ROUTES = (log_api, log_page)
