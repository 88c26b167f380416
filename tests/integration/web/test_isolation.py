# SPDX-License-Identifier: Apache-2.0
"""Each route for each audience, by key and by session, generated from the route table.

Every address is asked as everybody; no answer may hold a marked secret that its
reader may not see, in body or headers, whatever the status. A new route with
parameters fails here until somebody has said how to ask it.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import httpx
import pytest
from sqlalchemy import select

from nguon.app import EXACT, SEGMENTS, framework
from nguon.store.schema import log, log_head, metadata
from nguon.store.values import EntryKind
from nguon.web.auth import declared
from tests.accounts import token_on
from tests.integration.web.conftest import OURS, THEIRS, Server, settings_on, stop, up
from tests.integration.web.isolation_recipes import PARAMETERS, QUERIES, addresses
from tests.integration.web.isolation_world import (
    LOT,
    SECRETS,
    SOLD,
    SUPPLIER,
    Reader,
    World,
    build,
)
from tests.integration.web.samples import bare, document, event

READERS = (
    *("public by nothing", "public by browser", "public by unknown key"),
    *("member by key", "member by session", "partner by key", "partner by session"),
    *("owner by key", "owner by session", "inspector by key", "inspector by session"),
    *("inspector elsewhere by key", "inspector elsewhere by session"),
    *("inspector of the past by key", "inspector of the past by session"),
    *("operator by key", "operator by session"),
)
STRANGERS = tuple(
    name
    for name in READERS
    if name.startswith(("public", "member", "inspector elsewhere", "inspector of"))
)
PUBLIC_LANES = {(method, "/.well-known/gs1resolver") for method in ("GET", "HEAD", "OPTIONS")}
PUBLIC_LANES |= {(method, "/log/verifier") for method in ("GET", "HEAD")}
EVERYONE, SIGNED = "public", "person"
_PAGES = ("/w", "/s", "/account")
_FLEETING = frozenset(
    {"access", "access_lost", "api_key", "session", "attempt", "id_block", "alembic_version"}
    | {"issuing_fetch", "security_event", "sign_in_step", "handover_seen", "projection"}
)
"""Tables that reading or failing may change, or that the server brings up to date by itself."""

_OBJECT = re.compile(r"{(grant_id|use_id|number|consent|asked|block_id|export_id|licence_id)}")
"""Addresses of what belongs to somebody."""

Route = tuple[str, str, str]
"""Method, pattern, access."""


class Told(NamedTuple):
    """One answer: who asked what, and which secrets it held."""

    reader: Reader
    route: Route
    address: str
    answer: httpx.Response
    held: frozenset[str]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A server with everything that can be asked for, on each database."""
    running = up(settings_on(request, tmp_path_factory.mktemp("isolation")))
    try:
        yield build(running[2])
    finally:
        stop(*running)


@pytest.fixture(scope="module")
def table(world: World) -> list[Route]:
    """Every route."""
    return [(method, path, access or "") for method, path, access in declared(framework())]


@pytest.fixture(scope="module")
def told(world: World, table: list[Route]) -> dict[str, list[Told]]:
    """The answers to everybody's reading of everything, by reader."""
    reading = [route for route in table if route[0] == "GET" and _known(route)]
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda reader: _asked(world, reader, reading), world.readers)
        return {reader.name: answers for reader, answers in zip(world.readers, found, strict=True)}


def _known(route: Route) -> bool:
    return "{" not in route[1] or route[1] in PARAMETERS


def _asked(world: World, reader: Reader, reading: list[Route]) -> list[Told]:
    found = []
    for route in reading:
        for address in addresses(world, route[1]):
            for query in QUERIES.get(route[1], [{}]):
                answer = reader.client.get(address, params=query)
                held = _held(answer, query)
                found.append(Told(reader, route, f"{address} {query}", answer, held))
    return found


def _held(answer: httpx.Response, query: dict[str, str]) -> frozenset[str]:
    """The secrets that an answer holds; not those that the question itself named."""
    asked = " ".join(query.values())
    text = _text(answer)
    return frozenset(
        secret.name
        for secret in SECRETS
        if any(form in text and form not in asked for form in secret.forms)
    )


def _text(answer: httpx.Response) -> str:
    """Everything that came: headers, body, and what is packed in it."""
    body = answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    return f"{answer.headers}\n{body.decode('utf-8', 'replace')}"


