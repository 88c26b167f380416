# SPDX-License-Identifier: Apache-2.0
"""OpenID Connect against a provider that runs: linking, signing in, being identified, leaving."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from nguon.identity.accounts import events, invitations, people, signing
from nguon.identity.accounts.contacts import contact
from nguon.identity.accounts.events import Event
from nguon.identity.accounts.invitations import Wanted
from nguon.identity.model import Role
from nguon.identity.oidc import handing, links
from nguon.identity.oidc.model import Identified, Purpose
from nguon.store import accounts as rows
from tests.accounts import (
    factor_of,
    forget_everybody,
    proved_session_of,
    send,
    session_of,
    somebody,
    with_session,
)
from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.providers import ENTERPRISE, configured, confirmed_at, query_of, real_provider

CITIZEN = "001099012345"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider that runs."""
    claims = {"enterprise_code": ENTERPRISE, "citizen_id": CITIZEN, "loa": "2"}
    with real_provider(**claims, email="lan@example.com") as found:
        yield found


@pytest.fixture(scope="module")
def one_server(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, issuer: str
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("oidc")
    settings = sqlite_settings(folder, sqlite_template)
    running = up(replace(settings, oidc=configured(folder, gate=issuer)))
    yield running[2]
    stop(*running)


@pytest.fixture
def server(one_server: Server) -> Server:
    forget_everybody(one_server.store)
    return one_server


def browser(server: Server) -> httpx.Client:
    """A client that keeps its cookies, as a browser does."""
    return server.client(origin=server.base_url, accept="text/html")


def member(server: Server, role: str = "manager") -> tuple[httpx.Client, int]:
    """A client with the session of somebody who has just signed in."""
    person = somebody(server.store, role)
    client = browser(server)
    client.cookies.set("session", proved_session_of(server.store, person))
    return client, person


def through(client: httpx.Client, issuer: str, **asked: str) -> httpx.Response:
    """To the provider and back; not on from there."""
    gone = client.get("/account/oidc/gate/start", params=asked)
    assert gone.status_code == 303, gone.text
    return client.get(confirmed_at(issuer, gone.headers["location"]))


def linked(server: Server, issuer: str) -> int:
    """Somebody who has linked the account at the provider."""
    client, person = member(server)
    back = through(client, issuer, purpose="link")
    assert back.headers["location"] == "/account/oidc/link"
    page = client.get("/account/oidc/link")
    assert "Chị Lan" in page.text
    assert links.of_person(server.store, person) == []
    done = send(client, "/account/oidc/link", {})
    assert done.headers["location"] == "/account/security?done=linked"
    return person


def test_link_then_sign_in(server: Server, issuer: str) -> None:
    person = linked(server, issuer)
    (link,) = links.of_person(server.store, person)
    assert (link.issuer, link.provider) == (issuer, "gate")
    client = browser(server)
    back = through(client, issuer, next="/w/people")
    assert back.headers["location"] == "/w/people"
    assert client.get("/account").status_code == 200
    kinds = [one.kind for one in events.of_person(server.store, person)]
    assert kinds == [Event.NEW_DEVICE, Event.LINKED]


def test_who_is_not_linked_does_not_come_in(server: Server, issuer: str) -> None:
    mail = somebody(server.store)
    with server.store.transaction() as connection:
        rows.change_person(connection, mail, email="lan@example.com")
    client = browser(server)
    back = through(client, issuer)
    assert back.status_code == 400
    assert "Chưa có tài khoản nào" in back.text
    assert "session" not in client.cookies
    assert links.of_person(server.store, mail) == []


def test_the_second_factor_is_asked_for(server: Server, issuer: str) -> None:
    person = linked(server, issuer)
    factor_of(server.store, person)
    client = browser(server)
    back = through(client, issuer, next="/w")
    assert back.headers["location"] == "/account/second?next=%2Fw"
    assert "session" not in client.cookies


def test_identified_for_enrolment_once_in_that_session(server: Server, issuer: str) -> None:
    client, _ = member(server)
    back = through(client, issuer, purpose="enrol", next="/account")
    assert back.headers["location"] == "/account"
    store, token = server.store, client.cookies["identified"]
    session = client.cookies["session"]
    other = session_of(store, somebody(store))
    assert handing.look(store, Purpose.ENROL, other, token) is None
    assert handing.look(store, Purpose.LINK, session, token) is None
    found = handing.take(store, Purpose.ENROL, session, token)
    assert isinstance(found, Identified)
    assert (found.issuer, found.name, found.organisation_code) == (issuer, "Chị Lan", ENTERPRISE)
    assert found.claims["acr"] == "2"
    assert CITIZEN not in str(found)
    assert "lan" not in found.subject
    assert handing.take(store, Purpose.ENROL, session, token) is None


def test_unlinking_needs_another_way_in(server: Server, issuer: str) -> None:
    person = linked(server, issuer)
    mine = with_session(server.client(), proved_session_of(server.store, person))
    refused = send(mine, "/account/security", {"issuer": issuer}, "/account/oidc/unlink")
    assert refused.status_code == 400
    assert len(links.of_person(server.store, person)) == 1
    signing.set_password(server.store, person, "mít na vải dừa")
    mine = with_session(server.client(), proved_session_of(server.store, person))
    done = send(mine, "/account/security", {"issuer": issuer}, "/account/oidc/unlink")
    assert done.headers["location"] == "/account/security?done=unlinked"
    assert links.of_person(server.store, person) == []
    assert through(browser(server), issuer).status_code == 400


def test_somebody_elses_account_is_not_linked(server: Server, issuer: str) -> None:
    first = linked(server, issuer)
    client, second = member(server)
    through(client, issuer, purpose="link")
    done = send(client, "/account/oidc/link", {})
    assert done.status_code == 400
    assert [len(links.of_person(server.store, one)) for one in (first, second)] == [1, 0]


@pytest.mark.parametrize("purpose", ["link", "enrol"])
def test_strangers_are_not_sent_there_for_this(server: Server, purpose: str) -> None:
    answer = browser(server).get("/account/oidc/gate/start", params={"purpose": purpose})
    assert answer.headers["location"].startswith("/account/sign-in")


def test_linking_asks_for_a_fresh_proof(server: Server) -> None:
    client = with_session(server.client(), session_of(server.store, somebody(server.store)))
    answer = client.get("/account/oidc/gate/start", params={"purpose": "link"})
    assert answer.headers["location"].startswith("/account/confirm?next=")
    assert client.get("/account/oidc/link").headers["location"].startswith("/account/confirm?")


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/w/people", "/w/people"),
        ("https://evil.example", "/w"),
        ("//evil.example/w", "/w"),
        ("/\\evil.example", "/w"),
        ("javascript:alert(1)", "/w"),
    ],
)
def test_it_leads_nowhere_else(server: Server, issuer: str, wanted: str, goes: str) -> None:
    linked(server, issuer)
    assert through(browser(server), issuer, next=wanted).headers["location"] == goes


