# SPDX-License-Identifier: Apache-2.0
"""The addresses of the desk of traces: the same pages for members and for supervision."""

from litestar import get
from litestar.types import ControllerRouterHandler

from nguon.web.auth import needs
from nguon.web.tracing.desk import desk

_TRACE, _DESK = dict(needs("trace")), dict(needs("supervise"))

ROUTES: tuple[ControllerRouterHandler, ...] = (
    get("/w/trace", opt=_TRACE, include_in_schema=False)(desk),
    get("/s/trace", opt=_DESK, include_in_schema=False)(desk),
)
