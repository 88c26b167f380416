# SPDX-License-Identifier: Apache-2.0
"""Attacks on accounts: fixation, forged requests, steps between roles, enumeration, brute force."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import delete, event, func, select
from sqlalchemy.engine import Engine

from nguon.app import framework
from nguon.identity.accounts import attempts, factors, passwords, people, resets, sessions, signing
from nguon.identity.accounts.browsers import Browser
from nguon.identity.accounts.contacts import contact
from nguon.identity.model import Principal, Role
from nguon.store import Store
from nguon.store import accounts_tables as accounts
from nguon.store import security_tables as security
from nguon.store.accounts_tables import sign_in_attempt
from nguon.web.auth import EVERYONE, FRESH, SIGNED, declared
from tests.accounts import (
    factor_of,
    forget_everybody,
    proved_session_of,
    send,
    session_of,
    somebody,
    token_on,
    with_session,
)
from tests.integration.web.conftest import Server, answering, sqlite_settings, stop, up
from tests.passkeys_made import Device

PASSWORD = "mít na vải dừa"
PHONE = "0912 345 678"
ELSEWHERE = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
OWN = re.compile(r"^/(account/|w/api-keys|w/people|s/resets)")
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost little."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(1, 8, 1))


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Server]:
    running = up(sqlite_settings(tmp_path_factory.mktemp("attacks"), sqlite_template))
    yield running[2]
    stop(*running)


@pytest.fixture
def server(one_server: Server) -> Server:
    forget_everybody(one_server.store)
    return one_server


@pytest.fixture(scope="module")
def table(one_server: Server) -> list[tuple[str, str, str]]:
    """Method, address and access of every route."""
    return [(method, path, access or "") for method, path, access in declared(framework())]


def lan(store: Store, role: Role = Role.CLERK) -> int:
    """Somebody with a password."""
    person = people.add(store, "Chị Lan", contact(PHONE))
    people.join(store, person, 1, role)
    signing.set_password(store, person, PASSWORD)
    return person


def browser(server: Server) -> httpx.Client:
    return server.client(origin=server.base_url, accept="text/html", **{"accept-language": "vi"})


def enter(client: httpx.Client, password: str = PASSWORD, login: str = PHONE) -> httpx.Response:
    return send(
        client, "/account/sign-in", {"login": login, "password": password, "next": "/account"}
    )


def code(app: Any, later: int = 0) -> str:
    made: bytes = app.generate(int(time.time()) + later)
    return made.decode()


def test_each_step_gives_a_session_of_its_own(server: Server) -> None:
    person = lan(server.store)
    app = factor_of(server.store, person)
    client = browser(server)
    client.cookies.set("session", "planted", domain="127.0.0.1", path="/")
    first = enter(client)
    assert first.headers["location"] == "/account/second?next=%2Faccount"
    assert "session=" not in str(first.headers.get_list("set-cookie"))
    waiting = client.cookies["waiting"]
    assert sessions.recognise(server.store, waiting) is None
    done = send(client, "/account/second", {"factor": code(app), "next": "/account"})
    assert done.headers["location"] == "/account"
    session = client.cookies["session"]
    assert session not in {"planted", waiting}
    assert sessions.recognise(server.store, "planted") is None
    assert client.get("/account").status_code == 200
    assert "waiting" not in client.cookies
    client.cookies.set("waiting", waiting)
    again = browser(server)
    again.cookies.set("waiting", waiting)
    assert again.get("/account/second").headers["location"].startswith("/account/sign-in")


def test_a_planted_waiting_sign_in_is_the_planters_own(server: Server) -> None:
    """Whoever plants a half-done sign-in in another's browser gains nothing that is the other's."""
    person = lan(server.store)
    factor_of(server.store, person)
    attacker = browser(server)
    enter(attacker)
    victim = with_session(server.client(), session_of(server.store, somebody(server.store)))
    victim.headers["cookie"] += f"; waiting={attacker.cookies['waiting']}"
    assert "Chị Lan" not in victim.get("/account").text


def test_a_new_role_ends_the_session(server: Server) -> None:
    store = server.store
    manager, clerk = somebody(store, "manager"), somebody(store)
    token = session_of(store, clerk)
    assert with_session(server.client(), token).get("/account").status_code == 200
    by = sessions.recognise(store, session_of(store, manager))
    assert by is not None
    membership = people.memberships(store, clerk)[0].id
    people.change_role(store, by.principal, membership, Role.MANAGER)
    assert sessions.recognise(store, token) is None


def test_ending_the_others_keeps_this_one(server: Server) -> None:
    store = server.store
    person = somebody(store)
    mine, other = session_of(store, person), session_of(store, person)
    stranger = session_of(store, somebody(store))
    client = with_session(server.client(), mine)
    done = send(client, "/account", {}, "/account/sessions/end")
    assert done.headers["location"] == "/account?done=sessions"
    assert sessions.recognise(store, other) is None
    assert sessions.recognise(store, mine) is not None
    assert sessions.recognise(store, stranger) is not None


def test_sessions_end_by_themselves(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    store = server.store
    token = session_of(store, somebody(store))
    later = int(time.time() * 1e6)
    for seconds in (sessions.IDLE + 1, sessions.LONGEST + 1):
        monkeypatch.setattr(sessions, "_now", lambda s=seconds: later + s * 1_000_000)
        assert sessions.recognise(store, token) is None


def _filled(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "x", re.sub(r"\{(number|at)\}", "1", path))


def test_forged_requests_change_nothing(server: Server, table: list[tuple[str, str, str]]) -> None:
    store = server.store
    person = lan(store, Role.OPERATOR)
    own = [path for method, path, _ in table if method == "POST" and OWN.match(path)]
    assert len(own) > 15
    before = _rows(store)
    client = with_session(server.client(), proved_session_of(store, person))
    other = with_session(server.client(), proved_session_of(store, somebody(store)))
    token, strange = (token_on(one.get("/account").text) for one in (client, other))
    body = {"name": "x", "answer": "{}", "factor": "1", "password": "x"}
    for path in own:
        foreign = client.post(_filled(path), data={"_token": token, **body}, headers=ELSEWHERE)
        statuses = [
            foreign.status_code,
            client.post(_filled(path), data=body).status_code,
            client.post(_filled(path), data={"_token": strange, **body}).status_code,
        ]
        assert statuses == [403, 403, 403], path
    assert _rows(store) == before


def _rows(store: Store) -> dict[str, int]:
    counted = (
        *(security.one_time, security.recovery_code, security.passkey, security.provider_link),
        *(security.account_reset, accounts.api_key, accounts.invitation),
    )
    with store.reading() as connection:
        return {
            one.name: connection.scalar(select(func.count()).select_from(one)) or 0
            for one in counted
        }


@pytest.mark.parametrize("role", list(Role))
def test_no_role_opens_what_is_not_its_own(
    server: Server, table: list[tuple[str, str, str]], role: Role
) -> None:
    client = with_session(
        server.client(), proved_session_of(server.store, somebody(server.store, role.value))
    )
    client.headers.update({**FORM, "x-csrf-token": token_on(client.get("/account").text)})
    closed = [
        (method, path)
        for method, path, access in table
        if access not in {EVERYONE, SIGNED} and access not in role.scopes
    ]
    assert (role is Role.OPERATOR) is (closed == [])
    opened = []
    for method, path in closed:
        answer = client.request(method, _filled(path), headers={"accept": "application/json"})
        known = answer.status_code == 403 and b"accounts.scope-missing" in answer.content
        if not known:
            opened.append((method, path, answer.status_code))
    assert opened == []


def test_a_step_up_by_form_is_refused(server: Server) -> None:
    store = server.store
    manager = somebody(store, "manager")
    client = with_session(server.client(), proved_session_of(store, manager))
    fields = {"name": "A", "contact": "0987 654 321"}
    for role in ("operator", "officer"):
        answer = send(client, "/w/people", {**fields, "role": role}, "/w/people/invitations")
        assert answer.status_code == 400
    answer = send(client, "/w/api-keys", {"name": "x", "scope": ["admin", "people"]})
    assert answer.status_code == 400
    own = people.memberships(store, manager)[0].id
    answer = send(client, "/w/people", {"role": "operator"}, f"/w/people/{own}/role")
    assert answer.status_code == 400
    assert people.memberships(store, manager)[0].role is Role.MANAGER


def test_a_manager_cannot_take_over_who_works_elsewhere(server: Server) -> None:
    store = server.store
    manager, clerk = somebody(store, "manager"), somebody(store)
    people.join(store, clerk, 2, Role.MANAGER)
    own = people.add(store, "Giám đốc", contact("0911 111 111"))
    people.join(store, own, 1, Role.OPERATOR)
    client = with_session(server.client(), proved_session_of(store, manager))
    for person, organisation in ((clerk, 1), (own, 1), (clerk, 2)):
        one = next(
            each for each in people.memberships(store, person) if each.organisation == organisation
        )
        answer = send(client, "/w/people", {}, f"/w/people/{one.id}/reset")
        assert answer.status_code in {400, 404}
        assert "/account/reset/" not in answer.text
    assert _rows(store)["account_reset"] == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/w/api-keys"),
        ("GET", "/account/codes"),
        ("POST", "/account/recovery"),
        ("POST", "/account/codes/off"),
        ("POST", "/s/resets"),
        ("GET", "/account/passkeys/new"),
    ],
)
def test_an_old_session_must_prove_itself_again(server: Server, method: str, path: str) -> None:
    person = lan(server.store, Role.OPERATOR)
    client = with_session(server.client(), session_of(server.store, person))
    if method == "GET":
        answer = client.get(path)
    else:
        token = token_on(client.get("/account").text)
        answer = client.post(path, data={"_token": token, "name": "x", "scope": "read"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/account/confirm?next=")
    assert _rows(server.store)["api_key"] == 0
    wrong = send(client, "/account/confirm", {"factor": "wrong", "next": "/w"})
    assert wrong.status_code == 400
    right = send(client, "/account/confirm", {"factor": PASSWORD, "next": "/w"})
    assert right.headers["location"] == "/w"
    assert client.get("/account/codes").status_code == 200


def test_a_proof_is_asked_of_the_second_factor_where_there_is_one(server: Server) -> None:
    person = lan(server.store)
    app = factor_of(server.store, person)
    client = with_session(server.client(), session_of(server.store, person))
    assert send(client, "/account/confirm", {"factor": PASSWORD}).status_code == 400
    assert send(client, "/account/confirm", {"factor": code(app)}).status_code == 303


def test_a_form_that_waits_for_a_proof_is_not_lost(server: Server) -> None:
    person = lan(server.store, Role.MANAGER)
    client = browser(server)
    client.cookies.set("session", session_of(server.store, person))
    sent = send(client, "/w/api-keys", {"name": "phần mềm kho", "scope": "read"})
    assert sent.headers["location"] == "/account/confirm?next=/account/typed"
    done = send(client, "/account/confirm", {"factor": PASSWORD, "next": "/account/typed"})
    page = client.get(done.headers["location"]).text
    assert "phần mềm kho" in page
    made = client.post(
        "/w/api-keys", data={"_token": token_on(page), "name": "phần mềm kho", "scope": "read"}
    )
    assert made.headers["location"] == "/w/api-keys#made"


def test_nobody_learns_who_has_an_account(server: Server) -> None:
    person = lan(server.store)
    factor_of(server.store, person)
    answers = [
        enter(browser(server), "wrong password"),
        enter(browser(server), "wrong password", "0987 654 321"),
    ]
    pages = [re.sub(r'value="[^"]*"', "", answer.text) for answer in answers]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert pages[0] == pages[1]


def test_refusing_takes_the_same_work_for_everybody(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = lan(server.store)
    factor_of(server.store, person)
    checked: list[str | None] = []
    honest = passwords.verify

    def counted(kept: str | None, password: str) -> bool:
        checked.append(kept)
        return honest(kept, password)

    monkeypatch.setattr(passwords, "verify", counted)
    taken = []
    for login in (PHONE, "0987 654 321"):
        client = browser(server)
        with server.store.transaction() as connection:
            connection.execute(delete(sign_in_attempt))
        said: list[str] = []

        def note(_c: Any, _u: Any, statement: str, *_: Any, said: list[str] = said) -> None:
            if answering():
                said.append(" ".join(statement.split()[:3]))

        token = token_on(client.get("/account/sign-in").text)
        event.listen(Engine, "before_cursor_execute", note)
        client.post(
            "/account/sign-in", data={"_token": token, "login": login, "password": "wrong password"}
        )
        event.remove(Engine, "before_cursor_execute", note)
        taken.append([one for one in said if one.startswith(("INSERT", "UPDATE", "DELETE"))])
    assert len(checked) == 2
    assert taken[0] == taken[1]


def test_unknown_passkeys_and_wrong_ones_are_refused_alike(server: Server) -> None:
    pages = []
    for own in (Device(server.base_url, "127.0.0.1"), Device("https://evil.example", "x")):
        client = browser(server)
        token = token_on(client.get("/account/sign-in").text)
        asked = client.post("/account/passkeys/challenge", data={"_token": token})
        answer = client.post(
            "/account/passkeys/sign-in", data={"_token": token, "answer": own.shown(asked.json())}
        )
        assert answer.status_code == 400
        assert "session" not in client.cookies
        pages.append(answer.text)
    assert pages[0] == pages[1]
    assert json.loads(asked.text)["publicKey"].get("allowCredentials", []) == []


def test_links_that_are_none_are_refused_alike(server: Server) -> None:
    store, person = server.store, lan(server.store)
    by = Principal(1, "x", Role.OPERATOR.kind, Role.OPERATOR.scopes, strict=False)
    name, token = resets.make_for(store, by, Browser("", ""), contact(PHONE))
    assert name == "Chị Lan"
    client = browser(server)
    assert client.get(f"/account/reset/{token}").status_code == 200
    fields = {"password": "bốn con vịt bơi"}
    assert send(client, f"/account/reset/{token}", fields).status_code == 303
    answers = [client.get(f"/account/reset/{one}") for one in (token, "x" * 43)]
    assert {answer.status_code for answer in answers} == {410}
    texts = {answer.text.replace(token, "").replace("x" * 43, "") for answer in answers}
    assert len(texts) == 1
    assert people.find(store, contact(PHONE)) is not None
    assert sessions.of_person(store, person)


def test_a_reset_link_asks_for_the_second_factor(server: Server) -> None:
    store, person = server.store, lan(server.store)
    app = factor_of(store, person)
    before = session_of(store, person)
    by = Principal(1, "x", Role.OPERATOR.kind, Role.OPERATOR.scopes, strict=False)
    _, token = resets.make_for(store, by, Browser("", ""), contact(PHONE))
    client, page = browser(server), f"/account/reset/{token}"
    fields = {"password": "bốn con vịt bơi"}
    assert send(client, page, fields).status_code == 400
    assert sessions.recognise(store, before) is not None
    assert send(client, page, {"password": "123", "factor": code(app)}).status_code == 400
    assert send(client, page, {**fields, "factor": code(app)}).status_code == 303
    assert sessions.recognise(store, before) is None
    assert client.get("/account").status_code == 200


def test_guessing_codes_is_slow_wherever_they_are_asked_for(server: Server) -> None:
    store, person = server.store, lan(server.store)
    factor_of(store, person)
    client = browser(server)
    enter(client)
    page = "/account/second?next=/w"
    for _ in range(factors.ON_ACCOUNT.burst):
        assert send(client, page, {"factor": "000000"}, "/account/second").status_code == 400
    assert send(client, page, {"factor": "000000"}, "/account/second").status_code == 429
    recovery = factors.renew_recovery(store, Browser("", ""), person)
    refused = send(client, page, {"factor": recovery[0]}, "/account/second")
    assert refused.status_code == 429
    assert factors.standing(store, person).recovery == 10
    mine = with_session(server.client(), session_of(store, person))
    assert send(mine, "/account/confirm", {"factor": "000000"}).status_code in {400, 429}


def test_guessing_from_one_address_is_slow_for_all_accounts(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "FROM_ADDRESS", attempts.Limit(4, 60))
    statuses = [
        enter(browser(server), "wrong password", f"0987 654 32{number}").status_code
        for number in range(6)
    ]
    assert statuses == [400, 400, 400, 400, 429, 429]


def test_every_cookie_is_bound_to_this_host(server: Server) -> None:
    store, person = server.store, lan(server.store, Role.MANAGER)
    app = factor_of(store, person)
    given: list[str] = []
    base = server.base_url
    object.__setattr__(server.services, "base_url", "https://nguon.example")
    try:
        client = server.client(origin="https://nguon.example", accept="text/html")
        jar: dict[str, str] = {}

        def kept(answer: httpx.Response) -> httpx.Response:
            for one in answer.headers.get_list("set-cookie"):
                given.append(one)
                name, _, value = one.partition(";")[0].partition("=")
                jar[name] = value.strip('"')
            client.headers["cookie"] = "; ".join(f"{n}={v}" for n, v in jar.items())
            return answer

        def sent(page: str, action: str, **fields: str) -> httpx.Response:
            token = token_on(kept(client.get(page)).text)
            return kept(client.post(action, data={"_token": token, **fields}))

        sent("/account/sign-in", "/account/sign-in", login=PHONE, password=PASSWORD)
        sent("/account/second", "/account/second", factor=code(app))
        sent("/account/security", "/account/recovery")
    finally:
        object.__setattr__(server.services, "base_url", base)
    names = {one.partition("=")[0] for one in given}
    wanted = ("visitor", "waiting", "session", "browser", "standing", "shown")
    assert names == {f"__Host-{name}" for name in wanted}
    for one in given:
        flags = {part.strip().lower() for part in one.split(";")}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags, one
        assert "domain" not in one.lower()


def test_fresh_routes_are_those_that_change_who_may_come_in(one_server: Server) -> None:
    fresh = set()
    for route in framework().routes:
        for method, (handler, _) in getattr(route, "route_handler_map", {}).items():
            if method == "POST" and handler.opt.get(FRESH):
                fresh.add(route.path_format)
    assert {
        "/account/codes",
        "/account/codes/off",
        "/account/recovery",
        "/account/passkeys/new",
        "/account/passkeys/options",
        "/account/passkeys/{passkey}/remove",
        "/account/oidc/link",
        "/account/oidc/unlink",
        "/w/api-keys",
        "/w/api-keys/{key}/end",
        "/w/people/{membership}/reset",
        "/s/resets",
    } <= fresh