def _may(reader: Reader, access: str) -> bool:
    if access == EVERYONE:
        return True
    if access == SIGNED:
        return reader.person
    return reader.scopes is not None and access in reader.scopes


def _refused_rightly(one: Told) -> bool:
    """Whether somebody without access is turned away as the contract says."""
    if one.reader.scopes is not None:
        return one.answer.status_code == 403
    page = one.route[1].startswith(_PAGES) and one.reader.way == "browser"
    if page and one.answer.status_code == 303:
        return one.answer.headers["location"].startswith("/account/sign-in?next=")
    return one.answer.status_code == 401


def test_every_route_says_who_may_use_it_and_has_a_recipe(table: list[Route]) -> None:
    missing = sorted({path for _, path, _ in table if not _known(("", path, ""))})
    assert missing == [], "say in isolation_recipes.py how these addresses are filled in"
    assert [route for route in table if not route[2]] == []
    stale = sorted(PARAMETERS.keys() - {path for _, path, _ in table})
    assert stale == [], "recipes of routes that are gone"
    assert sorted(QUERIES.keys() - {path for _, path, _ in table}) == []


def test_every_lane_is_a_route_or_public(table: list[Route]) -> None:
    known = {(method, path) for method, path, _ in table}
    assert EXACT.keys() <= known | PUBLIC_LANES
    assert all(segment.isdigit() for segment in SEGMENTS)


