# SPDX-License-Identifier: Apache-2.0
"""The page behind a link that confirms a mailbox; opening it changes nothing."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from nguon.messages import where
from nguon.web.account.visitors import own_form, visited
from nguon.web.auth import PUBLIC
from nguon.web.services import services

_ADDRESS = "/account/messages/{token:str}"
Requested = Request[Any, Any, Any]


@get(_ADDRESS, opt=dict(PUBLIC), include_in_schema=False)
async def mailbox_page(request: Requested, token: FromPath[str]) -> Response[bytes]:
    """Which mailbox it is, and the button."""
    found = await asyncio.to_thread(where.opened, services(request.scope).store, token)
    done = found.confirmed is not None
    address = f"/account/messages/{token}"
    return visited(request, "account/mailbox.html", mailbox=found, done=done, address=address)


@post(_ADDRESS, opt=dict(PUBLIC), include_in_schema=False)
async def confirm_mailbox(request: Requested, token: FromPath[str]) -> Response[bytes]:
    """Messages come to the mailbox from now on."""
    await own_form(request)
    found = await asyncio.to_thread(where.confirm, services(request.scope).store, token)
    address = f"/account/messages/{token}"
    return visited(request, "account/mailbox.html", mailbox=found, done=True, address=address)


ROUTES = (mailbox_page, confirm_mailbox)
