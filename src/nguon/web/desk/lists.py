# SPDX-License-Identifier: Apache-2.0
"""What the figures of the desk open to: the entries and lots that they count."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath
from sqlalchemy import Connection, RowMapping

from nguon.base.audience import AudienceKind
from nguon.base.messages import Language, text
from nguon.compliance.state import AREAS
from nguon.entries.hand import lot_of, product_of
from nguon.identity.model import Principal
from nguon.registry import holdings, workflow
from nguon.registry import queries as registry
from nguon.registry.changes import entry_key
from nguon.registry.model import PRIVATE_KINDS, OrganisationKind, Register
from nguon.store import Store, overview
from nguon.vn.units import communes
from nguon.web.auth import needs, principal_of
from nguon.web.desk.state_view import UNKNOWN, named
from nguon.web.errors import NotFoundError
from nguon.web.formats import element_string
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work.pages import work
from nguon.web.work.register_view import Line, line

_MOST = 100
_PEOPLE = frozenset(kind.value for kind in PRIVATE_KINDS)
_NOWHERE = ("-",)
_EVERYONE = frozenset(kind.value for kind in OrganisationKind)


class _Wanted(msgspec.Struct, frozen=True):
    province: str = ""
    commune: str = ""
    ministry: str = ""
    sector: str = ""
    complete: str = ""
    after: str = ""


class _Found(msgspec.Struct, frozen=True):
    lines: list[Line]
    after: str | None


@get("/s/list/{kind:str}", opt=dict(needs("supervise")), include_in_schema=False)
async def list_page(request: Request[Any, Any, Any], kind: FromPath[str]) -> Response[bytes]:
    """Entries or lots of one sort within the officer's mandate, a hundred a page."""
    if kind not in _LISTS:
        raise NotFoundError("faces.unknown-list")
    asked = request.query_params
    wanted = _Wanted(**{name: asked[name] for name in _Wanted.__struct_fields__ if name in asked})
    language, store = negotiate(request.scope), services(request.scope).store
    principal = principal_of(request.scope)
    found = await asyncio.to_thread(_LISTS[kind], store, principal, wanted, language)
    given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value}
    return work(
        request,
        "desk/list.html",
        here="state",
        kind=kind,
        lines=found.lines,
        chosen=_chosen(wanted, language),
        next=found.after and f"/s/list/{kind}?" + urlencode({**given, "after": found.after}),
    )


def _chosen(wanted: _Wanted, language: Language) -> list[str]:
    """What the list is narrowed to, in words."""
    words = []
    for by in ("province", "ministry", "sector"):
        value = getattr(wanted, by)
        if value:
            words.append(named(by, "" if value == UNKNOWN else value, language))
    if wanted.commune:
        words += [one.label(language) for one in communes() if one.code == wanted.commune]
    if wanted.complete:
        name = "complete" if wanted.complete == "1" else "incomplete"
        words.append(text(f"faces.only-{name}", language))
    return words


def _provinces(principal: Principal) -> frozenset[str] | None:
    """What the officer is in charge of now: nothing once the mandate is over."""
    if principal.audience.kind is AudienceKind.PUBLIC:
        return frozenset()
    return workflow.mandate_of(principal).provinces


def _communes(principal: Principal, wanted: _Wanted) -> Collection[str] | None:
    """The communes that are asked for and in the officer's charge; empty for those unknown.

    None is every place of the country and abroad.
    """
    own = _provinces(principal)
    if wanted.commune:
        within = [one for one in communes() if one.code == wanted.commune]
        return [one.code for one in within if own is None or one.province.code in own] or _NOWHERE
    if wanted.province == UNKNOWN:
        return [] if own is None else _NOWHERE
    if not wanted.province:
        every = [one.code for one in communes() if own is None or one.province.code in own]
        return None if own is None else every or _NOWHERE
    if own is not None and wanted.province not in own:
        return _NOWHERE
    return [one.code for one in communes() if one.province.code == wanted.province] or _NOWHERE


_Read = Callable[[Connection, Collection[str] | None, str], list[RowMapping]]


def _entries(register: Register, read: _Read) -> Callable[..., _Found]:
    def listed(store: Store, principal: Principal, wanted: _Wanted, language: Language) -> _Found:
        with store.reading() as connection:
            rows = read(connection, _communes(principal, wanted), wanted.after)
            keyed = [(entry_key(register, row), row) for row in rows[:_MOST]]
            found = holdings.standing(connection, register, keyed)
        holdings.note(store, principal.audience, found)
        lines = [line(one, language, base="/s/approvals/entry") for one in found]
        return _Found(lines, keyed[-1][0] if len(rows) > _MOST else None)

    return listed


def _organisations(kinds: Collection[str]) -> _Read:
    return lambda connection, within, after: overview.some_organisations(
        connection, within, kinds, after=after, limit=_MOST + 1
    )


def _areas(connection: Connection, within: Collection[str] | None, after: str) -> list[RowMapping]:
    return overview.some_places(connection, within, AREAS, after=after, limit=_MOST + 1)


def _products(
    connection: Connection, within: Collection[str] | None, after: str
) -> list[RowMapping]:
    return overview.some_products(connection, within, after=after, limit=_MOST + 1)


def _lots(store: Store, principal: Principal, wanted: _Wanted, language: Language) -> _Found:
    if wanted.commune:
        return _Found([], None)
    complete = {"0": False, "1": True}.get(wanted.complete)
    asked = {
        name: ["" if value == UNKNOWN else value]
        for name in ("province", "ministry", "sector")
        if (value := getattr(wanted, name))
    }
    own = _provinces(principal)
    if own is not None:
        asked["province"] = [one for one in asked.get("province", own) if one in own]
    with store.reading() as connection:
        rows = overview.some_lots(
            connection, asked, complete=complete, after=wanted.after, limit=_MOST + 1
        )
    numbers = {row["organisation"] for row in rows[:_MOST]}
    parties = registry.organisations(store, principal.audience, numbers)
    names = {number: one.name.in_language(language) for number, one in parties.items()}
    lines = [_lot(row, names.get(row["organisation"], "–"), language) for row in rows[:_MOST]]
    return _Found(lines, rows[_MOST - 1]["lot"] if len(rows) > _MOST else None)


def _lot(row: Mapping[Any, Any], maker: str, language: Language) -> Line:
    missing = row["missing"]
    word = "incomplete" if missing else "complete"
    return Line(
        f"/w/lots?item={quote(row['lot'], safe='')}",
        text("faces.lot", language, lot=lot_of(row["lot"])),
        f"{maker} · {element_string(product_of(row['lot']))}",
        text(f"faces.lot-{word}", language, count=missing),
        "gold" if missing else "good",
        None,
    )


_LISTS: Mapping[str, Callable[[Store, Principal, _Wanted, Language], _Found]] = {
    "organisations": _entries(Register.ORGANISATION, _organisations(_EVERYONE)),
    "households": _entries(Register.ORGANISATION, _organisations(_PEOPLE)),
    "areas": _entries(Register.PLACE, _areas),
    "products": _entries(Register.PRODUCT, _products),
    "lots": _lots,
}

ROUTES = (list_page,)
