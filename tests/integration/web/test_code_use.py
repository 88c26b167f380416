# SPDX-License-Identifier: Apache-2.0
"""Grants and uses over HTTP: pages of holder and user, the officer's desk, the API, refusals."""

import re
from datetime import date
from html import unescape
from typing import Any

import httpx
import pytest

from nguon.base.audience import Mandate
from nguon.identity import mandates
from nguon.identity.mandates import member_subject
from nguon.web.desk import code_use
from tests.accounts import send, session_of, signed_in, somebody, with_session
from tests.integration.registry.codes import (
    COOPERATIVE,
    DAK_LAK,
    DURIAN,
    HUNG_YEN,
    OFFICE,
    OTHER_OFFICE,
    PACKER,
    STRANGER,
    registered,
)
from tests.integration.web.conftest import Server
from tests.integration.web.samples import bare

USE = {
    "code": "VN-DLOR-9521",
    "crop": "sầu riêng",
    "market": "CN",
    "used_at": "2026-08-10T10:00:00+07:00",
    "quantity": "16000",
    "consignment": "CN-01",
    "lots": ["01/09521202000182/10/SR-0810"],
}
GRANT = {
    "code": DURIAN,
    "grantee": f"to-chuc-{PACKER}",
    "crop": "durian",
    "market": "CN",
    "valid_from": "2026-07-01",
    "valid_to": "2026-12-31",
    "quantity": "50000",
}
USES, GRANTS = "/api/v1/code-uses", "/api/v1/authorisations"


def holder(server: Server) -> httpx.Client:
    return server.member(COOPERATIVE, "read", "capture", "registry")


def user(server: Server, organisation: int = PACKER) -> httpx.Client:
    return server.member(organisation, "read", "capture")


def person(server: Server, role: str, organisation: int) -> httpx.Client:
    return signed_in(server.client(), server.store, role, organisation)


def officer(server: Server, organisation: int, province: str) -> httpx.Client:
    number = somebody(server.store, "officer", organisation)
    mandates.grant(
        server.store,
        member_subject(number, organisation),
        Mandate(frozenset({province})),
        by="test",
        reason="test",
    )
    return with_session(server.client(), session_of(server.store, number))


def test_grant_draw_and_balance_by_program(server: Server) -> None:
    registered(server.store)
    given = holder(server).post(GRANTS, json={**GRANT, "request": "r1"})
    assert given.status_code == 201, given.text
    number = given.json()["authorisation"]["number"]
    again = holder(server).post(GRANTS, json={**GRANT, "request": "r1"})
    assert again.json()["authorisation"]["number"] == number
    used = user(server).post(USES, json=USE)
    assert used.status_code == 201, used.text
    found = used.json()
    assert (found["use"]["verdict"], found["state"], found["reasons"]) == (
        "accepted",
        "counted",
        [],
    )
    assert found["use"]["authorisation"] == number
    assert user(server).post(USES, json=USE).json() == found
    over = user(server).post(USES, json={**USE, "consignment": "CN-02", "quantity": "40000"})
    assert over.status_code == 201
    assert over.json()["use"]["verdict"] == "refused"
    assert over.json()["reasons"] == [
        f"Giấy số {number} còn 34.000 kg; chuyến này 40.000 kg, vượt 6.000 kg."
    ]
    shown = user(server).get(f"{GRANTS}/{given.json()['authorisation']['id']}").json()
    assert (shown["granted"], shown["used"], shown["left"]) == ("50000", "16000", "34000")
    listed = user(server).get(USES, params={"verdict": "refused"}).json()
    assert [one["use"]["id"] for one in listed] == [over.json()["use"]["id"]]
    for stranger in (user(server, 999), user(server, STRANGER)):
        assert stranger.get(USES).json() == []
        assert stranger.get(f"{USES}/{found['use']['id']}").status_code == 404
        assert stranger.get(f"{GRANTS}/{given.json()['authorisation']['id']}").status_code == 404
    conflict = user(server).post(USES, json={**USE, "quantity": "1"})
    assert (conflict.status_code, conflict.json()["code"]) == (409, "ledger.drawn-already")


