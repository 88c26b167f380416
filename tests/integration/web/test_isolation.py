# SPDX-License-Identifier: Apache-2.0
"""Each endpoint for each audience, generated from the route table.

A new route fails here until somebody has said who may use it and how to ask.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nguon.app import EXACT, SEGMENTS, routes
from nguon.web.auth import declared
from tests.integration.web.conftest import OURS, THEIRS, Server, sqlite_settings, stop, up
from tests.integration.web.samples import bare, document, event

AUDIENCES: dict[str, dict[str, Any] | None] = {
    "nobody": None,
    "unknown key": None,
    "capture only": {"scopes": ("capture",)},
    "read only": {"scopes": ("read",)},
    "trace only": {"scopes": ("trace",)},
    "registry only": {"scopes": ("registry",)},
    "admin only": {"scopes": ("admin",)},
    "inspector": {"scopes": ("read", "trace"), "kind": "inspector"},
    "operator": {
        "scopes": ("capture", "read", "trace", "registry", "admin"),
        "kind": "operator",
    },
}
SCOPES: dict[str, frozenset[str]] = {
    name: frozenset(() if properties is None else properties["scopes"])
    for name, properties in AUDIENCES.items()
}

_ITEM = "01/09521234543213/21/1"

EXPECTED: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {
    ("GET", "/"): ("public", {}),
    ("GET", "/api/v1/openapi.json"): ("public", {}),
    ("GET", "/api/v1/openapi.json/openapi.json"): ("public", {}),
    ("GET", "/api/v1/openapi.json/{path}"): ("public", {"path": "x"}),
    ("GET", "/api/v1/trace"): ("trace", {"query": {"item": _ITEM}}),
    ("GET", "/docs"): ("public", {}),
    ("GET", "/epcis/capture"): ("capture", {}),
    ("GET", "/epcis/capture/{job}"): ("capture", {"job": "JOB"}),
    ("GET", "/epcis/events"): ("read", {}),
    ("GET", "/epcis/events/{event_id}"): ("read", {"event_id": "urn:uuid:1"}),
    ("GET", "/find"): ("public", {"query": {"code": _ITEM}}),
    ("GET", "/healthz"): ("public", {}),
    ("GET", "/media/{name}"): ("public", {"name": "x.png"}),
    ("GET", "/p/{code}"): ("public", {"code": _ITEM}),
    ("HEAD", "/p/{code}"): ("public", {"code": _ITEM}),
    ("GET", "/r/organisation/{code}"): ("public", {"code": "x"}),
    ("GET", "/r/place/{key}"): ("public", {"key": "414/9521321000018"}),
    ("GET", "/r/product/{gtin}"): ("public", {"gtin": "09521234543213"}),
    ("GET", "/static/{file_path}"): ("public", {"file_path": "nguon.css"}),
    ("HEAD", "/static/{file_path}"): ("public", {"file_path": "nguon.css"}),
    ("GET", "/w/trace"): ("trace", {"query": {"item": _ITEM}}),
    ("POST", "/epcis/capture"): ("capture", {"body": document(event(50))}),
    ("POST", "/epcis/events"): ("capture", {"body": bare(51)}),
}
"""Method and address: the scope it needs, and what a sound request fills in."""

PUBLIC_LANES = {("GET", "/.well-known/gs1resolver")}


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Server]:
    """A server with one event of ours."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("isolation"), sqlite_template))
    owner = running[2].member(OURS)
    owner.post("/epcis/events", json=bare(1, eventID="urn:uuid:1")).raise_for_status()
    yield running[2]
    stop(*running)


@pytest.fixture(scope="module")
def clients(one_server: Server) -> dict[str, httpx.Client]:
    """A client of another organisation for each audience."""
    made: dict[str, httpx.Client] = {
        "nobody": one_server.client(),
        "unknown key": one_server.client(authorization="Bearer nguon_aaaaaaaaaaaa_" + "A" * 43),
    }
    for name, properties in AUDIENCES.items():
        if properties is not None:
            kind = properties.get("kind", "member")
            made[name] = one_server.member(THEIRS, *properties["scopes"], kind=kind)
    return made


def test_every_route_has_its_expectation(one_server: Server) -> None:
    found = {
        (method, path): access for method, path, access in declared(routes(one_server.services))
    }
    assert found == {place: access for place, (access, _) in EXPECTED.items()}


def test_every_lane_is_a_route_or_public() -> None:
    assert EXACT.keys() <= EXPECTED.keys() | PUBLIC_LANES
    assert all(segment.isdigit() for segment in SEGMENTS)


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("place", EXPECTED, ids=" ".join)
def test_access(
    one_server: Server, clients: dict[str, httpx.Client], place: tuple[str, str], audience: str
) -> None:
    method, path = place
    access, sound = EXPECTED[place]
    before = one_server.events()
    parts = {name: value for name, value in sound.items() if name not in {"query", "body"}}
    answer = clients[audience].request(
        method, path.format(**parts), params=sound.get("query"), json=sound.get("body")
    )
    allowed = access == "public" or access in SCOPES[audience]
    if allowed:
        assert answer.status_code not in {401, 403}
        assert answer.status_code < 500
        return
    known = AUDIENCES[audience] is not None
    assert answer.status_code == (403 if known else 401)
    assert answer.json()["type"] == "epcisException:SecurityException"
    assert ("www-authenticate" in answer.headers) is not known
    assert one_server.events() == before


@pytest.mark.parametrize("audience", ["nobody", "read only", "operator"])
@pytest.mark.parametrize("lane", ["/01/09521234543213", f"/{_ITEM}", "/.well-known/gs1resolver"])
def test_the_resolver_is_public(clients: dict[str, httpx.Client], lane: str, audience: str) -> None:
    assert clients[audience].get(lane).status_code in {200, 307, 404}


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
