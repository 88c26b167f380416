# SPDX-License-Identifier: Apache-2.0
"""The registers over the web: a holder's pages, an officer's desk, the interface for programs."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from nguon.identity.visibility import KeyKind
from nguon.registry import history
from nguon.registry.model import OrganisationKind, Register
from nguon.registry.service import ensure_organisation, import_csv
from nguon.store import cases
from tests.accounts import send, signed_in
from tests.integration.registry.test_workflow import (
    CERTIFICATES,
    MEMBER,
    ORGANISATIONS,
    PDF,
    PLACE,
    PLACES,
)
from tests.integration.web.conftest import Server

ENTRY = "/w/registers/place?key=vn-area:VN-DLOR-9521"
CASE = "/s/approvals/entry/place?key=vn-area:VN-DLOR-9521"
DECIDE = "/s/approvals/decide?register=place&key=vn-area:VN-DLOR-9521&step={}"
KEY = {"key": PLACE}
NUMBER = "024085123456"


@pytest.fixture
def ids(server: Server) -> dict[str, int]:
    store = server.store
    assert import_csv(store, "organisation", ORGANISATIONS).done
    assert import_csv(store, "organisation", MEMBER).done
    found = {
        code: ensure_organisation(store, code, OrganisationKind.HOUSEHOLD, "")
        for code in ("htx", "ho-1", "la", "cc")
    }
    for register, table in (("place", PLACES), ("certificate", CERTIFICATES)):
        assert import_csv(store, register, table, registrar=found["htx"]).done
    return found


@pytest.fixture
def manager(server: Server, ids: dict[str, int]) -> httpx.Client:
    return signed_in(server.client(accept="text/html"), server.store, "manager", ids["htx"])


@pytest.fixture
def officer(server: Server, ids: dict[str, int]) -> httpx.Client:
    return signed_in(server.client(accept="text/html"), server.store, "officer", ids["cc"])


def _text(answer: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_a_case_from_form_to_approval(
    server: Server, manager: httpx.Client, officer: httpx.Client
) -> None:
    page = manager.get("/w/registers")
    assert page.status_code == 200
    assert "Vùng 1" in page.text
    assert "Tự khai" in page.text
    done = send(manager, ENTRY, dict(KEY), "/w/registers/place/submit")
    assert done.status_code == 303
    assert "Đã gửi duyệt." in manager.get(done.headers["location"]).text
    queue = officer.get("/s/approvals")
    assert "Vùng 1" in queue.text
    assert "Đang chờ cơ quan trả lời" in queue.text
    assert officer.get("/s/approvals?province=33").text.count("Vùng 1") == 0
    case = officer.get(CASE)
    assert case.status_code == 200
    assert "27,6" in case.text
    assert 'step=approve"' in case.text
    assert 'step=suspend"' not in case.text
    refused = _decide(officer, "return", {})
    assert refused.status_code == 422
    assert "Chưa chọn lý do." in refused.text
    assert _decide(officer, "return", {"reason": "incomplete", "note": "Thiếu sơ đồ"}).is_redirect
    back = _text(manager.get("/w/registers"))
    assert "Trả lại để sửa" in back
    assert "Thiếu nội dung hoặc giấy tờ. Thiếu sơ đồ" in back
    assert send(manager, ENTRY, dict(KEY), "/w/registers/place/submit").is_redirect
    assert _decide(officer, "approve", {"valid_from": "2026-01-15"}).is_redirect
    shown = _text(manager.get(ENTRY))
    assert "Đã duyệt" in shown
    assert "Hiệu lực từ 15/01/2026" in shown
    statuses = [one.status.value for one in history.history(server.store, Register.PLACE, PLACE)]
    assert statuses == ["submitted", "declared", "submitted", "approved"]


def _decide(client: httpx.Client, step: str, fields: dict[str, Any]) -> httpx.Response:
    page = DECIDE.format(step)
    seen = re.search(r'name="seen" value="(\d+)"', client.get(page).text)
    assert seen is not None
    common = {"register": "place", "key": PLACE, "step": step, "seen": seen[1]}
    return send(client, page, {**common, **fields}, "/s/approvals/decide")


def test_the_second_officer_is_told_and_nothing_changes(
    server: Server, ids: dict[str, int], manager: httpx.Client, officer: httpx.Client
) -> None:
    send(manager, ENTRY, dict(KEY), "/w/registers/place/submit")
    page = DECIDE.format("approve")
    seen = re.search(r'name="seen" value="(\d+)"', officer.get(page).text)
    assert seen is not None
    assert _decide(officer, "check", {}).is_redirect
    fields = {"register": "place", "key": PLACE, "step": "approve", "seen": seen[1]}
    late = send(officer, page, dict(fields), "/s/approvals/decide")
    assert late.status_code == 409
    assert "Đã kiểm tra Chi cục" in _text(late)
    assert len(history.history(server.store, Register.PLACE, PLACE)) == 2


def test_documents_are_kept_and_never_shown_as_pages(
    server: Server, ids: dict[str, int], manager: httpx.Client, officer: httpx.Client
) -> None:
    token = _token(manager.get(ENTRY))
    form = {"_token": token, "key": PLACE}
    path = "/w/registers/place/documents"
    wrong = manager.post(path, data=form, files={"file": ("a.html", b"<html>", "text/html")})
    assert wrong.status_code == 422
    assert "Chỉ nhận tệp PDF, JPEG hoặc PNG." in wrong.text
    kept = manager.post(path, data=form, files={"file": ("Sơ đồ.exe", PDF, "text/html")})
    assert kept.status_code == 303
    found = re.search(r'href="(/w/documents/\w+)">([^<]+)<', manager.get(ENTRY).text)
    assert found is not None
    assert found[2] == "Sơ đồ.pdf"
    for reader in (manager, officer):
        answer = reader.get(found[1])
        assert answer.content == PDF
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"
    stranger = signed_in(server.client(accept="text/html"), server.store, "manager", ids["la"])
    assert stranger.get(found[1]).status_code == 404
    assert server.client().get(found[1]).status_code == 401


def _token(page: httpx.Response) -> str:
    found = re.search(r'name="_token" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def test_forms_name_every_fault_at_its_field(server: Server, manager: httpx.Client) -> None:
    answer = send(
        manager,
        "/w/registers/place/new",
        {"name_vi": "", "kind": "planting_area", "holder": "x?", "area_ha": "1.250", "key": "1"},
        "/w/registers/place",
    )
    assert answer.status_code == 422
    for field in ("name_vi", "holder", "area_ha", "key"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}-error"' in answer.text
    assert 'value="1.250"' in answer.text
    good = send(
        manager,
        "/w/registers/place/new",
        {
            "name_vi": "Vùng mới",
            "kind": "planting_area",
            "holder": "ho-1",
            "national_code": "VN-DLOR-9600",
            "crop": "durian",
            "area_ha": "12,5",
            "commune": "Krông Pắc, Đắk Lắk",
        },
        "/w/registers/place",
    )
    assert good.status_code == 303
    page = manager.get(good.headers["location"])
    assert "Vùng mới" in page.text
    assert "sầu riêng" in page.text
    edit = manager.get("/w/registers/place/edit?key=vn-area:VN-DLOR-9600")
    assert 'value="12,5"' in edit.text
    assert 'value="ho-1"' in edit.text


def test_a_personal_number_is_in_the_edit_form_alone(
    server: Server, ids: dict[str, int], manager: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    member = {"code": "ho-9", "kind": "household", "name_vi": "Hộ 9", "member_of": "htx"}
    page = "/w/registers/organisation/new"
    wrong = send(manager, page, {**member, "code": NUMBER}, "/w/registers/organisation")
    assert wrong.status_code == 422
    new = send(manager, page, {**member, "tax_code": NUMBER}, "/w/registers/organisation")
    assert new.status_code == 303
    assert NUMBER not in new.headers["location"]
    shown = manager.get(new.headers["location"])
    assert "••••••••3456" in shown.text
    edit = manager.get("/w/registers/organisation/edit?key=ho-9")
    assert f'value="{NUMBER}"' in edit.text
    others = [
        shown,
        manager.get("/w/registers?show=organisation"),
        server.client().get("/r/organisation/ho-9"),
        server.member(ids["htx"], "read").get("/api/v1/registers/organisation?key=ho-9"),
        server.member(ids["la"], "read").get("/api/v1/registers/organisation?key=ho-9"),
    ]
    for answer in others:
        assert answer.status_code == 200
        assert NUMBER not in answer.text
    assert NUMBER not in caplog.text


def test_addresses_that_lead_nowhere(manager: httpx.Client) -> None:
    for address in (
        "/w/registers?show=nothing",
        "/w/registers/nothing?key=x",
        "/w/registers/place",
        "/w/registers/place?key=%F0%9F%90%9B",
        "/w/registers/place/edit?key=414/0",
        "/w/documents/none",
    ):
        assert manager.get(address).status_code == 404, address


def test_who_may_not(
    server: Server, ids: dict[str, int], manager: httpx.Client, officer: httpx.Client
) -> None:
    stranger = signed_in(server.client(accept="text/html"), server.store, "manager", ids["la"])
    clerk = signed_in(server.client(accept="text/html"), server.store, "clerk", ids["htx"])
    assert stranger.get(ENTRY).status_code == 404
    program = server.member(ids["la"], "registry")
    for key in (PLACE, "414/9521101000092"):
        assert stranger.get(f"/w/registers/place/edit?key={key}").status_code == 404
        for step in ("submit", "withdraw"):
            sent = send(stranger, "/w/registers", {"key": key}, f"/w/registers/place/{step}")
            assert sent.status_code == 404
        asked = program.post("/api/v1/registers/place/submit", json={"key": key})
        assert (asked.status_code, asked.json()["code"]) == (404, "approvals.unknown-entry")
    assert manager.get("/s/approvals").status_code == 403
    assert clerk.get(ENTRY).status_code == 200
    assert "/w/registers/place/submit" not in clerk.get(ENTRY).text
    assert clerk.get("/w/registers/place/new").status_code == 403
    before = history.history(server.store, Register.PLACE, PLACE)
    forged = manager.post("/w/registers/place/submit", data=dict(KEY))
    assert forged.status_code == 403
    assert history.history(server.store, Register.PLACE, PLACE) == before


def test_what_an_officer_reads_at_the_desk_is_in_the_holders_record(
    server: Server, ids: dict[str, int], manager: httpx.Client, officer: httpx.Client
) -> None:
    recorder = server.services.store.hooks.noted
    told: list[tuple[str, list[tuple[int, str]]]] = []

    def noted(audience: Any, what: str, shown: Any) -> None:
        told.append((what, list(shown)))
        recorder(audience, what, told[-1][1])

    server.store.hooks.noted = noted
    send(manager, ENTRY, dict(KEY), "/w/registers/place/submit")
    assert manager.get(ENTRY).status_code == 200
    assert told == []
    place = ("place", [(ids["htx"], PLACE)])
    for address in ("/s/approvals", CASE, DECIDE.format("approve")):
        assert officer.get(address).status_code == 200
        assert told, address
        assert all(one == place for one in told), address
        told.clear()
    assert officer.get("/s/list/households").status_code == 200
    assert told == [("organisation", [(ids["ho-1"], "ho-1")])]


def test_the_interface_for_programs(server: Server, ids: dict[str, int]) -> None:
    member = server.member(ids["htx"], "read", "registry")
    inspector = server.member(ids["cc"], "read", "supervise", kind=KeyKind.INSPECTOR)
    stranger = server.member(ids["la"], "read")
    base = "/api/v1/registers/place"
    assert member.post(f"{base}/submit", json=dict(KEY)).json() == {
        "number": 1,
        "status": "submitted",
    }
    [case] = inspector.get("/api/v1/registers/waiting").json()
    assert (case["title"], case["province"], case["sector"]) == ("Vùng 1", "66", "plant")
    asked = {**KEY, "step": "approve", "seen": case["seen"], "valid_from": "2026-01-01T00:00:00Z"}
    assert inspector.post(f"{base}/decide", json=asked).json()["status"] == "approved"
    again = inspector.post(f"{base}/decide", json=asked)
    assert (again.status_code, again.json()["code"]) == (409, "approvals.decided-meanwhile")
    suspended = {
        **KEY,
        "step": "suspend",
        "seen": again.json().get("number") or _last(inspector, base),
        "reason": "pest-found",
        "note": "Biên bản 12",
        "valid_from": "2026-03-01T00:00:00Z",
    }
    assert inspector.post(f"{base}/decide", json=suspended).status_code == 200
    params = {**KEY, "at": "2026-02-01T00:00:00Z"}
    assert stranger.get(base, params=params).json()["standing"]["status"] == "approved"
    params = {**KEY, "at": "2026-03-02T00:00:00Z"}
    shown = stranger.get(base, params=params).json()
    assert shown["standing"]["status"] == "suspended"
    assert shown["standing"]["reason"] == "pest-found"
    assert "note" not in shown["standing"]
    assert member.get(base, params=params).json()["standing"]["note"] == "Biên bản 12"
    early = {**params, "known": "2020-01-01T00:00:00Z"}
    assert stranger.get(base, params=early).status_code == 404
    rows = member.get(f"{base}/history", params=dict(KEY)).json()
    assert [row["status"] for row in rows] == ["submitted", "approved", "suspended"]


def _last(client: httpx.Client, base: str) -> int:
    number: int = client.get(f"{base}/history", params=dict(KEY)).json()[-1]["number"]
    return number


BAD: list[dict[str, Any]] = [
    {},
    {"key": PLACE},
    {"key": PLACE, "step": "bless", "seen": 0},
    {"key": PLACE, "step": "approve", "seen": "x"},
    {"key": PLACE, "step": "approve", "seen": 0, "valid_from": "2026-01-01T00:00:00"},
    {"key": "414/1", "step": "approve", "seen": 0},
    {"key": "", "step": "approve", "seen": -1},
]


def test_bad_input_is_refused(server: Server, ids: dict[str, int]) -> None:
    inspector = server.member(ids["cc"], "read", "supervise", kind=KeyKind.INSPECTOR)
    for body in BAD:
        answer = inspector.post("/api/v1/registers/place/decide", json=body)
        assert 400 <= answer.status_code < 500, body
    assert history.history(server.store, Register.PLACE, PLACE) == []


def test_only_what_the_body_should_have_answered(
    server: Server, manager: httpx.Client, officer: httpx.Client
) -> None:
    send(manager, ENTRY, dict(KEY), "/w/registers/place/submit")
    assert "Vùng 1" in officer.get("/s/approvals").text
    assert "Vùng 1" not in officer.get("/s/approvals?late=1").text
    with server.store.transaction() as connection:
        [case] = cases.waiting(connection, Register.PLACE, [PLACE]).values()
        cases.change(connection, case["id"], due=1)
    late = officer.get("/s/approvals?late=1").text
    assert "Vùng 1" in late
    assert re.search(r'name="late"[^>]* checked', late)
