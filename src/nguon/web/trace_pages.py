# SPDX-License-Identifier: Apache-2.0
"""The addresses of the desk of traces: the same pages for members and for supervision."""

from litestar import get, post
from litestar.types import ControllerRouterHandler

from nguon.web.auth import needs
from nguon.web.tracing import job_pages, questions
from nguon.web.tracing.desk import desk
from nguon.web.tracing.files import file

_TRACE, _DESK = dict(needs("trace")), dict(needs("supervise"))

_ASKED = {
    "common": questions.common,
    "compare": questions.comparison,
    "balance": questions.balance,
    "dispersion": questions.spreading,
}
ROUTES: tuple[ControllerRouterHandler, ...] = (
    get("/w/trace", opt=_TRACE, include_in_schema=False)(desk),
    get("/s/trace", opt=_DESK, include_in_schema=False)(desk),
    get("/w/trace/files/{name:str}", opt=_TRACE, include_in_schema=False)(file),
    get("/s/trace/files/{name:str}", opt=_DESK, include_in_schema=False)(file),
    *(
        get(f"{base}/{name}", opt=opt, include_in_schema=False)(page)
        for base, opt in (("/w/trace", _TRACE), ("/s/trace", _DESK))
        for name, page in _ASKED.items()
    ),
    get(job_pages.PAGE, opt=_TRACE, include_in_schema=False)(job_pages.listing),
    post(job_pages.PAGE, opt=_TRACE, include_in_schema=False)(job_pages.begin),
    get(f"{job_pages.PAGE}/{{job_id:str}}", opt=_TRACE, include_in_schema=False)(job_pages.one),
    post(f"{job_pages.PAGE}/{{job_id:str}}/cancel", opt=_TRACE, include_in_schema=False)(
        job_pages.cancel
    ),
)
