# SPDX-License-Identifier: Apache-2.0
"""The desk of an officer: what waits, what is late, a box for any code, and the map of areas."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from litestar import Request, Response, get
from litestar.params import FromQuery
from markupsafe import Markup

from nguon.base.audience import AudienceKind
from nguon.base.messages import Language, text
from nguon.base.time import to_microseconds
from nguon.compliance import state as figures
from nguon.gs1 import IdentifierError
from nguon.identity.model import Principal
from nguon.recall import waiting
from nguon.registry import workflow
from nguon.registry.bridge.queries import item_of
from nguon.registry.ledger import queries as ledger
from nguon.registry.ledger.model import State, Verdict
from nguon.registry.ledger.queries import Wanted
from nguon.scans.reading import identifier_in
from nguon.store import Store, overview
from nguon.vn.area_map import area_map
from nguon.vn.units import commune, communes, province
from nguon.web.auth import needs, principal_of
from nguon.web.clocks import pressing
from nguon.web.desk.state_view import share
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work.pages import go_to, work

PAGE = "/s"
_USES = 200
_PROVINCE = 2
"""Digits of a province's code."""
_NAMED = 12
"""Lines of the list beside the map."""


class Count(msgspec.Struct, frozen=True):
    """A figure that opens to its records; ``pressing`` is what of it is late, in words."""

    words: str
    value: int
    link: str
    pressing: str | None = None
    tone: str = ""


class Spot(msgspec.Struct, frozen=True):
    """A line of the list beside the map."""

    name: str
    count: int
    link: str


