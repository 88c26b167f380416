# SPDX-License-Identifier: Apache-2.0
"""The way in: which first path segments are taken, and the hot lanes that skip the framework.

A lane is a plain ASGI callable. It is chosen by method and exact path
(``exact``) or by the first path segment (``segments``); a path of one segment
that is not ours goes to ``single``, all else to the framework. `RESERVED` is the
one list of first segments that belong to us: a resolver may try a compressed
link only on other single segments.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

from nguon.web.errors import NotFoundError
from nguon.web.guarded import guarded

RESERVED = frozenset(
    {
        ".well-known",
        "account",
        "api",
        "case",
        "docs",
        "enrol",
        "epcis",
        "favicon.ico",
        "find",
        "healthz",
        "log",
        "media",
        "p",
        "parties",
        "r",
        "recalls",
        "robots.txt",
        "s",
        "scan",
        "static",
        "stoplist",
        "trace",
        "w",
    }
)
"""First segments of our own addresses; primary keys of the resolver are all numbers."""


def first_segment(path: str) -> str:
    """``01`` of ``/01/09521234543213``; empty for the root."""
    return path[1:].partition("/")[0]


@guarded
async def _nowhere(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise NotFoundError("web.not-found")


@dataclass(frozen=True, slots=True)
class Lanes:
    """Chooses the ASGI callable for a request."""

    framework: ASGIApp
    segments: Mapping[str, ASGIApp] = field(default_factory=dict)
    exact: Mapping[tuple[str, str], ASGIApp] = field(default_factory=dict)
    single: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._choose(scope)(scope, receive, send)

    def _choose(self, scope: Any) -> ASGIApp:
        if scope["type"] != "http":
            return self.framework
        path = scope["path"]
        if "\0" in path:
            # No text of ours holds it; file systems and PostgreSQL refuse to be asked.
            return _nowhere
        lane = self.exact.get((scope["method"], path))
        first = first_segment(path)
        lane = lane or self.segments.get(first)
        if lane is None and first and first not in RESERVED and path.strip("/") == first:
            lane = self.single
        return lane or self.framework


def misplaced(paths: Iterable[str], lanes: Iterable[str]) -> list[str]:
    """First segments that break the rule: framework routes stand under a reserved one (or the
    root), lanes under none of the framework's.
    """
    routes = {first_segment(path) for path in paths} - {""}
    return sorted((routes - RESERVED) | (routes & set(lanes)))
