# SPDX-License-Identifier: Apache-2.0
"""Addresses about the server itself: its health and its OpenAPI document."""

import asyncio
from typing import Any

import msgspec
from litestar import Litestar, Request, Router, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, Contact, License, SecurityScheme

from nguon.base.errors import NguonError
from nguon.tlog.service import Tlog
from nguon.web.auth import EVERYONE, PUBLIC, declared
from nguon.web.services import Services, services

OPENAPI_PATH = "/api/v1/openapi.json"


class LogHealth(msgspec.Struct, frozen=True):
    """The transparency log in short; ``/api/v1/log`` says all."""

    signed: int
    """Entries of the shard that grows that are signed."""
    refusal: str | None
    """Code of the reason why nothing is signed at present."""


class Health(msgspec.Struct, frozen=True):
    """What a monitor wants to know."""

    status: str
    version: str
    events: int
    """Records sequenced so far."""
    log: LogHealth


@get("/healthz", opt=PUBLIC, tags=["server"], summary="Is the server up and its store readable?")
async def healthz(request: Request[Any, Any, Any]) -> Health:
    """Answers 200 while the store can be read."""
    found = services(request.scope)
    return await asyncio.to_thread(_health, found)


def _health(found: Services) -> Health:
    recorded = found.store.log.events_after(0)
    return Health("ok", found.version, recorded, _log_health(found.tlog))


def _log_health(tlog: Tlog) -> LogHealth:
    """Whatever is wrong with the log, the server is up."""
    reason, size = tlog.refusal(), 0
    try:
        shards = tlog.shards()
        signed = tlog.signed(shards[-1]) if shards else None
        size = 0 if signed is None else signed.size
    except NguonError as error:
        reason = reason or error
    return LogHealth(size, None if reason is None else reason.code)


def openapi(version: str) -> OpenAPIConfig:
    """How the OpenAPI document is made: from the routes and the structs they take and give."""
    return OpenAPIConfig(
        title="Nguồn",
        version=version,
        description="Capture, query and trace EPCIS 2.0 events; look up what they are about.",
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        contact=Contact(name="Nguồn"),
        render_plugins=[JsonRenderPlugin(path="/")],
        openapi_router=Router(OPENAPI_PATH, route_handlers=[], opt=PUBLIC, include_in_schema=False),
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer"),
                "apiKey": SecurityScheme(
                    type="apiKey", name="X-API-Key", security_scheme_in="header"
                ),
            }
        ),
        use_handler_docstrings=True,
    )


def state_access(app: Litestar) -> None:
    """Writes into the OpenAPI document which scope each operation needs."""
    paths = app.openapi_schema.paths or {}
    for method, path, access in declared(app):
        operation = getattr(paths.get(path), method.lower(), None)
        if operation is not None and access != EVERYONE:
            operation.security = [{"bearer": [access]}, {"apiKey": [access]}]


ROUTES = (healthz,)
