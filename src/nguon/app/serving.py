# SPDX-License-Identifier: Apache-2.0
"""The server as one ASGI callable, and as a process."""

import gc
import logging
import sys
from functools import cache
from importlib.metadata import version
from typing import Any

import uvicorn
from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, Receive, Send

from nguon.app.addresses import EXACT, ROUTES, SEGMENTS
from nguon.app.parts import compose
from nguon.app.running import running
from nguon.base.errors import NguonError
from nguon.settings import Settings
from nguon.web import api, epcis, log_lane, resolver
from nguon.web.auth import declared
from nguon.web.compressed import compressed
from nguon.web.guarded import guarded
from nguon.web.headers import secured
from nguon.web.heads import Bounded
from nguon.web.lanes import Lanes, misplaced
from nguon.web.problems import handle
from nguon.web.services import KEY, Services
from nguon.web.typed import guard


def create_app(settings: Settings) -> ASGIApp:
    """The server as one ASGI callable, over a store that is opened and migrated here."""
    return assemble(compose(settings))


def assemble(services: Services) -> ASGIApp:
    """The server as one ASGI callable over parts that are there already."""
    pages = framework()
    lanes = Lanes(
        pages,
        {segment: guarded(lane) for segment, lane in lanes_over(pages).items()},
        {key: guarded(lane) for key, lane in EXACT.items()},
        guarded(resolver.compressed(pages)),
    )
    inner = compressed(secured(epcis.announced(lanes)))

    async def app(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(services, receive, send)
            return
        scope[KEY] = services
        await inner(scope, receive, send)

    return app


def lanes_over(pages: ASGIApp) -> dict[str, ASGIApp]:
    """Hot lanes by first path segment, those too that share theirs with pages."""
    return {**SEGMENTS, log_lane.SEGMENT: log_lane.lane(pages)}


async def _live(services: Services, receive: Any, send: Any) -> None:
    """The life of the server (ASGI lifespan): what runs beside the requests begins and ends."""
    await receive()
    try:
        ending = running(services)
        ending.__enter__()
    except Exception as error:
        await send({"type": "lifespan.startup.failed", "message": repr(error)})
        raise
    await send({"type": "lifespan.startup.complete"})
    await receive()
    ending.__exit__(None, None, None)
    await send({"type": "lifespan.shutdown.complete"})


@cache
def framework() -> Litestar:
    """The framework's application with every route; it holds no state, so one serves all servers
    of a process.

    Raises:
        RuntimeError: a route stands under an address that is not ours, or declares no access.
    """
    made = Litestar(
        ROUTES,
        guards=[guard],
        exception_handlers={NguonError: handle, HTTPException: handle, Exception: handle},
        openapi_config=api.openapi(version("nguon")),
        logging_config=None,
        request_max_body_size=None,
    )
    _check(made)
    api.state_access(made)
    return made


def _check(made: Litestar) -> None:
    wrong = misplaced((route.path for route in made.routes), SEGMENTS)
    if wrong:
        raise RuntimeError(f"addresses that are not ours: {', '.join(wrong)}")
    open_doors = [f"{method} {path}" for method, path, access in declared(made) if not access]
    if open_doors:
        raise RuntimeError(f"routes that do not say who may use them: {', '.join(open_doors)}")


_SWITCH = 0.001
"""Seconds that the writer's thread may keep the event loop waiting for the interpreter: with
Python's 5 ms, every request would wait that long behind a commit."""


def serve(settings: Settings) -> None:
    """Serves until the process is told to stop."""
    sys.setswitchinterval(_SWITCH)
    logging.basicConfig(level=settings.log_level.upper())
    for told_elsewhere in ("alembic", "httpx"):
        logging.getLogger(told_elsewhere).setLevel(logging.WARNING)
    app = create_app(settings)
    # What is there now stays: a full collection would halt every request for 0.1 s to look at it.
    gc.collect()
    gc.freeze()
    uvicorn.run(
        app,
        http=Bounded,
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        lifespan="on",
    )
