# SPDX-License-Identifier: Apache-2.0
"""Pages and addresses of lots' data, consignments and samples: forms as a browser sends them."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from nguon.base.audience import Mandate
from nguon.cli.workplace import operator
from nguon.compliance import gather
from nguon.identity import mandates
from nguon.registry import queries
from tests.accounts import send, session_of, signed_in, somebody, with_session
from tests.integration.web import conftest as web
from tests.integration.web.demonstration import loaded

LOT = "01/09521202000182/10/SR260817"
FORM: dict[str, object] = {
    "number": "XK-1",
    "market": "cn",
    "planned": "19/08/2026",
    "lot": [LOT, ""],
    "lot_amount": ["3,6 tấn", ""],
    "code": ["VN-DLOR-9523"],
    "code_amount": ["1.800 kg"],
    "code_authorisation": [""],
    "consignee": "trai-cay-bang-tuong",
    "consignee_name": "",
    "packing": "VN-DLPH-9521",
    "vehicle": "66C-123.45",
    "seal": "",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def demo(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[web.Server]:
    """A server with the demonstration goods, on each database."""
    running = web.up(web.settings_on(request, tmp_path_factory.mktemp("compliance")))
    loaded(running[2])
    yield running[2]
    web.stop(*running)


@pytest.fixture
def at(demo: web.Server) -> Callable[..., httpx.Client]:
    """A browser of somebody of an organisation."""

    def of(code: str, role: str = "manager") -> httpx.Client:
        found = queries.organisation_by_code(demo.store, operator(), code)
        assert found is not None
        return signed_in(demo.client(), demo.store, role, found.id)

    return of


def _officer(demo: web.Server, province: str) -> httpx.Client:
    body = queries.organisation_by_code(demo.store, operator(), "tram-kiem-dich")
    assert body is not None
    number = somebody(demo.store, "officer", body.id)
    subject = mandates.member_subject(number, body.id)
    mandates.grant(demo.store, subject, Mandate(frozenset({province})), by="test", reason="test")
    return with_session(demo.client(), session_of(demo.store, number))


def _made(client: httpx.Client, number: str, **changes: Any) -> str:
    answer = send(client, "/w/consignments/new", {**FORM, "number": number, **changes})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_consignment_from_form_to_leaving(at: Callable[..., httpx.Client]) -> None:
    exporter = at("cao-nguyen-xanh")
    form = exporter.get("/w/consignments/new", params={"item": LOT})
    assert LOT in form.text
    assert "VN-DLOR-9525" in form.text
    assert len(form.content) < 40_000
    page = _made(exporter, "XK-1")
    shown = exporter.get(page).text
    assert "Còn 4 điều kiện của Trung Quốc chưa đạt" in shown
    assert "GACC, từng lô từ 10/01/2025" in shown
    assert "phòng thử nghiệm" in shown
    kept = send(exporter, page, {"phytosanitary": "KDTV-1"}, f"{page}/papers")
    assert kept.status_code == 303
    assert "Còn 3 điều kiện của Trung Quốc chưa đạt" in exporter.get(page).text
    declared = send(exporter, page, {"step": "declared"}, f"{page}/step")
    assert declared.status_code == 303
    assert "VN-DLOR-9523" in exporter.get(page).text
    again = exporter.get(f"{page}?lang=en")
    assert "conditions of China are not met" in again.text
    gone = send(exporter, page, {"step": "shipped"}, f"{page}/step")
    assert gone.status_code == 303
    refused = exporter.post(f"{page}/step", data={"step": "cancelled", "reason": "x"})
    assert refused.status_code in {400, 403}


def test_faults_name_their_rows_and_keep_what_was_typed(at: Callable[..., httpx.Client]) -> None:
    exporter = at("cao-nguyen-xanh")
    wrong: dict[str, object] = {
        **FORM,
        "number": "XK-9",
        "lot": ["no lot", "01/09521101000023/10/TH260806H"],
        "lot_amount": ["much", "1 kg"],
        "code": ["???"],
        "planned": "2026",
    }
    answer = send(exporter, "/w/consignments/new", wrong)
    assert answer.status_code == 400
    for words in ("no lot", "much", "???", "“2026”", "Các lô, 1", 'href="#lot-0"'):
        assert words in answer.text, words
    assert "XK-9" not in exporter.get("/w/consignments").text


def test_a_form_without_token_is_refused(at: Callable[..., httpx.Client]) -> None:
    exporter = at("cao-nguyen-xanh")
    assert exporter.post("/w/consignments/new", data=FORM).status_code == 403


def test_others_do_not_see_a_draft(at: Callable[..., httpx.Client]) -> None:
    page = _made(at("cao-nguyen-xanh"), "XK-2")
    for code in ("mi-song-tien", "trai-cay-bang-tuong"):
        stranger = at(code)
        for path in (page, f"{page}/plots.geojson", f"{page}/edit"):
            assert stranger.get(path).status_code == 404
        assert "XK-2" not in stranger.get("/w/consignments").text


def test_the_data_of_a_lot(at: Callable[..., httpx.Client], demo: web.Server) -> None:
    exporter = at("cao-nguyen-xanh")
    page = exporter.get(f"/w/lots/{LOT}", params={"market": "cn"})
    assert page.status_code == 200
    assert "3 mục thiếu" in page.text
    assert "Giấy đủ điều kiện an toàn thực phẩm" in page.text
    assert "17/2021/TT-BNNPTNT" in page.text
    assert exporter.get("/w/lots", params={"item": "x y"}).status_code == 400
    assert exporter.get("/w/lots/01/09521202000182/10/NONE").status_code == 404
    assert exporter.get(f"/w/lots/{LOT}", params={"day": "soon"}).status_code == 400
    reader = demo.member(999, "read")
    answer = reader.get("/api/v1/lots/completeness", params={"item": LOT, "market": "cn"})
    states = {one["requirement"]: one["state"] for one in answer.json()["requirements"]}
    assert states["market-cn-durian/cadmium"] == "not-visible"
    assert states["circular-17-2021/sent-to"] == "not-visible"
    assert states["circular-02-2024/product-name"] == "complete"
    none = reader.get("/api/v1/lots/completeness", params={"item": f"{LOT}X"})
    assert none.status_code == 404


def test_consignments_for_systems(at: Callable[..., httpx.Client], demo: web.Server) -> None:
    found = queries.organisation_by_code(demo.store, operator(), "cao-nguyen-xanh")
    assert found is not None
    client = demo.member(found.id, "read", "capture")
    body = {
        "number": "API-1",
        "market": "cn",
        "planned": "2026-08-19",
        "lots": [{"lot": LOT, "quantity": "3600"}],
        "codes": [{"code": "VN-DLOR-9523", "kilograms": "1800"}],
        "consigneeName": "Pingxiang",
    }
    made = client.post("/api/v1/consignments", json=body)
    assert made.status_code == 201, made.text
    answer = made.json()
    assert answer["ready"] is False
    assert {one["requirement"] for one in answer["missing"]} >= {
        "market-cn-durian/cadmium",
        "market-cn-durian/phytosanitary",
    }
    declared = client.post(f"/api/v1/consignments/{answer['id']}/declaration").json()
    assert declared["state"] == "declared"
    assert [use["verdict"] for use in declared["uses"]] == ["refused"]
    assert client.post("/api/v1/consignments", json=body).status_code == 400
    wrong = {**body, "number": "API-2", "lots": [{"lot": "?", "quantity": "1"}]}
    refused = client.post("/api/v1/consignments", json=wrong)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/lots/0/lot"
    assert [one["number"] for one in client.get("/api/v1/consignments").json()].count("API-1") == 1
    assert demo.member(999, "read").get(f"/api/v1/consignments/{answer['id']}").status_code == 404


def test_a_sample_from_taking_to_release(at: Callable[..., httpx.Client], demo: web.Server) -> None:
    exporter, lab = at("cao-nguyen-xanh"), at("thu-nghiem-tay-nguyen")
    taken: dict[str, object] = {"number": "M-1", "lots": LOT, "laboratory": "thu-nghiem-tay-nguyen",
             "taken": "17/08/2026 17h30"}  # fmt: skip
    made = send(exporter, "/w/samples", taken)
    assert made.status_code == 303, made.text
    page = made.headers["location"]
    assert send(exporter, page, {"step": "sent"}).status_code == 303
    result: dict[str, object] = {"step": "result", "report": "KQ-1", "value-cadmium": "0,031",
              "unit-cadmium": "mg/kg", "absent-auramine-o": "1"}  # fmt: skip
    empty = send(lab, page, {"step": "result", "report": "KQ-1"})
    assert empty.status_code == 400
    assert send(lab, page, result).status_code == 303
    assert "0,031 mg/kg" in lab.get(page).text
    assert send(exporter, page, {"step": "released", "reason": ""}).status_code == 303
    assert at("mi-song-tien").get(page).status_code == 404
    second = send(exporter, "/w/samples", {**taken, "number": "M-2"}).headers["location"]
    reused = send(lab, second, result)
    assert reused.status_code == 409
    assert "KQ-1" in reused.text
    officer = _officer(demo, "66")
    assert "KQ-1" in officer.get("/s/overdue").text
    link = re.search(r'href="(/s/recalls/new[^"]+)"', officer.get(page).text)
    assert link is not None
    form = officer.get(link[1].replace("&amp;", "&")).text
    assert 'value="KQ-1"' in form
    assert re.search(r'value="lab"[^>]*checked', form)
    assert "(10)" in form
    assert "/s/recalls/new" not in exporter.get(page).text
    assert "KQ-1" not in _officer(demo, "33").get("/s/overdue").text


def test_the_to_do_list_and_the_desk(at: Callable[..., httpx.Client]) -> None:
    assert at("mi-song-tien").get("/w/todo").status_code == 200
    assert at("mi-song-tien").get("/s/overdue").status_code == 403
    assert at("tram-kiem-dich", "officer").get("/s/overdue").status_code == 200


def test_the_public_page_counts_what_the_law_lists(demo: web.Server) -> None:
    page = demo.client(accept="text/html").get(f"/p/{LOT}")
    assert page.status_code == 200
    assert "Dữ liệu theo luật: 19/19 mục" in page.text
    assert len(page.content) < 30_000


def test_an_officer_places_and_lifts_a_hold(
    demo: web.Server, at: Callable[..., httpx.Client]
) -> None:
    officer = _officer(demo, "66")
    order = {
        "kind": "lot",
        "subject": LOT,
        "body": "Chi cục Trồng trọt",
        "order_number": "12/QĐ",
        "reason": "nghi tồn dư",
        "until": "31/02/2027",
    }
    wrong = send(officer, "/s/holds", order)
    assert wrong.status_code == 400
    assert 'id="until-error"' in wrong.text
    assert 'value="12/QĐ"' in wrong.text
    unknown = send(officer, "/s/holds", {**order, "until": "", "subject": "LO-99"})
    assert unknown.status_code == 400
    assert 'id="subject-error"' in unknown.text
    assert send(officer, "/s/holds", {**order, "until": ""}).status_code == 303
    page = officer.get("/s/holds").text
    (number,) = re.findall(r'name="hold" value="(\w+)"', page)
    assert "nghi tồn dư" in page
    held = at("cao-nguyen-xanh").get(f"/w/lots/{LOT}").text
    assert "12/QĐ" in held
    assert "/s/holds" not in held, "only an authority is offered to hold"
    bare = send(officer, "/s/holds", {"hold": number}, "/s/holds/release")
    assert bare.status_code == 400
    assert f'id="release-{number}-error"' in bare.text
    words = {"hold": number, f"release-{number}": "đã kiểm tra"}
    assert send(officer, "/s/holds", words, "/s/holds/release").status_code == 303
    assert "đã kiểm tra" in officer.get("/s/holds").text
    assert "12/QĐ" not in at("cao-nguyen-xanh").get(f"/w/lots/{LOT}").text
    assert at("cao-nguyen-xanh").get("/s/holds").status_code == 403


def test_the_packing_house_is_named_by_its_code(at: Callable[..., httpx.Client]) -> None:
    exporter = at("cao-nguyen-xanh")
    offered = exporter.get("/w/consignments/new").text
    assert '<option value="VN-DLPH-9521">' in offered
    wrong = send(
        exporter, "/w/consignments/new", {**FORM, "number": "XK-PH", "packing": "VN-DLPH-0000"}
    )
    assert wrong.status_code == 400
    assert 'id="packing-error"' in wrong.text
    for number, packing in (("XK-PH1", "VN-DLPH-9521"), ("XK-PH2", "9521101000016")):
        place = _made(exporter, number, packing=packing)
        page = exporter.get(place).text
        assert f"{place}?print" in page
        printed = exporter.get(f"{place}?print").text
        assert "<button" not in printed.partition("<main")[2].partition("</main>")[0]
        for one in (page, printed):
            assert {"VN-DLPH-9521": "Krông Pắc", "9521101000016": "Tân Hưng"}[packing] in one
        assert "chưa có" in printed, "papers that are not there yet are listed"
        assert packing in exporter.get(f"{place}/edit").text


def test_a_receipt_that_is_owed_leads_to_its_form(at: Callable[..., httpx.Client]) -> None:
    factory = at("thuy-san-nam-can")
    found: list[str] = []
    end = time.monotonic() + 200
    while not found and time.monotonic() < end:
        found = re.findall(
            r'href="(/w/receive\?item=[^"]+T-A1-260720)"', factory.get("/w/todo").text
        )
        time.sleep(0.2)
    form = factory.get(found[0]).text
    assert re.search(r'id="lot-1"[^>]* value="T-A1-260720"', form)
    assert re.search(r'id="code"[^>]* value="01/\d+/10/T-A1-260720"', form)


def test_records_that_were_not_judged_are_told_of(
    at: Callable[..., httpx.Client], demo: web.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter = at("cao-nguyen-xanh")
    page = _made(exporter, "XK-7")
    api = f"/api/v1/consignments/{page.rpartition('/')[2]}"
    found = queries.organisation_by_code(demo.store, operator(), "cao-nguyen-xanh")
    assert found is not None
    program = demo.member(found.id, "read")
    assert 'id="partial"' not in exporter.get(page).text
    assert program.get(api).json()["truncated"] is False
    file = exporter.get(f"{page}/plots.geojson").headers["content-disposition"]
    assert 'filename="plots-' in file
    monkeypatch.setattr(gather, "MOST_RECORDS", 2)
    assert "mỗi lô chỉ xét" in exporter.get(page).text
    assert program.get(api).json()["truncated"] is True
    file = exporter.get(f"{page}/plots.geojson").headers["content-disposition"]
    assert 'filename="incomplete-plots-' in file
    lot = program.get("/api/v1/lots/completeness", params={"item": LOT, "market": "cn"})
    assert lot.json()["truncated"] is True
