# SPDX-License-Identifier: Apache-2.0
"""What sellers declare to resell, for programs."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from nguon.listings import resales
from nguon.listings.resales import Resale
from nguon.web.auth import needs, principal_of
from nguon.web.services import services

_BASE = "/api/v1/listings/resales"
Requested = Request[Any, Any, Any]


class Declared(msgspec.Struct, frozen=True):
    """The things, by any form of their codes; or a compact JWS of your own key over them."""

    codes: tuple[str, ...] = ()
    jws: str | None = None


class Withdrawn(msgspec.Struct, frozen=True):
    """Which declaration is taken back."""

    code: str


@get(_BASE, opt=dict(needs("read")), tags=["listings"], summary="What you declared to resell")
async def list_resales(request: Requested) -> list[Resale]:
    """The latest first."""
    store, by = services(request.scope).store, principal_of(request.scope)
    return await asyncio.to_thread(resales.of, store, by.organisation)


@post(_BASE, opt=dict(needs("registry")), tags=["listings"], summary="Declare a resale")
async def declare_resale(request: Requested, data: JSONBody[Declared]) -> list[Resale]:
    """That you offer things that you bought; signed with your own key where you send a `jws`
    (payload `{"iat": seconds, "resells": [keys]}`), else with the one that is kept here for you.
    """
    store, by = services(request.scope).store, principal_of(request.scope)
    if data.jws is not None:
        return await asyncio.to_thread(resales.declare_signed, store, by, data.jws)
    return await asyncio.to_thread(resales.declare, store, by, data.codes)


@post(
    f"{_BASE}/withdrawal",
    opt=dict(needs("registry")),
    status_code=204,
    tags=["listings"],
    summary="Take a declaration back",
)
async def withdraw_resale(request: Requested, data: JSONBody[Withdrawn]) -> None:
    """It counts no more from now on."""
    store, by = services(request.scope).store, principal_of(request.scope)
    await asyncio.to_thread(resales.withdraw, store, by, data.code)


ROUTES = (list_resales, declare_resale, withdraw_resale)
