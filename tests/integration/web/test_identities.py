# SPDX-License-Identifier: Apache-2.0
"""Codes of other systems over HTTP: the API, the page, pasted tables, refusals."""

from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any

import httpx
import pytest
from sqlalchemy import delete

from nguon.registry.service import import_csv
from nguon.store.identities_tables import foreign_identity, foreign_identity_step
from tests.accounts import send, signed_in, token_on
from tests.integration.registry.codes import COOPERATIVE, OFFICE, PACKER, registered
from tests.integration.web.conftest import Server, settings_on, stop, up

API, PAGE = "/api/v1/identities", "/w/identities"
LOT = "01/09521101000016/10/K1"
CODE = {"system": "ministry", "source": "truyxuat.gov.vn", "foreign_id": "VN-1", "item": LOT}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """One server for all tests here, on each database, with a product."""
    started = up(settings_on(request, tmp_path_factory.mktemp("identities")))
    try:
        registered(started[2].store)
        table = f"key,name_vi,maker\n9521101000016,Sau rieng,to-chuc-{COOPERATIVE}\n"
        report = import_csv(started[2].store, "product", table)
        assert report.done, report.faults
        yield started[2]
    finally:
        stop(*started)


@pytest.fixture
def filled(running: Server) -> Server:
    """The server with no code of another system."""
    with running.store.transaction() as connection:
        connection.execute(delete(foreign_identity_step))
        connection.execute(delete(foreign_identity))
    return running


def owner(server: Server) -> httpx.Client:
    return server.member(COOPERATIVE, "read", "registry")


def kept(client: httpx.Client, **said: Any) -> dict[str, Any]:
    answer = client.post(API, json=[{**CODE, **said}])
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()[0]
    return found


def test_a_code_is_kept_found_and_ended(filled: Server) -> None:
    client = owner(filled)
    made = kept(client)
    assert made["item"] == LOT
    assert kept(client)["id"] == made["id"]
    stranger = filled.member(PACKER, "read")
    [match] = stranger.get(API, params={"foreign_id": "vn-1"}).json()
    assert (match["item"], match["status"], match["holds"]) == (LOT, "declared", True)
    assert [m["id"] for m in stranger.get(API, params={"item": LOT}).json()] == [made["id"]]
    assert stranger.get(API).json() == []
    assert [m["id"] for m in client.get(API).json()] == [made["id"]]
    assert stranger.get(f"{API}/{made['id']}").status_code == 404
    ended = client.post(f"{API}/{made['id']}/end", json={"reason": "in lại"})
    assert ended.status_code == 201
    [match] = stranger.get(API, params={"foreign_id": "VN-1"}).json()
    assert (match["status"], match["holds"]) == ("ended", False)
    again = client.post(f"{API}/{made['id']}/end", json={"reason": "in lại"})
    assert (again.status_code, again.json()["code"]) == (409, "bridge.ended-already")


def test_the_system_confirms(filled: Server) -> None:
    made = kept(owner(filled), foreign_owner=f"to-chuc-{OFFICE}")
    office = filled.member(OFFICE, "read", "registry")
    answer = office.post(f"{API}/{made['id']}/answer", json={"confirmed": True})
    assert answer.json()["steps"][0]["status"] == "confirmed"
    refused = office.post(f"{API}/{made['id']}/end", json={"reason": "x"})
    assert (refused.status_code, refused.json()["code"]) == (403, "bridge.owner-ends")


REFUSED = (
    ({"item": "01/09521234543213"}, "/0/item", "bridge.goods-unknown"),
    ({"item": "x"}, "/0/item", "bridge.item"),
    ({"foreign_id": ""}, "/0/foreign_id", "bridge.foreign-id"),
    ({"foreign_owner": "khong-co"}, "/0/foreign_owner", "bridge.system-unknown"),
)


def test_refusals_name_the_row(filled: Server) -> None:
    client = owner(filled)
    for said, pointer, code in REFUSED:
        answer = client.post(API, json=[{**CODE, **said}])
        assert answer.status_code == 400
        [fault] = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == (pointer, code)
        assert fault["message_vi"] != fault["message_en"] != code
    assert client.get(API).json() == []


def test_bad_bodies_are_no_surprise(filled: Server) -> None:
    client = owner(filled)
    bodies: tuple[Any, ...] = ([{**CODE, "system": "moon"}], {}, [{}], [CODE] * 1001)
    for body in bodies:
        assert client.post(API, json=body).status_code == 400
    assert filled.member(COOPERATIVE, "read").post(API, json=[CODE]).status_code == 403
    assert client.get(API, params={"foreign_id": "☃" * 300}).json() == []


def test_the_page_keeps_and_ends(filled: Server) -> None:
    browser = signed_in(filled.client(), filled.store, "manager", COOPERATIVE)
    form = {**CODE, "valid_from": "01/02/2026", "valid_to": "", "public": "no"}
    assert send(browser, PAGE, form).status_code == 303
    [match] = owner(filled).get(API).json()
    assert (match["valid_from"], match["public"]) == ("2026-02-01", False)
    assert "VN-1" in browser.get(PAGE).text
    one = f"{PAGE}/{match['id']}"
    refused = send(browser, one, {"effective": "", "reason": ""}, f"{one}/end")
    assert refused.status_code == 400
    assert send(browser, one, {"effective": "", "reason": "sai"}, f"{one}/end").status_code == 303
    [match] = owner(filled).get(API).json()
    assert match["status"] == "ended"


