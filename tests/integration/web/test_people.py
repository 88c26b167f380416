# SPDX-License-Identifier: Apache-2.0
"""The people of an organisation: inviting, accepting, roles, ending; and one's own account."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from nguon.identity.accounts import browsers, invitations, passwords, people, sessions, signing
from nguon.identity.accounts.contacts import contact
from nguon.identity.model import Role
from nguon.store import Store
from nguon.store.accounts_tables import invitation, membership, person
from tests.accounts import (
    forget_everybody,
    send,
    session_of,
    signed_in,
    somebody,
    token_on,
    with_session,
)
from tests.integration.web.conftest import OURS, THEIRS, Server, sqlite_settings, stop, up
from tests.integration.web.samples import bare

PASSWORD = "mít na vải dừa"
_LINK = re.compile(r"(/account/invitation/[\w-]{43})")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost little."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(1, 8, 1))


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Server]:
    """One server for all tests here that do not depend on the database."""
    running = up(sqlite_settings(tmp_path_factory.mktemp("people"), sqlite_template))
    yield running[2]
    stop(*running)


@pytest.fixture
def small(one_server: Server) -> Server:
    """It, with nobody in it."""
    forget_everybody(one_server.store)
    return one_server


def _invite(manager: httpx.Client, login: str = "0912 345 678", role: str = "clerk") -> str:
    """Invites as the form does; gives the link's path."""
    fields: dict[str, object] = {"name": "Chị Lan", "contact": login, "role": role}
    answer = send(manager, "/w/people", fields, "/w/people/invitations")
    assert (answer.status_code, answer.headers["location"]) == (303, "/w/people#made")
    cookie = answer.headers["set-cookie"].partition(";")[0]
    page = manager.get("/w/people", headers={"cookie": f"{manager.headers['cookie']}; {cookie}"})
    found = _LINK.search(page.text)
    assert found is not None
    return found[1]


def _browser(server: Server) -> httpx.Client:
    return server.client(origin=server.base_url, accept="text/html")


def _count(store: Store) -> tuple[int, int, int]:
    with store.reading() as connection:
        return tuple(  # type: ignore[return-value]
            connection.scalar(select(func.count()).select_from(table))
            for table in (person, membership, invitation)
        )