def test_bad_input_is_told_and_nothing_kept(server: Server) -> None:
    registered(server.store)
    program = user(server)
    bodies: list[Any] = [
        {**USE, "quantity": "-1"},
        {**USE, "quantity": "nhiều"},
        {**USE, "quantity": "1e400"},
        {**USE, "used_at": "2026-08-10T10:00:00"},
        {**USE, "code": "?"},
        {**USE, "code": "vn-area:" + "9" * 5000},
        {**USE, "lots": "x"},
        {},
        [],
    ]
    for body in bodies:
        answer = program.post(USES, json=body)
        assert answer.status_code == 400, (body, answer.text)
    assert program.get(USES).json() == []
    assert program.get(USES, params={"before": "x"}).status_code == 404
    assert program.get(USES, params={"verdict": "x"}).status_code == 400


def test_who_may_do_what(server: Server) -> None:
    registered(server.store)
    assert user(server).post(GRANTS, json=GRANT).status_code == 403
    not_mine = server.member(PACKER, "read", "registry")
    other = {**GRANT, "grantee": f"to-chuc-{STRANGER}"}
    refused = not_mine.post(GRANTS, json=other)
    assert (refused.status_code, refused.json()["code"]) == (403, "ledger.not-holder")
    for path in (GRANTS, USES, "/w/authorisations", "/s/codes"):
        assert server.client().get(path).status_code in (401, 303)
    assert user(server).get("/s/codes").status_code == 403


def test_a_holder_grants_on_a_page_and_withdraws(server: Server) -> None:
    registered(server.store)
    page = person(server, "manager", COOPERATIVE)
    assert "VN-DLOR-9521" in page.get("/w/authorisations").text
    typed: dict[str, object] = {
        "code": DURIAN,
        "party": f"to-chuc-{PACKER}",
        "market": "CN",
        "from": "01/07/2026",
        "to": "2026-12-31",
        "quantity": "600 tấn",
        "once": "abc",
    }
    form = "/w/authorisations/new"
    wrong = send(page, form, {**typed, "party": "khong-co", "to": "x"}, "/w/authorisations")
    assert wrong.status_code == 400
    assert 'href="#party"' in wrong.text
    assert 'value="600 tấn"' in wrong.text
    made = send(page, form, typed, "/w/authorisations")
    assert made.status_code == 303
    again = send(page, form, typed, "/w/authorisations")
    assert again.headers["location"] == made.headers["location"]
    shown = page.get(made.headers["location"]).text
    assert "600.000 kg" in shown
    assert "Cho dùng vượt 48.000 kg so với phần còn lại 552.000 kg của mã." in shown
    path = made.headers["location"].partition("?")[0]
    other = person(server, "manager", STRANGER)
    assert other.get(path).status_code == 404
    gone = send(page, path, {"reason": "Sai hợp đồng", "which": "withdraw"}, f"{path}/withdraw")
    assert gone.status_code == 303
    assert "đã thu hồi" in page.get(path).text
    repeated = send(page, form, {"reason": "Lại"}, f"{path}/withdraw")
    assert repeated.status_code == 400
    assert "đã bị thu hồi rồi" in repeated.text


def test_older_uses_and_the_table_of_all(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    registered(server.store)
    monkeypatch.setattr(code_use, "_MOST", 2)
    made = [
        user(server, STRANGER).post(USES, json={**USE, "consignment": f"=CN-{n}"}).json()["use"]
        for n in range(5)
    ]
    desk = officer(server, OFFICE, DAK_LAK)
    seen: list[str] = []
    path: str | None = "/s/codes?province=66&verdict=refused"
    while path and len(seen) < 9:
        page = desk.get(path).text
        seen += re.findall(r'href="/s/codes/([0-9a-f]+)"', page)
        found = re.search(r'class="button plain" href="(/s/codes\?[^"]*before=[^"]+)"', page)
        path = None if found is None else unescape(found[1])
        assert path is None or "province=66&verdict=refused" in path
    assert seen == [one["id"] for one in reversed(made)]
    table = desk.get("/s/codes.csv?province=66&verdict=refused")
    assert table.headers["content-type"].startswith("text/csv")
    lines = table.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[2] for line in lines[1:]] == [f"'=CN-{n}" for n in (4, 3, 2, 1, 0)]
    elsewhere = officer(server, OTHER_OFFICE, HUNG_YEN).get("/s/codes.csv")
    assert len(elsewhere.text.splitlines()) == 1
    assert user(server).get("/s/codes.csv").status_code == 403
    assert desk.get("/s/codes?before=nonsense.x").status_code == 200


