# SPDX-License-Identifier: Apache-2.0
"""Signing in over HTTP: the form, what it refuses, what a browser gets."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from nguon.identity.accounts import passwords, people, sessions, signing
from nguon.identity.accounts.contacts import contact
from nguon.identity.model import Role
from nguon.settings import Settings
from nguon.store import Store
from tests.accounts import forget_everybody, send, session_of, somebody, token_on, with_session
from tests.integration.web.conftest import Server, sqlite_settings, stop, up

PASSWORD = "mít na vải dừa"
PHONE = "0912 345 678"


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
def server(one_server: Server) -> Server:
    """It, with nobody in it; both databases are asked in tests/integration/identity."""
    forget_everybody(one_server.store)
    return one_server


def lan(store: Store, organisation: int = 1) -> int:
    """A clerk who signs in with her number."""
    person = people.add(store, "Chị Lan", contact(PHONE))
    people.join(store, person, organisation, Role.CLERK)
    signing.set_password(store, person, PASSWORD)
    return person


def browser(server: Server) -> httpx.Client:
    """A client that behaves as a browser does."""
    return server.client(origin=server.base_url, accept="text/html")


def enter(client: httpx.Client, login: str = PHONE, password: str = PASSWORD, **more: Any) -> Any:
    """Fills in the form of the sign-in page."""
    return send(client, "/account/sign-in", {"login": login, "password": password, **more})


@pytest.mark.parametrize("login", [PHONE, "+84 912.345.678", "84912345678", "0084912345678"])
def test_a_clerk_signs_in_with_her_number(server: Server, login: str) -> None:
    lan(server.store)
    client = browser(server)
    answer = enter(client, login, next="/w/trace?item=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/w/trace?item=x")
    cookie = next(
        one for one in answer.headers.get_list("set-cookie") if one.startswith("session=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert "Chị Lan" in client.get("/w").text


def test_over_tls_the_cookie_is_bound_to_the_host(
    start: Callable[..., Server], on_sqlite: Settings
) -> None:
    server = start(on_sqlite)
    lan(server.store)
    object.__setattr__(server.services, "base_url", "https://nguon.example")
    client = browser(server)
    client.headers["origin"] = "https://nguon.example"
    page = client.get("/account/sign-in")
    visitor = page.headers["set-cookie"].partition(";")[0]
    assert visitor.startswith("__Host-visitor=")
    answer = client.post(
        "/account/sign-in",
        data={"_token": token_on(page.text), "login": PHONE, "password": PASSWORD},
        headers={"cookie": visitor},
    )
    cookies = answer.headers.get_list("set-cookie")
    session = next(one for one in cookies if one.startswith("__Host-session="))
    assert "Secure" in session
    assert "Path=/" in session
    assert "Domain" not in session


def test_nobody_learns_who_has_an_account(server: Server) -> None:
    lan(server.store)
    answers = [
        enter(browser(server), login, password)
        for login, password in (
            (PHONE, "một mật khẩu khác"),
            ("0987 654 321", "một mật khẩu khác"),
            ("0987 654 321", ""),
        )
    ]
    assert {answer.status_code for answer in answers} == {400}
    told = {
        answer.text.replace(token_on(answer.text), "").replace("0987 654 321", PHONE)
        for answer in answers
    }
    assert len(told) == 1
    assert "mật khẩu chưa đúng" in told.pop()


def test_the_same_work_for_a_stranger(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str | None] = []
    verify = passwords.verify

    def counting(kept: str | None, password: str) -> bool:
        checked.append(kept)
        return verify(kept, password)

    monkeypatch.setattr(passwords, "verify", counting)
    lan(server.store)
    enter(browser(server), PHONE, "không phải mật khẩu")
    enter(browser(server), "ai.do@vidu.vn", "không phải mật khẩu")
    assert len(checked) == 2
    assert checked[0] is not None
    assert checked[1] is None


def test_what_is_neither_address_nor_number_is_told(server: Server) -> None:
    answer = enter(browser(server), "chị Lan")
    assert answer.status_code == 400
    assert "0912 345 678" in answer.text
    assert 'href="#login"' in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "w/trace",
        "/" + "a" * 3000,
        "",
    ],
)
def test_it_leads_nowhere_else(server: Server, wanted: str) -> None:
    lan(server.store)
    answer = enter(browser(server), next=wanted)
    assert (answer.status_code, answer.headers["location"]) == (303, "/w")


def test_who_is_signed_in_goes_on_at_once(server: Server) -> None:
    lan(server.store)
    client = browser(server)
    enter(client)
    answer = client.get("/account/sign-in", params={"next": "/w/trace"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/w/trace")


def test_a_page_asks_to_sign_in_and_comes_back(server: Server) -> None:
    client = browser(server)
    asked = client.get("/w/trace", params={"item": "01/1", "direction": "back"})
    assert asked.status_code == 303
    assert asked.headers["location"] == (
        "/account/sign-in?next=%2Fw%2Ftrace%3Fitem%3D01%252F1%26direction%3Dback"
    )
    page = client.get(asked.headers["location"])
    assert 'name="next" value="/w/trace?item=01%2F1&amp;direction=back"' in page.text
    assert page.headers["cache-control"] == "no-store"
    program = server.client().get("/w/trace")
    assert program.status_code == 401
    assert program.headers["www-authenticate"].startswith("Bearer")


def test_a_planted_session_is_not_taken_over(server: Server) -> None:
    lan(server.store)
    client = browser(server)
    client.cookies.set("session", "planted-by-somebody-else", domain="127.0.0.1")
    enter(client)
    held = client.cookies["session"]
    assert held != "planted-by-somebody-else"
    thief = with_session(server.client(), "planted-by-somebody-else")
    assert thief.get("/w").status_code == 303
    enter_again = browser(server)
    enter_again.cookies.set("session", held, domain="127.0.0.1")
    assert enter_again.get("/w").status_code == 200


def test_another_site_cannot_sign_a_browser_in(server: Server) -> None:
    lan(server.store)
    client = browser(server)
    token = token_on(client.get("/account/sign-in").text)
    fields = {"login": PHONE, "password": PASSWORD}
    attempts: list[tuple[dict[str, str], dict[str, str]]] = [
        ({**fields, "_token": token}, {"origin": "https://evil.example"}),
        ({**fields, "_token": token}, {"origin": "null"}),
        ({**fields, "_token": token}, {"sec-fetch-site": "cross-site"}),
        (fields, {}),
        ({**fields, "_token": "x"}, {}),
        ({**fields, "_token": "ệ"}, {}),
        ({**fields, "_token": token_on(browser(server).get("/account/sign-in").text)}, {}),
    ]
    for data, headers in attempts:
        answer = client.post("/account/sign-in", data=data, headers=headers)
        assert answer.status_code == 403, (data, headers)
        assert "session" not in client.cookies
    silent = server.client(accept="text/html")
    silent.cookies.update(client.cookies)
    assert silent.post("/account/sign-in", data={**fields, "_token": token}).status_code == 403


def test_signing_out_ends_the_session_everywhere(server: Server) -> None:
    lan(server.store)
    client = browser(server)
    enter(client)
    held = client.cookies["session"]
    answer = send(client, "/account", {}, "/account/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/sign-in")
    assert "session" not in client.cookies
    assert with_session(server.client(), held).get("/w").status_code == 303
    again = client.post("/account/sign-out")
    assert again.status_code == 303


def test_a_form_too_large_is_refused_before_it_is_read(server: Server) -> None:
    client = browser(server)
    client.get("/account/sign-in")
    answer = client.post("/account/sign-in", data={"login": "x" * 70_000})
    assert answer.status_code == 413
    wrong = client.post("/account/sign-in", content=b"{}", headers={"content-type": "text/plain"})
    assert wrong.status_code == 415


def test_who_works_nowhere_cannot_enter(server: Server) -> None:
    person = lan(server.store)
    manager = somebody(server.store, "manager")
    place = people.memberships(server.store, person)[0].id
    by = signing_principal(server.store, manager)
    people.leave(server.store, by, place)
    answer = enter(browser(server))
    assert answer.status_code == 400
    assert "không thuộc tổ chức nào" in answer.text


def signing_principal(store: Store, person: int) -> Any:
    """The principal of a person's session."""
    signed = sessions.recognise(store, session_of(store, person))
    assert signed is not None
    return signed.principal
