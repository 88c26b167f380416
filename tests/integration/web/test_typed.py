# SPDX-License-Identifier: Apache-2.0
"""A form that comes after its session ended: kept, shown again, recorded once; never a password."""

import re
import time
from typing import Any

import httpx
import pytest

from nguon.identity.accounts import browsers, people, sessions, signing
from nguon.identity.model import Role
from nguon.web import typed
from tests.accounts import session_of, somebody, token_on, with_session
from tests.integration.web.conftest import Server
from tests.integration.web.test_entry_pages import COOPERATIVE, STRANGER, numbers
from tests.integration.web.test_entry_pages import _sheet as sheet

__all__ = ["numbers"]
PASSWORD = "rau muong xao toi 77"


def _cookies(client: httpx.Client, answer: httpx.Response) -> None:
    """Keeps the cookies of an answer as a browser does."""
    jar = dict(pair.split("=", 1) for pair in client.headers["cookie"].split("; ") if pair)
    for line in answer.headers.get_list("set-cookie"):
        name, _, value = line.partition(";")[0].partition("=")
        jar[name] = value
    client.headers["cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items() if value)


def _clerk(server: Server, organisation: int) -> tuple[httpx.Client, int]:
    number = somebody(server.store, "clerk", organisation)
    signing.set_password(server.store, number, PASSWORD)
    client = with_session(server.client(), session_of(server.store, number))
    return client, number


def _signs_in(client: httpx.Client, number: int, store: Any, page: str) -> httpx.Response:
    shown = client.get(page)
    _cookies(client, shown)
    wanted = re.search(r'name="next" value="([^"]*)"', shown.text)
    assert wanted is not None
    login = people.get(store, number).email
    fields = {"_token": token_on(shown.text), "next": wanted[1], "login": login}
    answer = client.post("/account/sign-in", data={**fields, "password": PASSWORD})
    assert answer.status_code == 303
    _cookies(client, answer)
    return answer


def _fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


@pytest.mark.parametrize("recorded_before", [False, True])
def test_an_entry_confirmed_too_late_is_neither_lost_nor_doubled(
    server: Server, numbers: dict[str, int], recorded_before: bool
) -> None:
    client, number = _clerk(server, numbers[COOPERATIVE])
    fields = {**sheet(client, numbers), "_step": "record"}
    if recorded_before:
        assert client.post("/w/deliveries", data=fields).status_code == 303
    recorded = 4 if recorded_before else 0
    sessions.end(server.store, re.findall(r"session=([^;]+)", client.headers["cookie"])[0])
    late = client.post("/w/deliveries", data=fields)
    assert (late.status_code, server.events()) == (303, recorded)
    assert late.headers["location"] == "/account/sign-in?next=/account/typed"
    _cookies(client, late)
    entered = _signs_in(client, number, server.store, late.headers["location"])
    assert entered.headers["location"] == "/account/typed"
    page = client.get("/account/typed")
    assert (page.status_code, server.events()) == (200, recorded)
    kept = _fields(page.text)
    assert kept[f"kg-{numbers['ho-th-01']}"] == "420"
    shown = client.post("/w/deliveries", data={**kept, "_step": "change"})
    if not recorded_before:
        assert (shown.status_code, 'value="420"' in shown.text) == (200, True)
    again = client.post("/w/deliveries", data={**kept, "_step": "record"})
    assert (again.status_code, again.headers["location"]) == (303, "/w/done/1")
    assert server.events() == 4


def test_nobody_else_is_shown_it_and_no_password_is_kept(
    server: Server, numbers: dict[str, int]
) -> None:
    client, _ = _clerk(server, numbers[COOPERATIVE])
    _, other = _clerk(server, numbers[STRANGER])
    token = client.headers["cookie"]
    with server.store.transaction() as connection:
        connection.exec_driver_sql("UPDATE session SET seen = 0")
    sessions.forget(server.store, other - 1)
    fields = {"party": "sen", "password": "secret-1", "old": "secret-2", "_token": "x"}
    late = client.post("/w/receive", data=fields)
    assert late.headers["location"].endswith("next=/account/typed")
    [file] = list((server.services.uploads.parent / "typed").iterdir())
    assert ("secret" in file.read_text(), file.stat().st_mode & 0o077) == (False, 0)
    _cookies(client, late)
    thief = with_session(server.client(), session_of(server.store, other))
    mine = re.findall(r"typed=([^;]+)", client.headers["cookie"])[0]
    thief.headers["cookie"] += f"; typed={mine}"
    assert thief.get("/account/typed").headers["location"] == "/w"
    assert token != client.headers["cookie"]


def test_what_others_send_and_what_programs_send_is_not_kept(
    server: Server, numbers: dict[str, int]
) -> None:
    client, _ = _clerk(server, numbers[COOPERATIVE])
    sessions.end(server.store, re.findall(r"session=([^;]+)", client.headers["cookie"])[0])
    fields = {"party": "sen"}
    foreign = client.post("/w/receive", data=fields, headers={"origin": "https://evil.example"})
    program = client.post("/w/receive", data=fields, headers={"accept": "application/json"})
    large = client.post("/w/receive", data={"party": "x" * 300_000})
    unknown = server.client(accept="text/html", origin=server.base_url).post("/w/sell", data=fields)
    assert [one.status_code for one in (foreign, program, large, unknown)] == [401] * 4
    assert not (server.services.uploads.parent / "typed").exists()


def test_each_has_its_newest_kept_and_strangers_cost_nobody_a_form(
    tmp_path: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(typed, "_MOST_OF_ONE", 3)
    monkeypatch.setattr(typed, "_MOST_OF_STRANGERS", 5)
    one = typed.Typed("/w/sell", (("a", "1"),), time.time() + 60, 7)
    mine = typed.keep(tmp_path, typed.pool_of(7, "192.0.2.1"), one)
    few = typed.keep(tmp_path, typed.pool_of(None, "192.0.2.77"), one)
    for number in range(40):
        address = f"198.51.100.{number % 2}"
        last = typed.keep(tmp_path, typed.pool_of(None, address), one)
    assert len(list(tmp_path.iterdir())) == 1 + 5
    assert [typed.find(tmp_path, token, 7) for token in (mine, few, last)] == [one] * 3
    own = [typed.keep(tmp_path, typed.pool_of(7, ""), one) for _ in range(3)]
    assert typed.find(tmp_path, mine, 7) is None
    assert [typed.find(tmp_path, token, 7) for token in own] == [one] * 3
    assert typed.pool_of(None, "2001:db8::1") == typed.pool_of(None, "2001:db8::ffff:2")
    assert typed.pool_of(None, "2001:db8::1") != typed.pool_of(None, "2001:db8:0:1::1")


def test_time_is_short_and_a_token_names_no_other_file(tmp_path: Any) -> None:
    over = typed.Typed("/w/sell", (), time.time() - 1)
    token = typed.keep(tmp_path, "p7", over)
    assert typed.find(tmp_path, token, None) is None
    (tmp_path.parent / "e").write_bytes(b"{}")
    for wrong in ("../e", "p7/../e", "p7-../../e", "", "-", "x" * 9000):
        assert typed.find(tmp_path, wrong, None) is None


def test_a_browser_that_signed_in_once_is_no_stranger(
    server: Server, numbers: dict[str, int]
) -> None:
    client, number = _clerk(server, numbers[COOPERATIVE])
    folder = server.services.uploads.parent / "typed"
    for mark, expected in (
        (browsers.mark_of(server.store, number), f"p{number:x}"),
        (f"00-{number:x}.AAAA", typed.pool_of(None, "127.0.0.1")),
    ):
        client.headers["cookie"] = f"session=gone; browser={mark}"
        assert client.post("/w/receive", data={"party": "sen"}).status_code == 303
        newest = max(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        assert newest.name.partition("-")[0] == expected


def test_the_organisation_used_last_is_chosen(server: Server, numbers: dict[str, int]) -> None:
    client, number = _clerk(server, numbers[COOPERATIVE])
    people.join(server.store, number, numbers[STRANGER], Role.CLERK)
    places = {one.organisation: one.id for one in people.memberships(server.store, number)}
    page = client.get("/account")
    switched = client.post(
        "/account/organisation",
        data={"_token": token_on(page.text), "membership": places[numbers[STRANGER]]},
    )
    assert switched.status_code == 303
    _cookies(client, switched)
    out = client.post("/account/sign-out", data={"_token": token_on(client.get("/account").text)})
    _cookies(client, out)
    _signs_in(client, number, server.store, "/account/sign-in")
    signed = sessions.recognise(
        server.store, re.findall(r"session=([^;]+)", client.headers["cookie"])[0]
    )
    assert signed is not None
    assert signed.principal.organisation == numbers[STRANGER]
    # In another browser: that of the session that stands.
    token = signing.sign_in(
        server.store,
        browsers.Browser("127.0.0.1", "other"),
        people.get(server.store, number).email or "",
        PASSWORD,
    ).token
    other = sessions.recognise(server.store, token)
    assert other is not None
    assert other.principal.organisation == numbers[STRANGER]
