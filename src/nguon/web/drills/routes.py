# SPDX-License-Identifier: Apache-2.0
"""The addresses of drills."""

from collections.abc import Callable, Mapping
from typing import Any

from litestar import get, post
from litestar.types import ControllerRouterHandler

from nguon.web.auth import needs
from nguon.web.drills import answering, api, pages
from nguon.web.drills.pages import DESK, OWN
from nguon.web.recalls.faces import Face

_ONE = "/{number:str}"
_Pages = Mapping[str, Callable[..., Any]]


def _of(face: Face) -> tuple[ControllerRouterHandler, ...]:
    reading: _Pages = {"": pages.listing, _ONE: pages.one, f"{_ONE}/report.pdf": pages.pdf}
    writing: _Pages = {
        "": pages.start,
        f"{_ONE}/note": pages.note,
        f"{_ONE}/end": pages.end,
        f"{_ONE}/report.json": pages.signed,
    }
    read = [
        get(f"{face.base}{path}", opt=face.opt, include_in_schema=False)(page)
        for path, page in reading.items()
    ]
    return (
        *read,
        *(
            post(f"{face.base}{path}", opt=face.opt, include_in_schema=False)(page)
            for path, page in writing.items()
        ),
    )


_ANSWER = f"{OWN.base}{_ONE}/answer"
ROUTES = (
    *_of(DESK),
    *_of(OWN),
    get(_ANSWER, opt=dict(needs("capture")), include_in_schema=False)(answering.form_page),
    post(_ANSWER, opt=dict(needs("capture")), include_in_schema=False)(answering.take),
    *api.ROUTES,
)