def test_what_is_sent_to_the_provider(server: Server, issuer: str) -> None:
    client = browser(server)
    sent: dict[str, Any] = query_of(client.get("/account/oidc/gate/start").headers["location"])
    assert sent["response_type"] == "code"
    assert sent["code_challenge_method"] == "S256"
    assert len(sent["code_challenge"]) == 43
    assert sent["redirect_uri"] == f"{server.base_url}/account/oidc/gate/callback"
    assert sent["scope"] == "openid profile"
    again = query_of(client.get("/account/oidc/gate/start").headers["location"])
    assert all(again[name] != sent[name] for name in ("state", "nonce", "code_challenge"))


def test_an_invitation_and_a_provider_make_an_account(server: Server, issuer: str) -> None:
    store = server.store
    wanted = Wanted("Trần Thị Mơ", contact("0987 654 321"), Role.CLERK)
    _, token = invitations.write(store, 1, wanted, None)
    client, page = browser(server), f"/account/invitation/{token}"
    assert "Cổng gate" in client.get(page).text
    back = through(client, issuer, purpose="invitation", next=page)
    assert back.headers["location"] == page
    found = client.get(page)
    assert "Chị Lan" in found.text
    assert people.find(store, wanted.contact) is None
    fields = {"with": "provider", "name": "Trần Thị Mơ"}
    assert send(client, page, fields).headers["location"] == "/w"
    person = people.find(store, wanted.contact)
    assert person is not None
    assert person.has_password is False
    assert through(browser(server), issuer, next="/w").headers["location"] == "/w"
    other = browser(server)
    _, second = invitations.write(store, 2, replace_contact(wanted, "0987 654 322"), None)
    assert send(other, f"/account/invitation/{second}", fields).status_code == 400
    assert people.find(store, contact("0987 654 322")) is None


def replace_contact(wanted: Wanted, number: str) -> Wanted:
    return replace(wanted, contact=contact(number))


def test_leaving_says_where_one_may_still_be_signed_in(server: Server, issuer: str) -> None:
    linked(server, issuer)
    client = browser(server)
    through(client, issuer, next="/account")
    left = send(client, "/account", {}, "/account/sign-out")
    assert left.headers["location"] == "/account/sign-in?left=gate"
    page = client.get(left.headers["location"]).text
    assert f'href="{issuer}/oauth2/end_session?client_id=nguon' in page
    assert "session" not in client.cookies
    assert client.get("/account/sign-in?left=https://evil.example").status_code == 200


@pytest.mark.parametrize("name", ["other", "..", "gate%00"])
def test_a_provider_that_is_none(server: Server, name: str) -> None:
    assert browser(server).get(f"/account/oidc/{name}/start").status_code in {400, 404}
