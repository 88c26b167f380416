# SPDX-License-Identifier: Apache-2.0
"""The helper for addresses: an old one, or the name of a commune, becomes a unit of today."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromQuery

from nguon.base.messages import Language, text
from nguon.vn import conversion, former, search
from nguon.vn.conversion import Candidate, Conversion, How
from nguon.vn.units import Commune
from nguon.web.auth import needs
from nguon.web.formats import day, opening
from nguon.web.languages import negotiate
from nguon.web.work.pages import work

_LONGEST = 300
_MOST = 30


class Unit(msgspec.Struct, frozen=True):
    """A commune of today as the page shows it."""

    code: str
    label: str
    why: str
    was: str


class CommuneFound(msgspec.Struct, frozen=True):
    """A commune for programs."""

    code: str
    label: str
    reason: str


class Converted(msgspec.Struct, frozen=True):
    """What an address means today, for programs."""

    how: How
    candidates: list[CommuneFound]
    unknown: tuple[str, ...]
    detail: str


@get("/w/address", opt=dict(needs("read")), include_in_schema=False)
async def address_page(
    request: Request[Any, Any, Any], old: FromQuery[str] = ""
) -> Response[bytes]:
    """What an address means today: one commune, or all candidates with what decides."""
    language, asked = negotiate(request.scope), old.strip()[:_LONGEST]
    found = await asyncio.to_thread(conversion.convert, asked) if asked else None
    return work(
        request,
        "work/address.html",
        here="address",
        asked=asked,
        found=found,
        told=opening(found.told(language)) if found else "",
        next_step=found.next(language) if found else None,
        units=[_unit(one, language) for one in _shown(found)],
        others=[_unit(one, language) for one in found.others[:_MOST]] if found else [],
    )


@get("/api/v1/addresses", opt=dict(needs("read")), summary="Convert an address")
async def address_json(old: FromQuery[str]) -> Converted:
    """The communes of today that an address, or the code of a unit, means."""
    found = await asyncio.to_thread(conversion.convert, old.strip()[:_LONGEST])
    candidates = [
        CommuneFound(one.commune.code, one.commune.label("vi"), one.reason("vi"))
        for one in found.candidates
    ]
    return Converted(found.how, candidates, found.unknown, found.detail)


def _shown(found: Conversion | None) -> list[Candidate]:
    """The candidates; where the address names nothing, communes whose names begin so."""
    if found is None:
        return []
    if found.how is not How.UNKNOWN:
        return list(found.candidates[:_MOST])
    named = search.search(found.asked, limit=_MOST)
    return [Candidate(one, former.absorbed(one.code)) for one in named if isinstance(one, Commune)]


def _unit(one: Candidate, language: Language) -> Unit:
    unit = one.commune
    change = former.changed(unit.code) or former.changed(unit.province.code)
    was = ""
    if change is not None:
        kind = change.kind.name.lower()
        whose = unit if change.code == unit.code else unit.province
        name = whose.name if language == "vi" else whose.name_en
        label = text(f"vn.unit-{kind}", language, name=name)
        was = text("land.address-was", language, day=day(change.since, language), old=label)
    return Unit(unit.code, opening(unit.label(language)), opening(one.reason(language)), was)


ROUTES = (address_page, address_json)
