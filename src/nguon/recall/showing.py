# SPDX-License-Identifier: Apache-2.0
"""How much of a recall each side may read."""

from typing import Any

import msgspec

from nguon.identity.model import Principal, Scope
from nguon.identity.visibility import KeyKind
from nguon.recall import sides
from nguon.recall.model import (
    PUBLIC,
    Disposed,
    Recall,
    Side,
    Site,
    SiteStep,
    SiteTaken,
    Step,
    Taken,
)
from nguon.recall.reading import Row, disposed_of, site_of, site_taken_of
from nguon.recall.sides import Opened
from nguon.registry import workflow
from nguon.store.recall_lists import Charge

_LEADERS = frozenset({Side.OFFICER, Side.MAKER})
_INSIDE = frozenset({Step.NOTE, Step.FINDING, Step.ASK, Step.REPLY, Step.CHASE, Step.ADD})
"""Steps of an investigation: for those who lead it."""


def inside(case: Opened, by: Principal) -> bool:
    """Whether somebody reads what an investigation found."""
    return bool(case.sides & _LEADERS) or by.kind is KeyKind.OPERATOR


def shown(case: Opened, by: Principal) -> Recall:
    """A case as the reader's sides may know it."""
    found = case.recall
    if not inside(case, by):
        found = msgspec.structs.replace(found, signal=None, dispute=None, seen=0)
        if found.state not in PUBLIC:
            found = msgspec.structs.replace(found, keys=())
    return found if sides.leads(case.sides, by) else msgspec.structs.replace(found, decided_by=None)


def reduced(found: Recall, by: Principal) -> Recall:
    """A case in a list, without who decided and, for who does not lead it, how it came about."""
    if by.kind is not KeyKind.MEMBER:
        return found
    found = msgspec.structs.replace(found, decided_by=None)
    if by.organisation == found.maker == found.opened_by:
        return found
    return msgspec.structs.replace(found, signal=None, dispute=None, seen=0)


def charge(by: Principal) -> Charge | None:
    """Whose cases an officer lists; None of nobody's. The operator sees all."""
    if by.kind is KeyKind.OPERATOR:
        return Charge(None, None, None)
    if not by.may(Scope.SUPERVISE):
        return None
    mandate = workflow.mandate_of(by)
    return Charge(mandate.provinces, mandate.sectors, by.organisation)


def unread(case: Opened, by: Principal) -> frozenset[Step]:
    """The steps that somebody does not read: of an investigation, unless he leads it."""
    return frozenset() if inside(case, by) else _INSIDE


def within(case: Opened, by: Principal) -> dict[str, Any]:
    """Which sites somebody may list."""
    if inside(case, by):
        return {}
    if Side.LOCAL in case.sides:
        return {"provinces": sorted(workflow.mandate_of(by).provinces or ())}
    return {"organisation": by.organisation}


def known(row: Row, case: Opened, by: Principal) -> bool:
    """Whether a reader of a site may know who it is: a maker as far as his own records show it."""
    own = row["organisation"] is not None and row["organisation"] == by.organisation
    return own or bool(row["open_to_maker"]) or Side.MAKER not in case.sides


def site_shown(row: Row, case: Opened, by: Principal) -> Site:
    """A maker reads states and numbers of all sites, and where they are of those he knows."""
    found = site_of(row)
    if known(row, case, by):
        return found
    blank = dict.fromkeys(("organisation", "party", "place", "words"))
    return msgspec.structs.replace(found, **blank)


def step_shown(one: Taken, case: Opened, by: Principal) -> Taken:
    """A step; without who acted for all but who leads: an officer speaks for the body."""
    return one if sides.leads(case.sides, by) else msgspec.structs.replace(one, actor=None)


def site_step_shown(one: Row, site: Row, case: Opened, by: Principal) -> SiteTaken:
    """A step at a site, likewise; of one that the reader does not know without what was said."""
    found = site_taken_of(one)
    if not sides.leads(case.sides, by):
        found = msgspec.structs.replace(found, actor=None)
    if known(site, case, by):
        return found
    said = None if found.step is SiteStep.CONTACT else found.content
    return msgspec.structs.replace(found, organisation=None, words=None, content=said)


def disposed_shown(one: Row, site: Row, case: Opened, by: Principal) -> Disposed:
    """A disposal, likewise."""
    found = disposed_of(one)
    if known(site, case, by):
        return found
    return msgspec.structs.replace(found, organisation=None, words="", verify_words=None)