def test_a_clerk_is_invited_and_begins(server: Server) -> None:
    manager = signed_in(server.client(), server.store, "manager", OURS)
    link = _invite(manager)
    page = manager.get("/w/people")
    assert "Chị Lan" in page.text
    assert link not in page.text
    clerk = _browser(server)
    offered = clerk.get(link)
    assert offered.status_code == 200
    assert "+84912345678" in offered.text
    answer = send(clerk, link, {"name": "Chị Lan", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/w")
    assert "Chị Lan" in clerk.get("/w").text
    found = people.find(server.store, contact("0912345678"))
    assert found is not None
    assert [(one.organisation, one.role) for one in people.memberships(server.store, found.id)] == [
        (OURS, Role.CLERK)
    ]
    again = _browser(server)
    before = _count(server.store)
    assert again.get(link).status_code == 410
    token = token_on(again.get("/account/sign-in").text)
    fields = {"_token": token, "name": "Kẻ khác", "password": PASSWORD}
    assert again.post(link, data=fields).status_code == 410
    assert _count(server.store) == before


def test_somebody_with_an_account_accepts_by_signing_in(server: Server) -> None:
    store = server.store
    manager = signed_in(server.client(), store, "manager", OURS)
    number = people.add(store, "Chị Lan", contact("0912345678"))
    people.join(store, number, THEIRS, Role.MANAGER)
    link = _invite(manager)
    stranger = _browser(server)
    page = stranger.get(link)
    assert "Đăng nhập để nhận" in page.text
    assert 'name="password"' not in page.text
    token = token_on(stranger.get("/account/sign-in").text)
    forced = stranger.post(link, data={"_token": token, "name": "X", "password": PASSWORD})
    assert forced.status_code == 410
    lan = with_session(server.client(), session_of(store, number))
    answer = send(lan, link, {})
    assert answer.status_code == 303
    roles = {one.organisation: one.role for one in people.memberships(store, number)}
    assert roles == {OURS: Role.CLERK, THEIRS: Role.MANAGER}
    switched = next(one for one in answer.headers.get_list("set-cookie") if "session=" in one)
    signed = sessions.recognise(store, switched.partition(";")[0].partition("=")[2])
    assert signed is not None
    assert signed.principal.organisation == OURS


def test_an_invitation_is_good_for_seven_days_and_until_withdrawn(server: Server) -> None:
    manager = signed_in(server.client(), server.store, "manager", OURS)
    link = _invite(manager)
    number = invitations.standing(server.store, OURS)[0].id
    other = signed_in(server.client(), server.store, "manager", THEIRS)
    foreign = send(other, "/w/people", {}, f"/w/people/invitations/{number}/withdraw")
    assert foreign.status_code == 410
    assert _browser(server).get(link).status_code == 200
    gone = send(manager, "/w/people", {}, f"/w/people/invitations/{number}/withdraw")
    assert gone.status_code == 303
    assert _browser(server).get(link).status_code == 410
    late = _invite(manager)
    with server.store.transaction() as connection:
        connection.execute(update(invitation).values(expires=1))
    assert _browser(server).get(late).status_code == 410
    assert _browser(server).get("/account/invitation/" + "x" * 43).status_code == 410


@pytest.mark.parametrize("role", ["officer", "operator", "king", ""])
def test_nobody_gives_a_role_above_his_own(small: Server, role: str) -> None:
    manager = signed_in(small.client(), small.store, "manager", OURS)
    before = _count(small.store)
    fields: dict[str, object] = {"name": "X", "contact": "x@example.com", "role": role}
    answer = send(manager, "/w/people", fields, "/w/people/invitations")
    assert answer.status_code == 400
    assert 'href="#role"' in answer.text
    assert _count(small.store) == before
    own = people.members(small.store, OURS)[0].membership
    raised = send(manager, "/w/people", {"role": role}, f"/w/people/{own}/role")
    assert raised.status_code == 400
    assert [one.role for one in people.members(small.store, OURS)] == [Role.MANAGER]


@pytest.mark.parametrize("role", ["clerk", "officer"])
def test_only_managers_look_after_people(small: Server, role: str) -> None:
    somebody(small.store, "manager", OURS)
    client = signed_in(small.client(), small.store, role, OURS)
    before = _count(small.store)
    assert client.get("/w/people").status_code == 403
    token = token_on(client.get("/account").text)
    standing = people.members(small.store, OURS)
    for path in ("invitations", *(f"{one.membership}/role" for one in standing)):
        answer = client.post(
            f"/w/people/{path}",
            data={"_token": token, "role": "end", "name": "X", "contact": "x@example.com"},
        )
        assert answer.status_code == 403
    assert _count(small.store) == before
    assert people.members(small.store, OURS) == standing


def test_one_manager_remains(server: Server) -> None:
    store = server.store
    manager = signed_in(server.client(), store, "manager", OURS)
    first = people.members(store, OURS)[0].membership
    for role in ("end", "clerk"):
        refused = send(manager, "/w/people", {"role": role}, f"/w/people/{first}/role")
        assert refused.status_code == 400
        assert "người quản lý cuối cùng" in refused.text
    clerk = somebody(store, "clerk", OURS)
    place = people.memberships(store, clerk)[0].id
    token = session_of(store, clerk)
    assert (
        send(manager, "/w/people", {"role": "manager"}, f"/w/people/{place}/role").status_code
        == 303
    )
    assert sessions.recognise(store, token) is None
    assert send(manager, "/w/people", {"role": "end"}, f"/w/people/{first}/role").status_code == 303
    assert [one.person for one in people.members(store, OURS)] == [clerk]
    assert manager.get("/w/people").status_code == 303


def test_another_organisations_people_are_unknown(server: Server) -> None:
    store = server.store
    clerk = somebody(store, "clerk", THEIRS)
    manager = signed_in(server.client(), store, "manager", OURS)
    place = people.memberships(store, clerk)[0].id
    answer = send(manager, "/w/people", {"role": "end"}, f"/w/people/{place}/role")
    assert answer.status_code == 404
    assert len(people.memberships(store, clerk)) == 1
    assert "clerk" not in manager.get("/w/people").text.replace('value="clerk"', "").replace(
        "role-clerk", ""
    )


def test_one_person_speaks_for_one_organisation_at_a_time(server: Server) -> None:
    store = server.store
    number = somebody(store, "clerk", OURS)
    people.join(store, number, THEIRS, Role.MANAGER)
    token = session_of(store, number, OURS)
    client = with_session(server.client(), token)
    assert client.get("/w/people").status_code == 403
    other = next(one for one in people.memberships(store, number) if one.organisation == THEIRS)
    answer = send(client, "/account", {"membership": other.id}, "/account/organisation")
    assert answer.status_code == 303
    assert sessions.recognise(store, token) is None
    fresh = answer.headers["set-cookie"].partition(";")[0].partition("=")[2]
    assert with_session(server.client(), fresh).get("/w/people").status_code == 200
    stranger = people.memberships(store, somebody(store, "operator", THEIRS))[0]
    client = with_session(server.client(), fresh)
    refused = send(client, "/account", {"membership": stranger.id}, "/account/organisation")
    assert refused.status_code == 404
    assert sessions.recognise(store, fresh) is not None


def test_a_new_password_ends_every_session(server: Server) -> None:
    store = server.store
    number = somebody(store)
    signing.set_password(store, number, PASSWORD)
    elsewhere, here = session_of(store, number), session_of(store, number)
    client = with_session(server.client(), here)
    for old, new, field in (
        ("sai mật khẩu", "bốn con vịt bơi", "old"),
        (PASSWORD, "ngắn", "new"),
        (PASSWORD, PASSWORD, "new"),
    ):
        refused = send(client, "/account", {"old": old, "new": new}, "/account/password")
        assert refused.status_code == 400
        assert f'href="#{field}"' in refused.text
        assert sessions.recognise(store, elsewhere) is not None
    fields: dict[str, object] = {"old": PASSWORD, "new": "bốn con vịt bơi"}
    answer = send(client, "/account", fields, "/account/password")
    assert answer.status_code == 303
    assert sessions.recognise(store, elsewhere) is None
    assert sessions.recognise(store, here) is None
    fresh = answer.headers["set-cookie"].partition(";")[0].partition("=")[2]
    assert with_session(server.client(), fresh).get("/account").status_code == 200
    browser = browsers.Browser("192.0.2.1", "test")
    login = people.get(store, number).email or ""
    signing.sign_in(store, browser, login, "bốn con vịt bơi")


def test_ones_own_sessions_can_be_ended(server: Server) -> None:
    store = server.store
    number = somebody(store)
    elsewhere, here = session_of(store, number), session_of(store, number)
    client = with_session(server.client(), here)
    other = sessions.recognise(store, elsewhere)
    assert other is not None
    answer = send(client, "/account", {}, f"/account/sessions/{other.id}/end")
    assert answer.status_code == 303
    assert sessions.recognise(store, elsewhere) is None
    assert client.get("/account").status_code == 200
    foreign = signed_in(server.client(), store)
    own = sessions.of_person(store, number)[0].id
    send(foreign, "/account", {}, f"/account/sessions/{own}/end")
    assert sessions.recognise(store, here) is not None


def test_a_key_opens_no_account(small: Server) -> None:
    key = small.member(OURS, "read", "people")
    refused = key.get("/account")
    assert (refused.status_code, refused.json()["code"]) == (403, "accounts.person-only")


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({"origin": "https://evil.example"}, True),
        ({"origin": "null"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-site"}, True),
        ({"origin": ""}, True),
        ({}, False),
    ],
)
def test_another_site_changes_nothing(small: Server, headers: dict[str, str], token: bool) -> None:
    store = small.store
    manager = signed_in(small.client(), store, "manager", OURS)
    stolen = token_on(signed_in(small.client(), store, "manager", OURS).get("/w/people").text)
    own = token_on(manager.get("/w/people").text)
    before = _count(store)
    data = {"name": "X", "contact": "x@example.com", "role": "clerk"}
    sent = {**data, "_token": own} if token else data
    answer = manager.post("/w/people/invitations", data=sent, headers=headers)
    assert answer.status_code == 403
    foreign = manager.post("/w/people/invitations", data={**data, "_token": stolen})
    assert foreign.status_code == 403
    assert _count(store) == before
    assert manager.post("/w/people/invitations", data={**data, "_token": own}).status_code == 303


def test_a_session_cannot_be_made_to_capture(small: Server) -> None:
    clerk = signed_in(small.client(), small.store, "clerk", OURS)
    token = token_on(clerk.get("/account").text)
    assert clerk.post("/epcis/events", json=bare(1)).status_code == 403
    foreign = {"origin": "https://evil.example", "x-csrf-token": token}
    assert clerk.post("/epcis/events", json=bare(1), headers=foreign).status_code == 403
    assert small.events() == 0
    own = clerk.post("/epcis/events", json=bare(1), headers={"x-csrf-token": token})
    assert own.status_code == 201


def test_a_key_in_a_browser_is_guarded_like_a_session(small: Server) -> None:
    secret = small.key(OURS, "people", "read")
    browser = small.client(accept="text/html", origin=small.base_url)
    browser.auth = ("anybody", secret)
    before = _count(small.store)
    page = browser.get("/w/people")
    assert page.status_code == 200
    data = {"name": "X", "contact": "x@example.com", "role": "clerk"}
    assert browser.post("/w/people/invitations", data=data).status_code == 403
    evil = {**data, "_token": token_on(page.text)}
    refused = browser.post(
        "/w/people/invitations", data=evil, headers={"origin": "https://evil.example"}
    )
    assert refused.status_code == 403
    assert _count(small.store) == before


def test_no_two_pages_carry_the_same_token(small: Server) -> None:
    client = signed_in(small.client(), small.store)
    tokens = {token_on(client.get("/account").text) for _ in range(3)}
    assert len(tokens) == 3
    for token in tokens:
        answer = client.post("/account/sessions/x/end", data={"_token": token})
        assert answer.status_code == 303


def test_a_form_with_a_file_goes_the_same_way(small: Server) -> None:
    client = signed_in(small.client(), small.store)
    token = token_on(client.get("/account").text)
    files = {"file": ("a.csv", b"x" * 1000)}
    sent = client.post("/account/sessions/x/end", data={"_token": token}, files=files)
    assert sent.status_code == 303
    assert client.post("/account/sessions/x/end", files=files).status_code == 403
    huge = {"file": ("a.csv", b"x" * (17 * 1024 * 1024))}
    large = client.post("/account/sessions/x/end", data={"_token": token}, files=huge)
    assert large.status_code == 413
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x"):
        broken = client.post(
            "/account/sessions/x/end",
            content=b"--y\r\nbroken",
            headers={"content-type": content_type},
        )
        assert broken.status_code == 400
    many = client.post(
        "/account/sessions/x/end",
        content="&".join(f"a{n}=1" for n in range(30_000)),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert many.status_code == 400
    latin = client.post(
        "/account/sessions/x/end",
        content=b"_token=%ff",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert latin.status_code == 400