def test_the_officer_of_the_province_sees_the_attempt_and_answers(server: Server) -> None:
    registered(server.store)
    lent = user(server, STRANGER).post(USES, json=USE).json()["use"]
    much = {**USE, "quantity": "607200", "consignment": "CN-09"}
    held = holder(server).post(USES, json=much).json()["use"]
    desk = officer(server, OFFICE, DAK_LAK)
    listed = desk.get("/s/codes").text
    assert "1 đang giữ · 1 bị từ chối" in listed
    assert listed.index(held["id"]) < listed.index(lent["id"])
    case = desk.get(f"/s/codes/{held['id']}").text
    for words in ("27,6 ha", "20 tấn/ha", "552.000 kg", "607.200 kg", "110 %"):
        assert words in case
    elsewhere = officer(server, OTHER_OFFICE, HUNG_YEN)
    assert held["id"] not in elsewhere.get("/s/codes").text
    assert elsewhere.get(f"/s/codes/{held['id']}").status_code == 404
    path = f"/s/codes/{held['id']}"
    unsaid = send(desk, path, {"reason": "Vườn non"}, f"{path}/answer")
    assert unsaid.status_code == 400
    assert 'href="#answer"' in unsaid.text
    bare_answer = send(desk, path, {"answer": "refuse"}, f"{path}/answer")
    assert bare_answer.status_code == 400
    assert "Chưa ghi lý do." in bare_answer.text
    done = send(desk, path, {"answer": "refuse", "reason": "Vườn non"}, f"{path}/answer")
    assert done.status_code == 303
    assert "Cơ quan từ chối" in desk.get(path).text
    mine = person(server, "clerk", COOPERATIVE).get(f"/w/authorisations/uses/{held['id']}")
    assert "Vườn non" in mine.text
    lower: dict[str, object] = {"rate": "15", "from": "2026-01-01", "ceiling_reason": "Vườn non"}
    assert send(desk, path, lower, f"{path}/ceiling").status_code == 303
    assert re.search(r"15 tấn/ha, từ 01/01/2026 đến không hạn: Vườn non", desk.get(path).text)


def test_the_harvest_is_recorded_whatever_the_ledger_says(server: Server) -> None:
    """A hundred times what the area can bear, from a code that nobody approved."""
    registered(server.store)
    harvest = bare(
        action="ADD",
        bizStep="commissioning",
        disposition="active",
        epcList=[],
        quantityList=[
            {
                "epcClass": "https://id.gs1.org/01/09521202000182/10/SR-1",
                "quantity": 55_200_000,
                "uom": "KGM",
            }
        ],
        readPoint={"id": "https://id.gs1.org/414/9521101000030"},
    )
    before = server.events()
    answer = user(server).post("/epcis/events", json=harvest)
    assert answer.status_code == 201, answer.text
    assert server.events() == before + 1
    refused = user(server).post(USES, json={**USE, "quantity": "55200000"}).json()
    assert refused["use"]["verdict"] == "refused"
    assert server.events() == before + 1


def test_a_shipped_consignment_is_given_back_by_the_body_only(server: Server) -> None:
    registered(server.store)
    holder(server).post(GRANTS, json={**GRANT, "valid_to": str(date(2026, 12, 31))})
    used = user(server).post(USES, json=USE).json()["use"]
    shipping = bare(
        epcList=[],
        quantityList=[
            {"epcClass": "https://id.gs1.org/01/09521202000182/10/SR-0810", "quantity": 1}
        ],
    )
    assert user(server).post("/epcis/events", json=shipping).status_code == 201
    refused = user(server).post(f"{USES}/{used['id']}/reversal", json={"reason": "Hủy"})
    assert (refused.status_code, refused.json()["code"]) == (403, "ledger.already-shipped")
    desk = officer(server, OFFICE, DAK_LAK)
    path = f"/s/codes/{used['id']}"
    done = send(desk, path, {"answer": "reverse", "reason": "Hàng trả về"}, f"{path}/answer")
    assert done.status_code == 303
    assert user(server).get(f"{USES}/{used['id']}").json()["state"] == "reversed"
