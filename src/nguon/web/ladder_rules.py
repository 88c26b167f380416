# SPDX-License-Identifier: Apache-2.0
"""The rules of the ladder as they are in force, for everybody: ``/docs/ladder``."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get

from nguon.base.messages import hint, text
from nguon.base.time import HANOI
from nguon.ladder import limits
from nguon.ladder.model import LADDER
from nguon.ladder.rules import RULES_DIGEST, in_force
from nguon.web.auth import PUBLIC
from nguon.web.languages import negotiate
from nguon.web.pages import render

_CACHE = "public, max-age=300"


@get("/docs/ladder", opt=dict(PUBLIC), include_in_schema=False)
async def ladder_rules(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What each rung means, which rules judge today, with which numbers from where."""
    language = negotiate(request.scope)
    codes = [f"ladder.rung-{one}" for one in LADDER]
    return render(
        request,
        "ladder_rules.html",
        cache_control=_CACHE,
        ladder=[(text(code, language), hint(code, language)) for code in codes],
        rules=in_force(datetime.now(UTC).astimezone(HANOI).date()),
        data=limits.data(),
        digest=RULES_DIGEST,
    )


ROUTES = (ladder_rules,)