@pytest.mark.parametrize("name", READERS)
def test_access(told: dict[str, list[Told]], name: str) -> None:
    wrong = [
        (one.address, one.answer.status_code)
        for one in told[name]
        if one.answer.status_code >= 500
        or (
            one.answer.status_code == 401
            if _may(one.reader, one.route[2])
            else not _refused_rightly(one)
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("name", READERS)
def test_no_answer_holds_what_its_reader_may_not_see(
    told: dict[str, list[Told]], name: str
) -> None:
    readers = {secret.name: secret.readers for secret in SECRETS}
    leaks = [
        (one.address, one.answer.status_code, secret)
        for one in told[name]
        for secret in one.held
        if one.reader.audience not in readers[secret]
    ]
    assert leaks == []


def test_the_secrets_are_there_to_be_found(told: dict[str, list[Told]]) -> None:
    """The test above would be empty for a secret that no page ever shows."""
    seen = {secret for answers in told.values() for one in answers for secret in one.held}
    unseen = {secret.name for secret in SECRETS} - seen
    assert unseen <= {"household's personal number"}, "masked wherever it is read"


@pytest.mark.parametrize("name", READERS)
def test_a_supplier_is_not_named_on_pages_of_what_was_made(
    told: dict[str, list[Told]], name: str
) -> None:
    named = [
        one.address for one in told[name] if SOLD in one.address and SUPPLIER in _text(one.answer)
    ]
    if name.startswith("inspector by"):
        # Of the ways that touch his province he sees the records, and in a trace whom to ask.
        named = [address for address in named if "/trace" not in address]
    assert name.startswith(("partner", "operator")) or named == []


@pytest.mark.parametrize("name", STRANGERS)
def test_search_neither_finds_nor_counts(world: World, name: str) -> None:
    reader = next(one for one in world.readers if one.name == name)
    for words in ("Xuyến Chi", "xuyen chi", "0912987001", "Xóm Kín"):
        answer = reader.client.get("/api/v1/search", params={"q": words})
        assert answer.status_code == 200
        assert "ho-kin" not in answer.text
    nothing = reader.client.get("/api/v1/search", params={"q": "zzzz"}).json()
    hidden = reader.client.get("/api/v1/search", params={"q": "Xuyến Chi"}).json()
    if isinstance(nothing, dict):
        assert {k: v for k, v in hidden.items() if isinstance(v, int)} == {
            k: v for k, v in nothing.items() if isinstance(v, int)
        }


@pytest.mark.parametrize("name", STRANGERS)
def test_queries_neither_find_nor_count(world: World, name: str) -> None:
    reader = next(one for one in world.readers if one.name == name)
    if not _may(reader, "read"):
        return

    def read(address: str, **query: str) -> Any:
        program = {"accept": "application/json"}
        return reader.client.get(address, params=query, headers=program).json()

    for query in ({}, {"MATCH_anyEPCClass": f"https://id.gs1.org/{LOT}"}):
        found = read("/epcis/events", **query)
        assert found["epcisBody"]["queryResults"]["resultsBody"]["eventList"] == []
    for register in ("code-uses", "authorisations", "consignments"):
        assert read(f"/api/v1/{register}") == []


def _state(world: World) -> dict[str, list[str]]:
    """What every table holds, but for those that reading changes and what the log says of itself:
    heads of its map, which come by themselves.
    """
    with world.server.store.reading() as connection:
        rows = {
            table: select(table)
            for table in metadata.sorted_tables
            if table is not log_head and not any(word in table.name for word in _FLEETING)
        }
        rows[log] = select(log.c.event, log.c.leaf).where(log.c.kind != EntryKind.MAP)
        return {
            table.name: sorted(str(tuple(row)) for row in connection.execute(query))
            for table, query in rows.items()
        }


def test_strangers_change_nothing(world: World, table: list[Route]) -> None:
    writing = [route for route in table if route[0] not in {"GET", "HEAD"} and _known(route)]
    before, wrong = _state(world), list[tuple[object, ...]]()
    for reader in world.readers:
        if reader.name not in STRANGERS:
            continue
        token = token_on(reader.client.get("/w/access").text) if reader.person else ""
        for method, path, access in writing:
            if path == "/account/sign-out":
                continue
            for address in addresses(world, path):
                sent: dict[str, Any] = {"data": {"_token": token, "x": "y"}}
                if path.startswith(("/api/", "/epcis")):
                    sent = {"json": {}}
                answer = reader.client.request(method, address, **sent)
                one = Told(reader, (method, path, access), address, answer, _held(answer, {}))
                refused = _may(reader, access) or _refused_rightly(one)
                if answer.status_code >= 500 or not refused or one.held:
                    wrong.append((reader.name, address, answer.status_code, one.held))
                if _OBJECT.search(path) and answer.status_code < 300:
                    wrong.append((reader.name, address, answer.status_code, "taken"))
    assert wrong == []
    after = _state(world)
    assert {name for name in before if before[name] != after[name]} == set()


@pytest.fixture(scope="module")
def one_server(world: World) -> Server:
    """The server alone."""
    return world.server


@pytest.mark.parametrize("lane", ["/01/09521234543213", f"/{LOT}", "/.well-known/gs1resolver"])
@pytest.mark.parametrize("name", READERS)
def test_the_resolver_is_public(world: World, name: str, lane: str) -> None:
    reader = next(one for one in world.readers if one.name == name)
    answer = reader.client.get(lane)
    assert answer.status_code in {200, 307, 404}
    assert _held(answer, {}) == frozenset()


def test_jobs_belong_to_their_organisation(one_server: Server) -> None:
    owner = one_server.member(OURS)
    job = owner.post("/epcis/capture", json=document(event(60))).headers["location"]
    assert owner.get(job).status_code == 200
    assert one_server.member(OURS).get(job).status_code == 200
    assert one_server.member(THEIRS, "capture").get(job).status_code == 404
    operator = one_server.member(THEIRS, "capture", kind="operator")
    assert operator.get(job).status_code == 404


@pytest.mark.parametrize("header", ["authorization", "x-api-key"])
def test_both_ways_to_send_a_key(one_server: Server, header: str) -> None:
    secret = one_server.key(OURS, "read")
    value = secret if header == "x-api-key" else f"Bearer {secret}"
    assert one_server.client(**{header: value}).get("/epcis/events").status_code == 200


def test_keys_are_not_reflected(one_server: Server) -> None:
    secret = one_server.key(OURS, "read")
    answer = one_server.client(authorization=f"Bearer {secret}x").get("/epcis/events")
    assert answer.status_code == 401
    assert secret not in answer.text


@pytest.mark.parametrize(
    "scope", ["capture", "read", "trace", "registry", "admin", "supervise", "market"]
)
def test_a_key_opens_what_its_scope_says_alone(
    one_server: Server, world: World, table: list[Route], scope: str
) -> None:
    client = one_server.member(THEIRS, scope)
    reader = Reader("member", "key", client, frozenset({scope}))
    before = one_server.events()
    wrong = []
    for method, path, access in table:
        if method == "HEAD" or not _known((method, path, access)) or _may(reader, access):
            continue
        body = None if method == "GET" else bare(51)
        answer = client.request(method, addresses(world, path)[0], json=body)
        if answer.status_code != 403:
            wrong.append((method, path, answer.status_code))
    assert wrong == []
    assert one_server.events() == before
