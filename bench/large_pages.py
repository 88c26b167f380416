# SPDX-License-Identifier: Apache-2.0
"""Each page asked again and again by a manager, an officer and the public: medians and p95."""

from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from bench.client import Load, drive, request
from bench.goods import gtin
from bench.large_goods import cooperative
from bench.server import served
from nguon.cli.workplace import operator
from nguon.identity.accounts import people, sessions
from nguon.identity.accounts.contacts import Contact
from nguon.identity.model import Role
from nguon.registry import queries
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation
from nguon.store import Store, open_store

_TIMES = 100
_LOT = f"01/{gtin(3)}/10/L50"


class Visitor(NamedTuple):
    """Who asks for which pages."""

    name: str
    cookie: str
    pages: tuple[str, ...]


PUBLIC = (
    "/",
    f"/p/{_LOT}",
    "/r?q=" + quote("Household 12"),
    "/r?q=" + quote("Hưng Yên"),
    "/r?q=VN-ABOR-1234",
    f"/r/organisation/{cooperative(7)}",
    f"/r/product/{gtin(3)}",
    "/r/state",
)
MANAGER = (
    "/w",
    "/w/deliveries",
    "/w/harvest",
    "/w/receive",
    "/w/pack",
    "/w/ship",
    "/w/sell",
    "/w/handovers",
    "/w/done",
    "/w/registers",
    "/w/registers?show=organisation",
    f"/w/registers/product?key={quote(f'01/{gtin(7)}')}",
    "/w/land",
    "/w/authorisations",
    "/w/consignments",
    "/w/samples",
    "/w/todo",
    f"/w/lots/{_LOT}",
    "/w/files",
    "/w/access",
    f"/w/trace?item={quote(_LOT)}",
)
OFFICER = (
    "/s",
    "/s/approvals",
    "/s/codes",
    "/s/overdue",
    "/s/state",
    "/s/list/organisations",
    "/s/list/areas?province=01",
    "/s/list/lots?complete=0",
    f"/w/lots/{_LOT}",
)


def table(url: str, folder: Path) -> str:
    """Markdown: every page's median and 95th percentile in milliseconds."""
    lines = ["| who | page | p50 ms | p95 ms |", "|---|---|---:|---:|"]
    for visitor, page, load in _measured(url, folder):
        if load is None:
            lines.append(f"| {visitor} | `{page}` | not served | |")
            continue
        p50, p95 = (load.percentile(share) for share in (0.5, 0.95))
        late = " **over 50**" if p95 > 50 else ""
        lines.append(f"| {visitor} | `{unquote(page)}` | {p50:.1f} | {p95:.1f}{late} |")
    return "\n".join(lines)


def _measured(url: str, folder: Path) -> Iterator[tuple[str, str, Load | None]]:
    store = open_store(url)
    try:
        visitors = _visitors(store)
    finally:
        store.close()
    with served(url, folder / "pages") as server:
        for visitor in visitors:
            headers = {"Accept": "text/html", "Cookie": visitor.cookie}
            for page in visitor.pages:
                load = None
                if _is_there(server.port, page, headers):
                    asked = [request("GET", page, headers)]
                    drive(server.port, asked * 5, 1, frozenset({200}))
                    load = drive(server.port, asked * _TIMES, 1, frozenset({200}))
                yield visitor.name, page, load


def _is_there(port: int, page: str, headers: dict[str, str]) -> bool:
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", page, headers=headers)
    status = connection.getresponse().status
    connection.close()
    if status not in {200, 404}:
        raise SystemExit(f"{page}: unexpected answer {status}")
    return status == 200


def _visitors(store: Store) -> list[Visitor]:
    found = queries.organisation_by_code(store, operator(), cooperative(7))
    assert found is not None
    office = ensure_organisation(store, "bench-office", OrganisationKind.AUTHORITY, "Office")
    return [
        Visitor("public", "", PUBLIC),
        Visitor("manager", _session(store, Role.MANAGER, found.id), MANAGER),
        Visitor("officer", _session(store, Role.OFFICER, office), OFFICER),
    ]


def _session(store: Store, role: Role, organisation: int) -> str:
    contact = Contact(email=f"bench-{role}@example.com")
    known = people.find(store, contact)
    person = people.add(store, f"Bench {role}", contact) if known is None else known.id
    membership = people.join(store, person, organisation, role)
    return f"session={sessions.start(store, person, membership, 'bench', None)}"
