# SPDX-License-Identifier: Apache-2.0
"""How many statements a page takes: a list must not ask once for each of its lines.

A page that follows goods on their way takes three statements a step more. Limits hold where
nothing is remembered of the page before, as on a machine that is busy for seconds.
"""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from nguon.cli.demonstration import default_folder, read_manifest
from nguon.cli.demonstration_works import settle
from nguon.compliance import projection
from nguon.identity.visibility import PUBLIC
from nguon.registry import queries
from tests.accounts import signed_in
from tests.integration.web.conftest import Server, answering, sqlite_settings, stop, up
from tests.integration.web.demonstration import BOX_AS_SCANNED, LOT, PRODUCT, loaded

COOPERATIVE, OFFICE = "htx-nhan-tan-hung", "chi-cuc-trong-trot-dak-lak"
FORMS = ("/w", "/w/deliveries", "/w/harvest", "/w/receive")
STOCK = ("/w/pack", "/w/ship", "/w/sell")
LISTS = (
    *("/w/handovers", "/w/done", "/w/registers", "/w/consignments", "/w/samples", "/w/todo"),
    *("/w/files", "/w/access", "/w/links", "/w/codes", "/w/identities", "/w/scans"),
    *("/w/credentials", "/w/credentials/new", "/w/attestations/new"),
    *("/w/keys", "/w/bind-key", "/w/enrolment", "/w/enrolment/households"),
    *("/w/grants", "/w/give-grant"),
    *("/w/receipts", "/account", "/account/security", "/w/api-keys"),
    *("/w/stoplist", f"/w/stoplist?code={LOT}"),
    *("/w/cases", "/w/listings", "/w/recalls", "/w/quality"),
    *("/w/messages", "/w/messages/addresses", "/w/drills"),
)
DESK = (
    "/s/drills",
    "/s/keys?q=htx-nhan-tan-hung",
    *("/s", "/s/approvals", "/s/codes", "/s/issued", "/s/overdue", "/s/state"),
    *("/s/cases", "/s/enrolments", "/s/recalls"),
    *("/s/inspections", "/s/inspections/new"),
    *("/s/list/organisations", "/s/list/areas", "/s/list/lots"),
)
_ASKED = 4
"""How often a page is asked for at most: the fewest statements count. What is remembered for a
moment may run out while a page is made; what is asked for each line is asked every time."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Server]:
    """The demonstration with its desks; figures have followed the log."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("statements"), sqlite_template))
    loaded(running[2])
    settle(running[2].store, default_folder(), read_manifest(default_folder()))
    while projection.advance(running[2].store):
        pass
    yield running[2]
    stop(*running)


@pytest.fixture
def statements(server: Server) -> Iterator[Callable[[httpx.Client, str], int]]:
    """Counts the statements that a page takes."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if answering() and not statement.startswith("BEGIN"):
            seen.append(statement)

    def counted(client: httpx.Client, path: str) -> int:
        seen.clear()
        assert client.get(path).status_code == 200, path
        return len(seen)

    event.listen(Engine, "before_cursor_execute", note)
    yield counted
    event.remove(Engine, "before_cursor_execute", note)


def _signed_in(server: Server, role: str, code: str) -> httpx.Client:
    found = queries.organisation_by_code(server.store, PUBLIC, code)
    assert found is not None
    return signed_in(server.client(), server.store, role, found.id)


def _over(statements: Any, client: httpx.Client, most: dict[str, int]) -> dict[str, int]:
    """The pages that take more statements than they may, each with the fewest that it took."""
    over = {}
    for page, may in most.items():
        taken = [statements(client, page)]
        while min(taken) > may and len(taken) < _ASKED:
            taken.append(statements(client, page))
        if min(taken) > may:
            over[page] = min(taken)
    return over


def test_pages_of_everybody(server: Server, statements: Any) -> None:
    client = server.client(accept="text/html")
    most = {"/": 0, f"/p/{LOT}": 33, f"/r/product/{PRODUCT[3:]}": 6, "/r?q=nhan": 16}
    most |= {
        "/r/state": 8,
        "/scan": 0,
        "/recalls": 6,
        f"/p/{BOX_AS_SCANNED}": 37,
        f"/p/{LOT}/standing": 2,
        f"/api/v1/standing/{LOT}": 45,
        "/find?code=1-2-3": 2,
    }
    most |= {"/log": 2, f"/log/check/{LOT}": 18}
    assert _over(statements, client, most) == {}


def test_pages_of_a_cooperative(server: Server, statements: Any) -> None:
    client = _signed_in(server, "manager", COOPERATIVE)
    most = dict.fromkeys(FORMS, 12) | dict.fromkeys(STOCK, 42) | dict.fromkeys(LISTS, 12)
    most |= {
        "/w": 15,
        "/w/authorisations": 30,
        f"/w/lots/{LOT}": 46,
        f"/w/trace?item={LOT}": 48,
        f"/w/trace?item={LOT}&direction=both": 60,
        f"/w/trace?item={LOT}&view=lanes": 38,
        f"/w/trace?item={LOT}&view=time": 42,
        f"/w/trace/common?items={LOT}%0A{BOX_AS_SCANNED}": 52,
        f"/w/trace/compare?a={LOT}&b={PRODUCT}": 28,
        f"/w/trace/balance?goods={LOT}": 36,
        f"/w/trace/dispersion?item={LOT}": 74,
        "/w/trace/jobs": 8,
        f"/w/scans?item={LOT}": 8,
    }
    most |= dict.fromkeys(
        ("/w/print", f"/w/print?code={LOT}", f"/w/label/{LOT}?purpose=carton"), 13
    )
    assert _over(statements, client, most) == {}


def test_pages_of_an_officer(server: Server, statements: Any) -> None:
    client = _signed_in(server, "officer", OFFICE)
    most = dict.fromkeys(DESK, 14)
    most |= {"/s": 17, f"/s/inspections/about?code={LOT}": 56}
    assert _over(statements, client, most) == {}
