# SPDX-License-Identifier: Apache-2.0
"""Drills as pages and for programs: begun, answered by who was told, ended, on paper."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nguon.store import drills
from nguon.store import registry as rows
from tests.accounts import send, signed_in, token_on
from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.integration.web.demonstration import loaded

SEASONING = "01/09521503000058/10/GV-2608-02"
MAKER, SHOP = "mi-song-tien", "chuoi-bep-am"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[Server]:
    running = up(sqlite_settings(tmp_path_factory.mktemp("drills"), sqlite_template))
    yield loaded(running[2])
    stop(*running)


@pytest.fixture(scope="module")
def numbers(server: Server) -> dict[str, int]:
    with server.store.reading() as connection:
        return rows.organisation_ids(connection, (MAKER, SHOP))


def test_a_drill_on_pages(server: Server, numbers: dict[str, int]) -> None:
    maker = signed_in(server.client(), server.store, "manager", numbers[MAKER])
    shop = signed_in(server.client(), server.store, "clerk", numbers[SHOP])
    page = maker.get("/w/drills").text
    assert "Chưa có lần nào hoàn tất" in page
    wrong = send(maker, "/w/drills", {"kind": "mock-recall", "start": "không có"})
    assert wrong.status_code == 400
    assert "không có" in wrong.text
    fields = {"kind": "mock-recall", "start": SEASONING, "title": "Q3 <i>", "notices": "1"}
    begun = send(maker, "/w/drills", fields)
    assert begun.status_code == 303
    drill = begun.headers["location"]
    page = maker.get(drill).text
    assert "Q3 &lt;i&gt;" in page
    assert "DIỄN TẬP" in page
    assert page.count("chưa trả lời") == 8
    told = shop.get("/w/messages").text
    assert "DIỄN TẬP: Q3 &lt;i&gt;. Đây không phải thu hồi." in told
    answer = f"{drill}/answer"
    assert "Đừng dừng bán" in shop.get(answer).text
    assert send(shop, answer, {"found-0": "x"}).status_code == 400
    assert send(shop, answer, {"found-0": "16,5"}).status_code == 303
    assert "16,5" in shop.get(answer).text
    assert shop.get(drill).status_code == 404
    paper = maker.get(f"{drill}/report.pdf")
    assert (paper.headers["content-type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert send(maker, drill, {}, f"{drill}/end").status_code == 303
    assert send(shop, "/w/messages", {"found-0": "1"}, answer).status_code == 400
    assert "Lần gần nhất" in maker.get("/w/drills").text
    form = {"_token": token_on(maker.get(drill).text)}
    signed = maker.post(f"{drill}/report.json", data=form)
    assert signed.json()["jws"].count(".") == 2


@pytest.mark.parametrize(
    ("kind", "more"),
    [("trace", {}), ("mass-balance", {"account": MAKER}), ("vertical-audit", {})],
)
def test_the_other_kinds(
    server: Server, numbers: dict[str, int], kind: str, more: dict[str, str]
) -> None:
    maker = server.member(numbers[MAKER], "read", "trace", "registry")
    sent = maker.post("/api/v1/drills", json={"kind": kind, "start": SEASONING, **more})
    assert sent.status_code == 201
    number = sent.json()["id"]
    seen = maker.get(f"/api/v1/drills/{number}").json()
    assert (seen["drill"]["kind"], seen["sites"]) == (kind, [])
    assert number in {one["id"] for one in maker.get("/api/v1/drills").json()["own"]}
    page = signed_in(server.client(), server.store, "manager", numbers[MAKER])
    for address in (f"/w/drills/{number}", f"/w/drills/{number}/report.pdf"):
        assert page.get(address).status_code == 200
    ended = maker.post(f"/api/v1/drills/{number}/end")
    assert ended.json()["ended"] is not None
    assert maker.post(f"/api/v1/drills/{number}/report").status_code == 201


def test_more_drills_than_a_page_shows(server: Server, numbers: dict[str, int]) -> None:
    shop = numbers[SHOP]
    maker = server.member(numbers[MAKER], "read", "trace", "registry")
    first = maker.post("/api/v1/drills", json={"kind": "trace", "start": SEASONING}).json()["id"]
    with server.store.transaction() as connection:
        row = {**(drills.find(connection, first) or {}), "organisation": shop}
        for number in range(120):
            drills.add(connection, {**row, "id": f"d{number:03}"}, [])
    person = signed_in(server.client(), server.store, "manager", shop)
    parts, address = [], "/w/drills"
    while address:
        page = person.get(address).text
        parts.append(re.findall(r'href="/w/drills/(\w+)"', page))
        following = re.search(r'href="([^"]*after=[^"]+)">Phần tiếp theo', page)
        address = f"/w/drills{following[1]}" if following else ""
    assert [len(one) for one in parts] == [100, 20]
    assert len({*parts[0], *parts[1]}) == 120
    clerk = server.member(shop, "read")
    told = clerk.get("/api/v1/drills").json()
    rest = clerk.get("/api/v1/drills", params={"own_after": told["own_after"]}).json()
    assert [one["id"] for one in (*told["own"], *rest["own"])] == [*parts[0], *parts[1]]
    assert (rest["own_after"], rest["asked_after"]) == (None, None)
    assert clerk.get("/api/v1/drills", params={"own_after": "x"}).status_code == 400
    assert person.get("/w/drills?after=x").status_code == 400


def test_refusals(server: Server, numbers: dict[str, int]) -> None:
    maker = server.member(numbers[MAKER], "read", "trace", "registry")
    for body, status in (
        ({"kind": "trace", "start": "x y"}, {404}),
        ({"kind": "none", "start": SEASONING}, {400}),
        ({"kind": "trace", "start": SEASONING, "notices": True}, {409}),
        ({"kind": "mass-balance", "start": SEASONING}, {409}),
        ({"kind": "mass-balance", "start": SEASONING, "account": "?"}, {404}),
    ):
        answer: httpx.Response = maker.post("/api/v1/drills", json=body)
        assert answer.status_code in status, (body, answer.text)
    clerk = server.member(numbers[MAKER], "read", "trace")
    assert (
        clerk.post("/api/v1/drills", json={"kind": "trace", "start": SEASONING}).status_code == 403
    )
    assert maker.get("/api/v1/drills/none").status_code == 404