def test_a_wrong_form_keeps_what_was_typed(filled: Server) -> None:
    browser = signed_in(filled.client(), filled.store, "manager", COOPERATIVE)
    form = {**CODE, "item": "01/09521234543213", "valid_from": "31/02/2026", "valid_to": ""}
    answer = send(browser, PAGE, {**form, "public": ""})
    assert answer.status_code == 400
    assert 'value="31/02/2026"' in answer.text
    answer = send(browser, PAGE, {**form, "valid_from": "", "public": ""})
    assert answer.status_code == 400
    assert "Chưa ai đăng ký 01/09521234543213" in unescape(answer.text)
    assert owner(filled).get(API).json() == []


def test_a_pasted_table(filled: Server) -> None:
    browser = signed_in(filled.client(), filled.store, "manager", COOPERATIVE)
    rows = (
        f"bộ ngành; truyxuat.gov.vn; A; {LOT}; 01/02/2026; 31/12/2026\n\ninternal\tkho\tB\t{LOT}\n"
    )
    assert send(browser, PAGE, {"rows": rows}, f"{PAGE}/table").status_code == 303
    found = {m["foreign_id"]: m for m in owner(filled).get(API).json()}
    assert (found["A"]["system"], found["A"]["valid_to"]) == ("ministry", str(date(2026, 12, 31)))
    assert (found["B"]["system"], found["B"]["public"]) == ("internal", False)


def test_a_table_in_a_file(filled: Server) -> None:
    browser = signed_in(filled.client(), filled.store, "manager", COOPERATIVE)
    token = token_on(browser.get(PAGE).text)
    table = f"loại,hệ thống,mã,hàng,từ,đến\nnền tảng,checkvn.example,F-1,{LOT},01/02/2026,\n"
    data = {"_token": token, "rows": ""}
    sent = {"file": ("ma.csv", table.encode(), "text/csv")}
    assert browser.post(f"{PAGE}/table", data=data, files=sent).status_code == 303
    [match] = owner(filled).get(API).json()
    assert (match["foreign_id"], match["valid_from"]) == ("F-1", "2026-02-01")
    for broken in (b"%PDF-1.4", table.replace("checkvn.example", "").encode()):
        sent = {"file": ("ma.csv", broken, "text/csv")}
        assert browser.post(f"{PAGE}/table", data=data, files=sent).status_code == 400
    assert len(owner(filled).get(API).json()) == 1


WRONG = (
    (f"bộ ngành; x; C; {LOT}\nmoon; x; D; {LOT}", "Dòng 2: “moon” không phải loại mã"),
    ("a; b", "Dòng 1: Mỗi dòng có bốn đến sáu phần; ở đây có 2"),
    ("", "Dòng 1: Mỗi dòng"),
    (f"\nbộ ngành; x; C; {LOT}\nbán lẻ; EAN; 123; {LOT}", "Dòng 2: “123” không phải mã vạch"),
    (f"bộ ngành; x; C; {LOT}; 2026", "Dòng 1:"),
    (f"bộ ngành; x; C; {LOT}\n" * 1001, "1000 dòng"),
)


def test_wrong_rows_are_named_and_nothing_is_kept(filled: Server) -> None:
    browser = signed_in(filled.client(), filled.store, "manager", COOPERATIVE)
    for rows, said in WRONG:
        answer = send(browser, PAGE, {"rows": rows}, f"{PAGE}/table")
        assert answer.status_code == 400
        assert said in unescape(answer.text)
    assert owner(filled).get(API).json() == []


def test_the_other_system_answers_on_its_page(filled: Server) -> None:
    made = kept(owner(filled), foreign_owner=f"to-chuc-{PACKER}")
    browser = signed_in(filled.client(), filled.store, "manager", PACKER)
    one = f"{PAGE}/{made['id']}"
    refused = send(browser, one, {"answer": "refuse", "said": ""}, f"{one}/answer")
    assert refused.status_code == 400
    done = send(browser, one, {"answer": "refuse", "said": "không cấp"}, f"{one}/answer")
    assert done.status_code == 303
    assert owner(filled).get(f"{API}/{made['id']}").json()["steps"][0]["status"] == "refused"


def test_search_boxes_know_codes_of_other_systems(filled: Server) -> None:
    kept(owner(filled), foreign_id="KHO-7", system="internal")
    manager = signed_in(filled.client(), filled.store, "manager", COOPERATIVE)
    assert manager.get("/w/trace", params={"item": "kho-7"}).status_code == 200
    officer = signed_in(filled.client(), filled.store, "officer", OFFICE)
    led = officer.get("/s/find", params={"code": "KHO-7"})
    assert led.headers["location"] == "/w/trace?item=01%2F09521101000016%2F10%2FK1"
    stranger = signed_in(filled.client(), filled.store, "manager", PACKER)
    assert stranger.get("/w/trace", params={"item": "KHO-7"}).status_code == 400
