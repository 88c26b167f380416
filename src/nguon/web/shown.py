# SPDX-License-Identifier: Apache-2.0
"""Secrets that a page makes and the next one shows: to one session, for ten minutes."""

from typing import Any

from litestar import Request, Response

from nguon.identity.accounts import steps
from nguon.web import sessions as cookies
from nguon.web.services import services


def keep_shown(request: Request[Any, Any, Any], answer: Response[bytes], texts: list[str]) -> None:
    """Let the next page show secrets to whoever made them, for ten minutes."""
    holder = cookies.sent(request.scope) or ""
    token = steps.begin(services(request.scope).store, steps.SHOWN, holder, texts)
    kept = cookies.kept(request.scope, cookies.SHOWN, token, steps.SHOWN.seconds)
    answer.set_cookie(kept)


def shown(request: Request[Any, Any, Any]) -> list[str]:
    """The secrets that this session may see once more; none where there are none."""
    token = cookies.sent(request.scope, cookies.SHOWN)
    if token is None:
        return []
    holder = cookies.sent(request.scope) or ""
    store = services(request.scope).store
    return steps.look(store, steps.SHOWN, holder, token, list[str]) or []


def end_shown(request: Request[Any, Any, Any], answer: Response[bytes]) -> None:
    """Let nobody see them again."""
    token = cookies.sent(request.scope, cookies.SHOWN)
    holder = cookies.sent(request.scope) or ""
    if token is not None:
        steps.take(services(request.scope).store, steps.SHOWN, holder, token, list[str])
    answer.set_cookie(cookies.kept(request.scope, cookies.SHOWN, "", 0))
