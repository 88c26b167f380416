# SPDX-License-Identifier: Apache-2.0
"""The two desks that carry a recall to its end, an officer's and a maker's: where their pages
lie, who may open them, and how a refusal stands on a form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request

from nguon.base.errors import NguonError
from nguon.identity.model import Principal
from nguon.recall.errors import RecallFaultsError
from nguon.recall.parts import Part
from nguon.recall.queries import SiteView, View
from nguon.store import Store
from nguon.web.auth import FRESHLY, needs, principal_of
from nguon.web.languages import negotiate
from nguon.web.problems import words
from nguon.web.services import services
from nguon.web.telling import told

Requested = Request[Any, Any, Any]
Errors = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Face:
    """A desk: its address, its entry in the menu, the scope that opens it."""

    base: str
    here: str
    scope: str

    @property
    def opt(self) -> dict[str, Any]:
        """``opt`` of its pages."""
        return dict(needs(self.scope))

    @property
    def deciding(self) -> dict[str, Any]:
        """``opt`` of what takes effect at once: a person shows once more who it is."""
        return {**needs(self.scope), **FRESHLY}


DESK = Face("/s/recalls", "recalls", "supervise")
OWN = Face("/w/quality/recalls", "quality", "registry")
FACES = (DESK, OWN)


def face_of(request: Requested) -> Face:
    """The desk that a page belongs to."""
    return DESK if request.scope["path"].startswith(DESK.base) else OWN


def asking(request: Requested) -> tuple[Store, Principal]:
    """What every page reads from, and for whom."""
    return services(request.scope).store, principal_of(request.scope)


class Further(msgspec.Struct, frozen=True):
    """Ways from one part of a list: to the next and to the first; empty where it is that."""

    next: str
    first: str


def further(request: Requested, found: Part[Any], name: str = "after") -> Further:
    """The ways from a part; what else the address asks for stays."""
    asked = list(request.query_params.multi_items())
    others = [(key, value) for key, value in asked if key != name]
    following = "?" + urlencode([*others, (name, found.after)]) if found.after else ""
    return Further(following, "?" + urlencode(others) if len(others) < len(asked) else "")


def past(request: Requested, found: View | SiteView) -> Further:
    """The ways through the steps of a case or site of which not all stand on its page: from the
    newest to the first, from there to the next ones.
    """
    asked = "steps" in request.query_params
    if not found.steps_more:
        return Further("", "?#steps" if asked else "")
    start = found.steps[-1].number if asked else ""
    return Further(f"?steps={start}#steps", "?#steps" if asked else "")


def faults(
    request: Requested, error: NguonError, field: str = "", named: Mapping[str, str] | None = None
) -> Errors:
    """What is wrong, by the fields of a form; ``named`` are fields that a form calls otherwise."""
    if not isinstance(error, RecallFaultsError):
        return [(field, told(request, error))]
    language, called = negotiate(request.scope), named or {}
    return [
        (called.get(name, name), words(one.code, language, one.params))
        for one in error.faults
        for name in (one.pointer.strip("/").partition("/")[0],)
    ]
