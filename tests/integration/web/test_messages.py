# SPDX-License-Identifier: Apache-2.0
"""The inbox as pages and for programs, and the addresses beside it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nguon.messages import queries, service
from nguon.messages.model import Message
from nguon.store import Store
from tests.accounts import signed_in, token_on
from tests.integration.web.conftest import OURS, THEIRS, Server, sqlite_settings, stop, up


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Server]:
    running = up(sqlite_settings(tmp_path_factory.mktemp("messages"), sqlite_template))
    yield running[2]
    stop(*running)


@pytest.fixture(scope="module")
def manager(server: Server) -> httpx.Client:
    return signed_in(server.client(), server.store, "manager", OURS)


def _tell(store: Store, organisation: int = OURS, **more: Any) -> str:
    told = Message(
        organisation=organisation,
        kind="messages.mailbox-lead",
        params={"address": "<b>Lô 1</b>"},
        about="recall:r",
        **more,
    )
    with store.transaction() as connection:
        return service.send(connection, told)


def test_the_inbox(server: Server, manager: httpx.Client) -> None:
    number = _tell(server.store, link="/w/todo", important=True)
    _tell(server.store, THEIRS)
    page = manager.get("/w/messages").text
    assert page.count('class="card"') == 1
    assert "&lt;b&gt;Lô 1&lt;/b&gt;" in page
    assert 'class="tag gold">mới<' in page
    assert 'class="tag gold">mới<' not in manager.get("/w/messages").text
    form = {"_token": token_on(page)}
    assert manager.post(f"/w/messages/{number}", data={"_token": "x"}).status_code == 403
    went = manager.post(f"/w/messages/{number}", data=form)
    assert (went.status_code, went.headers["location"]) == (303, "/w/todo")
    [sent] = [one for one in queries.deliveries(server.store, "recall:r") if one.message == number]
    assert sent.acknowledged is not None
    theirs = [
        one.message
        for one in queries.deliveries(server.store, "recall:r")
        if one.organisation == THEIRS
    ]
    assert manager.post(f"/w/messages/{theirs[0]}", data=form).status_code == 404
    assert manager.get("/w/messages?before=none").status_code == 404


def test_for_programs(server: Server) -> None:
    number = _tell(server.store, 7)
    client = server.member(7, "read")
    client.headers["accept-language"] = "en"
    [one] = client.get("/api/v1/messages").json()
    assert (one["id"], one["seen"]) == (number, None)
    assert one["headline"] == "Get messages on traceability and recalls at <b>Lô 1</b>?"
    [again] = client.get("/api/v1/messages").json()
    assert again["seen"] is None
    done = client.post(f"/api/v1/messages/{number}/acknowledge")
    assert done.status_code == 200
    assert done.json()["acknowledged"] is not None
    assert client.get("/api/v1/messages", params={"before": number}).json() == []
    stranger = server.member(THEIRS, "read")
    assert stranger.post(f"/api/v1/messages/{number}/acknowledge").status_code == 404
    assert server.member(7, "capture").get("/api/v1/messages").status_code == 403


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("webhook", "http://127.0.0.1/x", "Một địa chỉ https://"),
        ("webhook", "https://10.0.0.1/x", "nằm trong mạng nội bộ"),
        ("email", "qc@example.vn", "chưa gửi được thư điện tử"),
    ],
)
def test_addresses_that_are_not_taken(
    manager: httpx.Client, field: str, value: str, said: str
) -> None:
    page = manager.get("/w/messages/addresses").text
    form = {"_token": token_on(page), "do": field, field: value}
    answer = manager.post("/w/messages/addresses", data=form)
    assert answer.status_code == 400
    assert said in answer.text
    assert "Chưa có địa chỉ nào." in answer.text


def test_an_address(manager: httpx.Client) -> None:
    page = manager.get("/w/messages/addresses").text
    form = {"_token": token_on(page), "do": "webhook", "webhook": "https://hooks.example/a"}
    assert manager.post("/w/messages/addresses", data=form).status_code == 303
    page = manager.get("/w/messages/addresses").text
    assert "https://hooks.example/a" in page
    number = page.partition('name="id" value="')[2].partition('"')[0]
    form = {"_token": token_on(page), "do": "end", "id": number}
    assert manager.post("/w/messages/addresses", data=form).status_code == 303
    assert manager.post("/w/messages/addresses", data=form).status_code == 404
    assert "hooks.example" not in manager.get("/w/messages/addresses").text


def test_a_link_that_is_none(server: Server) -> None:
    answer = server.client().get("/account/messages/aa.bb")
    assert answer.status_code == 404
    assert "Liên kết không còn dùng được" in answer.text
