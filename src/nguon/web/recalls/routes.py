# SPDX-License-Identifier: Apache-2.0
"""The addresses of recalls: both desks over the same pages, the quality desk, the holders' side."""

from collections.abc import Callable, Mapping
from typing import Any

from litestar import get, post
from litestar.types import ControllerRouterHandler

from nguon.web.auth import needs
from nguon.web.recalls import (
    campaign,
    cases,
    decision,
    notices,
    public,
    quality,
    release,
    report,
    scope,
    steps,
    things,
)
from nguon.web.recalls.faces import DESK, FACES, OWN, Face

_ONE, _SITE = "/{number:str}", "/{number:str}/sites/{site:str}"


def _reading(face: Face) -> tuple[ControllerRouterHandler, ...]:
    pages: Mapping[str, Callable[..., Any]] = {
        _ONE: cases.one,
        f"{_ONE}/investigate": steps.investigation,
        f"{_ONE}/scope": scope.scope,
        f"{_ONE}/things": things.listing,
        f"{_ONE}/things.csv": things.table,
        f"{_ONE}/sites": campaign.sites,
        _SITE: campaign.site,
        f"{_ONE}/release": release.form_page,
        f"{_ONE}/report": report.one,
        f"{_ONE}/report.pdf": report.pdf,
        f"{_ONE}/report.json": report.signed,
        f"{_ONE}/files/{{file:str}}": steps.paper,
    }
    return tuple(
        get(f"{face.base}{path}", opt=face.opt, include_in_schema=False)(handler)
        for path, handler in pages.items()
    )


def _writing(face: Face) -> tuple[ControllerRouterHandler, ...]:
    steps_taken: Mapping[str, Callable[..., Any]] = {
        f"{_ONE}/investigate": steps.investigate,
        f"{_ONE}/dismiss": steps.dismiss,
        f"{_ONE}/close": steps.close,
        f"{_ONE}/scope": scope.settle,
        _SITE: campaign.act,
        f"{_ONE}/release": release.release,
    }
    return tuple(
        post(f"{face.base}{path}", opt=face.opt, include_in_schema=False)(handler)
        for path, handler in steps_taken.items()
    )


def _deciding(face: Face) -> tuple[ControllerRouterHandler, ...]:
    path = f"{face.base}{_ONE}/decide"
    return (
        get(path, opt=face.deciding, include_in_schema=False)(decision.form_page),
        post(path, opt=face.deciding, include_in_schema=False)(decision.decide),
    )


def _desk() -> tuple[ControllerRouterHandler, ...]:
    return (
        get(DESK.base, opt=DESK.opt, include_in_schema=False)(cases.listing),
        get(f"{DESK.base}/new", opt=DESK.opt, include_in_schema=False)(cases.form_page),
        post(f"{DESK.base}/new", opt=DESK.opt, include_in_schema=False)(cases.opened),
    )


def _quality() -> tuple[ControllerRouterHandler, ...]:
    return (
        get(quality.PAGE, opt=OWN.opt, include_in_schema=False)(quality.desk),
        post(f"{quality.PAGE}/hold", opt=OWN.opt, include_in_schema=False)(quality.hold),
        post(f"{quality.PAGE}/lift", opt=OWN.opt, include_in_schema=False)(quality.lift),
        get("/w/recalls/new", opt=OWN.opt, include_in_schema=False)(cases.form_page),
        post("/w/quality/recalls/new", opt=OWN.opt, include_in_schema=False)(cases.opened),
    )


def _holders() -> tuple[ControllerRouterHandler, ...]:
    page, one = notices.PAGE, f"{notices.PAGE}/{{site:str}}"
    reading, writing = dict(needs("read")), dict(needs("capture"))
    return (
        get(page, opt=reading, include_in_schema=False)(notices.listing),
        get(one, opt=reading, include_in_schema=False)(notices.one),
        get(f"{one}/answer", opt=writing, include_in_schema=False)(notices.answer_form),
        get(f"{one}/dispose", opt=writing, include_in_schema=False)(notices.dispose_form),
        post(f"{one}/see", opt=writing, include_in_schema=False)(notices.see),
        post(f"{one}/answer", opt=writing, include_in_schema=False)(notices.answer),
        post(f"{one}/dispose", opt=writing, include_in_schema=False)(notices.dispose),
        post(f"{page}/requests/{{number:str}}", opt=writing, include_in_schema=False)(
            notices.reply
        ),
    )


ROUTES: tuple[ControllerRouterHandler, ...] = (
    *public.ROUTES,
    *_desk(),
    *_quality(),
    *_holders(),
    *(route for face in FACES for kind in (_reading, _writing, _deciding) for route in kind(face)),
)
