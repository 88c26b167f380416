# SPDX-License-Identifier: Apache-2.0
"""API keys in the hands of a manager, and the limits they are held to."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from nguon.identity import keys, limits
from nguon.identity.accounts import events, own_keys
from nguon.identity.accounts.events import Event
from nguon.identity.errors import KeyRefusedError
from nguon.identity.limits import Buckets, Limits
from tests.accounts import (
    forget_everybody,
    proved_session_of,
    send,
    session_of,
    somebody,
    with_session,
)
from tests.integration.web.conftest import Server, sqlite_settings, stop, up

PAGE = "/w/api-keys"


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Server]:
    running = up(sqlite_settings(tmp_path_factory.mktemp("keys"), sqlite_template))
    yield running[2]
    stop(*running)


@pytest.fixture
def server(one_server: Server) -> Server:
    forget_everybody(one_server.store)
    return one_server


def manager(server: Server, organisation: int) -> httpx.Client:
    token = proved_session_of(server.store, somebody(server.store, "manager", organisation))
    client = with_session(server.client(), token)
    client.headers["accept-language"] = "vi"
    return client


def made(server: Server, client: httpx.Client, **fields: object) -> str:
    """Fills in the form; gives the secret that the page shows."""
    answer = send(client, PAGE, {"name": "kho", "scope": ["capture", "read"], **fields})
    assert answer.headers["location"] == f"{PAGE}#made", answer.text
    client.headers["cookie"] += f"; {answer.headers['set-cookie'].partition(';')[0]}"
    page = client.get(PAGE).text
    return "nguon_" + page.partition(">nguon_")[2].partition("<")[0]


def test_made_used_ended(server: Server) -> None:
    client = manager(server, 11)
    secret = made(server, client)
    asking = server.client(authorization=f"Bearer {secret}")
    assert asking.get("/epcis/events").status_code == 200
    (key,) = keys.list_keys(server.store, 11)
    assert (key.name, sorted(key.scopes), key.rate, key.networks) == (
        "kho",
        ["capture", "read"],
        None,
        (),
    )
    assert key.last_used is not None
    done = send(client, PAGE, {}, f"{PAGE}/{key.id}/end")
    assert done.status_code == 303
    assert asking.get("/epcis/events").status_code == 401
    told = events.of_keys(server.store, 11)
    assert [(one.kind, one.about) for one in told] == [
        (Event.KEY_ENDED, "kho"),
        (Event.KEY_MADE, "kho"),
    ]
    assert told[0].actor is not None
    assert events.of_keys(server.store, 12) == []


def test_anothers_key_is_unknown(server: Server) -> None:
    made(server, manager(server, 13))
    (key,) = keys.list_keys(server.store, 13)
    other = manager(server, 14)
    assert send(other, PAGE, {}, f"{PAGE}/{key.id}/end").status_code == 404
    assert keys.list_keys(server.store, 13)[0].revoked is None
    assert key.id not in other.get(PAGE).text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"scope": []}, "scope"),
        ({"scope": ["admin"]}, "scope"),
        ({"scope": ["people"]}, "scope"),
        ({"scope": ["nothing"]}, "scope"),
        ({"rate": "0"}, "rate"),
        ({"rate": "-5"}, "rate"),
        ({"rate": "many"}, "rate"),
        ({"rate": "10000001"}, "rate"),
        ({"networks": "here"}, "networks"),
        ({"networks": "203.0.113.0/99"}, "networks"),
        ({"networks": " ".join(["10.0.0.0/8"] * 51)}, "networks"),
        ({"expires": "soon"}, "expires"),
        ({"expires": "2020-01-01"}, "expires"),
    ],
)
def test_what_cannot_be_made(server: Server, fields: dict[str, object], field: str) -> None:
    client = manager(server, 15)
    answer = send(client, PAGE, {"name": "kho", "scope": ["read"], **fields})
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert keys.list_keys(server.store, 15) == []


def test_too_many_requests_are_told_to_wait(server: Server) -> None:
    secret = made(server, manager(server, 16), rate="3")
    asking = server.client(authorization=f"Bearer {secret}")
    statuses = [asking.get("/epcis/events").status_code for _ in range(3)]
    assert statuses == [200, 200, 200]
    refused = asking.get("/epcis/events")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "security.key-rate"
    other = server.member(16, "read")
    assert other.get("/epcis/events").status_code == 200


def test_a_key_is_good_from_its_networks_alone(server: Server) -> None:
    client = manager(server, 17)
    here = made(server, client, networks="127.0.0.1 2001:db8::/32")
    assert server.client(authorization=f"Bearer {here}").get("/epcis/events").status_code == 200
    away = made(server, manager(server, 18), networks="203.0.113.0/24")
    refused = server.client(authorization=f"Bearer {away}").get("/epcis/events")
    assert refused.status_code == 403
    assert refused.json()["code"] == "security.key-address"


def test_the_page_reminds_of_the_end(server: Server) -> None:
    client = manager(server, 19)
    day = (datetime.now(UTC) + timedelta(days=10)).date().isoformat()
    made(server, client, expires=day)
    (key,) = keys.list_keys(server.store, 19)
    assert own_keys.ending([key]) == [key]
    assert "sắp hết hạn" in client.get(PAGE).text


def test_without_a_fresh_proof_nothing_is_made(server: Server) -> None:
    person = somebody(server.store, "manager", 20)
    client = with_session(server.client(), session_of(server.store, person))
    answer = send(client, PAGE, {"name": "kho", "scope": ["read"]})
    assert answer.headers["location"].startswith("/account/confirm")
    assert keys.list_keys(server.store, 20) == []


def test_a_bucket_fills_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(limits, "monotonic", lambda: now)
    bucket = Buckets(0)
    assert [bucket.wait("k", 2) for _ in range(2)] == [0, 0]
    assert bucket.wait("k", 2) == pytest.approx(30)
    now = 129.0
    assert bucket.wait("k", 2) == pytest.approx(1)
    now = 130.5
    assert bucket.wait("k", 2) == 0
    assert bucket.wait("other", 2) == 0
    assert [bucket.wait("k", None) for _ in range(1000)] == [0] * 1000


@pytest.mark.parametrize(
    ("address", "networks", "good"),
    [
        ("203.0.113.9", ("203.0.113.0/24",), True),
        ("203.0.114.9", ("203.0.113.0/24",), False),
        ("::ffff:203.0.113.9", ("203.0.113.0/24",), True),
        ("2001:db8::1", ("203.0.113.0/24", "2001:db8::/32"), True),
        ("unix", ("0.0.0.0/0",), False),
        ("", ("0.0.0.0/0", "::/0"), False),
    ],
)
def test_which_addresses_lie_in_networks(
    address: str, networks: tuple[str, ...], good: bool
) -> None:
    assert limits.allowed(address, networks) is good


def test_networks_have_one_spelling() -> None:
    assert Limits(None, ("203.0.113.77/24", "10.0.0.1")).networks == (
        "203.0.113.0/24",
        "10.0.0.1/32",
    )
    with pytest.raises(KeyRefusedError):
        Limits(0)