@get(PAGE, opt=dict(needs("supervise")), include_in_schema=False)
async def desk_page(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The figures of the officer's mandate, each a way to its records."""
    language, store = negotiate(request.scope), services(request.scope).store
    principal = principal_of(request.scope)
    counts = await asyncio.to_thread(_counts, store, principal, language)
    areas = await asyncio.to_thread(_areas, store, principal)
    own = _provinces(principal)
    spots = _spots(areas, own, language)
    title = text("faces.map-title", language, count=sum(areas.values()))
    return work(
        request,
        "desk/start.html",
        here="desk",
        charge=_charge(own, language),
        counts=counts,
        drawing=Markup(area_map(areas, own, title)) if areas else None,  # noqa: S704
        title=title,
        spots=spots[:_NAMED],
        more=len(spots) - _NAMED,
        near=own is not None,
    )


@get(f"{PAGE}/find", opt=dict(needs("supervise")), include_in_schema=False)
async def find(request: Request[Any, Any, Any], code: FromQuery[str] = "") -> Response[bytes]:
    """Any code leads to what the desk knows of it: an entry of a register, or a trace.

    A code of another system leads to the thing that it stands for.
    """
    store, audience = services(request.scope).store, principal_of(request.scope).audience
    asked = code.strip()[:200]
    named = await asyncio.to_thread(item_of, store, audience, asked)
    return go_to(address_of(named or asked))


def address_of(asked: str) -> str:
    """Where a code or some words lead an officer."""
    if not asked:
        return PAGE
    try:
        key = identifier_in(asked).key
    except IdentifierError:
        return "/s/approvals?" + urlencode({"find": asked})
    register = {"vn-area": "place", "vn-pack": "place"}.get(key.partition(":")[0])
    if key.startswith("414/"):
        register = "place"
    elif key.startswith("01/") and key.count("/") == 1:
        register = "product"
    if register is not None:
        return "/s/approvals?" + urlencode({"find": asked})
    return f"/w/trace?item={quote(key, safe='')}"


def _provinces(principal: Principal) -> frozenset[str] | None:
    if principal.audience.kind is AudienceKind.PUBLIC:
        return frozenset()
    return workflow.mandate_of(principal).provinces


def _charge(own: frozenset[str] | None, language: Language) -> str:
    if own is None:
        return text("faces.charge-all", language)
    known = [one.label(language) for code in sorted(own) if (one := province(code))]
    return ", ".join(known) or text("faces.charge-none", language)


def _counts(store: Store, principal: Principal, language: Language) -> list[Count]:
    found = figures.state(store, principal.audience)
    lots = sum(line.lots for line in found.lines)
    complete = sum(line.complete for line in found.lines)
    part = share(lots, complete)
    state = text("faces.lots-share", language, share=part) if part is not None else None
    late = sum(line.overdue for line in found.lines)
    joined = sum(line.organisations for line in found.lines)
    return [
        _waiting(store, principal, language),
        *_uses(store, principal, language),
        *_recalls(store, principal, language),
        Count(text("faces.overdue", language), late, "/s/overdue", tone="danger" if late else ""),
        Count(text("faces.lots", language), lots, "/s/list/lots", state),
        Count(text("faces.organisations", language), joined, "/s/list/organisations"),
    ]


def _waiting(store: Store, principal: Principal, language: Language) -> Count:
    mandate, own = workflow.mandate_of(principal), _provinces(principal)
    with store.reading() as connection:
        rows = overview.waiting(connection, to_microseconds(datetime.now(UTC)))
    mine = [
        (row["count"], row["late"])
        for row in rows
        if (own is None or row["province"] in own)
        and (mandate.sectors is None or row["sector"] in mandate.sectors)
    ]
    late = sum(one for _, one in mine)
    return Count(
        text("faces.waiting", language),
        sum(one for one, _ in mine),
        "/s/approvals",
        text("faces.waiting-late", language, count=late) if late else None,
        "danger" if late else "",
    )


def _recalls(store: Store, principal: Principal, language: Language) -> list[Count]:
    """Recalls under way, and sites that have not answered, each with what is late or due next."""
    now = datetime.now(UTC)
    cases, answers = waiting.in_charge(store, principal, now)
    told = (("recalls", cases, "/s/recalls"), ("answers", answers, "/s/recalls?state=running"))
    return [
        Count(
            text(f"faces.{name}-wait", language),
            found.count,
            link,
            pressing(found, now, language),
            "danger" if found.late else "gold" if found.count else "",
        )
        for name, found, link in told
    ]


def _uses(store: Store, principal: Principal, language: Language) -> list[Count]:
    """Uses of codes that wait for an answer, and those refused or questioned."""
    pressing = Wanted(verdicts=(Verdict.HELD, Verdict.REFUSED, Verdict.QUESTIONED))
    found = ledger.uses(store, principal.audience, pressing, limit=_USES)
    tally = Counter("held" if one.state is State.WAITING else one.verdict.value for one in found)
    tones = {"held": "danger", "refused": "danger", "questioned": "gold"}
    return [
        Count(
            text(f"faces.uses-{name}", language),
            tally[name],
            f"/s/codes?verdict={name}",
            tone=tone if tally[name] else "",
        )
        for name, tone in tones.items()
    ]


def _areas(store: Store, principal: Principal) -> dict[str, int]:
    """How many areas lie in each commune of the mandate."""
    own = _provinces(principal)
    within = None
    if own is not None:
        within = [one.code for one in communes() if one.province.code in own]
    with store.reading() as connection:
        found = overview.located(connection, figures.AREAS, within)
    return {code: count for code, count in found.items() if commune(code) is not None}


def _spots(areas: Mapping[str, int], own: frozenset[str] | None, language: Language) -> list[Spot]:
    """Communes of provinces in charge, or the provinces; those with most first."""
    tally: Counter[str] = Counter()
    for code, count in areas.items():
        unit = commune(code)
        if unit is not None:
            tally[code if own is not None else unit.province.code] += count
    return [
        Spot(_named(code, language), count, f"/s/list/areas?{_by(code)}={code}")
        for code, count in tally.most_common()
    ]


def _by(code: str) -> str:
    return "province" if len(code) == _PROVINCE else "commune"


def _named(code: str, language: Language) -> str:
    """A province, or a commune without its province's name."""
    unit = province(code) if len(code) == _PROVINCE else commune(code)
    return code if unit is None else unit.label(language).partition(",")[0]


ROUTES = (desk_page, find)
