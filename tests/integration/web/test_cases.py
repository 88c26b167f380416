# SPDX-License-Identifier: Apache-2.0
"""Reports and cases over HTTP: from the passport to the decision, and what nobody gets to do."""

import re
from collections.abc import Callable, Mapping
from io import BytesIO

import httpx
import pytest
from PIL import Image
from sqlalchemy import func, select

from nguon.base.audience import Mandate
from nguon.identity import mandates
from nguon.identity.visibility import PUBLIC
from nguon.registry import queries, service
from nguon.registry.model import Register
from nguon.settings import Settings
from nguon.store.disputes_tables import dispute_case, dispute_report
from tests.accounts import send, session_of, signed_in, somebody, token_on, with_session
from tests.integration.web.conftest import Server

ORGANISATIONS = """mã,loại,tên,địa chỉ,mã xã
htx,hợp tác xã,HTX Bờ Sông,Thôn 3,24502
la,doanh nghiệp,Công ty Lạ,Thôn 9,24502
cc,cơ quan,Chi cục,Phố 1,24490
"""
PRODUCT = "GTIN,tên,nhà sản xuất\n09521101000016,Sầu riêng,htx\n"
PASSPORT = "/p/01/09521101000016"
FORM = f"{PASSPORT}/report"
WORDS = "Nhãn ghi khác trang này, mua ở chợ Hôm."
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
EVERYWHERE = Mandate()


def _ids(server: Server) -> dict[str, int]:
    for register, table in ((Register.ORGANISATION, ORGANISATIONS), (Register.PRODUCT, PRODUCT)):
        report = service.import_csv(server.store, register, table)
        assert report.done, report.faults
    found = queries.list_organisations(server.store, PUBLIC, limit=50)
    return {one.code: one.id for one in found}


@pytest.fixture
def ids(server: Server) -> dict[str, int]:
    return _ids(server)


@pytest.fixture
def small(start: Callable[..., Server], on_sqlite: Settings) -> Server:
    """For what does not depend on the database."""
    return start(on_sqlite)


def _visitor(server: Server) -> httpx.Client:
    return server.client(accept="text/html", origin=server.base_url)


def _officer(server: Server, office: int, mandate: Mandate = EVERYWHERE) -> httpx.Client:
    person = somebody(server.store, "officer", office)
    subject = mandates.member_subject(person, office)
    mandates.grant(server.store, subject, mandate, by="test", reason="test")
    return with_session(server.client(), session_of(server.store, person))


def _report(client: httpx.Client, **fields: object) -> httpx.Response:
    return send(client, FORM, {"kind": "label", "words": WORDS, **fields})


def _rows(server: Server) -> tuple[int, int]:
    with server.store.reading() as connection:
        cases, reports = (
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (dispute_case, dispute_report)
        )
    return cases, reports


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found is not None
    return found[1]


def _take(client: httpx.Client, page: str, step: str, **fields: object) -> httpx.Response:
    named: Mapping[str, object] = {f"{name}-{step}": value for name, value in fields.items()}
    return send(client, page, {"step": step, "seen": _seen(client.get(page).text), **named})


def test_from_a_phone_to_the_decision(server: Server, ids: dict[str, int]) -> None:
    visitor, party = (
        _visitor(server),
        signed_in(server.client(), server.store, "manager", ids["htx"]),
    )
    officer = _officer(server, ids["cc"])
    assert f'href="{FORM}"' in visitor.get(PASSPORT).text
    sent = _report(visitor, contact="0912 987 777")
    assert sent.status_code == 303
    following = sent.headers["location"]
    assert re.fullmatch("/case/[A-Za-z0-9_-]{24}", following)
    answer = visitor.get(following)
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == (
        "no-store",
        "no-referrer",
    )
    assert "Cơ quan phụ trách chưa xem" in answer.text
    assert WORDS not in answer.text
    assert "Đang kiểm tra" not in visitor.get(PASSPORT).text
    assert "Nhãn không khớp" not in party.get("/w/cases").text
    [case] = set(re.findall(r"/s/cases/([0-9a-f]{16})", officer.get("/s/cases").text))
    desk, work = f"/s/cases/{case}", f"/w/cases/{case}"
    assert WORDS in officer.get(desk).text
    assert party.get(work).status_code == 404
    assert _take(officer, desk, "open").status_code == 303
    assert 'id="verdict">Đang kiểm tra' in visitor.get(PASSPORT).text
    assert _take(officer, desk, "ask", words="Ngày trên nhãn là ngày nào?").status_code == 303
    page = party.get(work).text
    assert "Ngày trên nhãn là ngày nào?" in page
    for hidden in (WORDS, "chợ Hôm", "0912 987 777"):
        assert hidden not in page
    refused = _take(party, work, "answer", words="ngắn")
    assert (refused.status_code, 'href="#words-answer"' in refused.text) == (400, True)
    assert _take(party, work, "answer", words="Nhãn in sai, đã sửa.").status_code == 303
    decided = _take(officer, desk, "decide", outcome="upheld", words="Nhãn in sai ngày.")
    assert decided.status_code == 303
    passport = visitor.get(PASSPORT).text
    assert "Có mâu thuẫn, đã có kết luận" in passport
    assert "phản ánh đúng" in passport
    assert "Nhãn in sai ngày." in visitor.get(following).text
    assert "Nhãn in sai ngày." not in passport


def test_others_do_not_learn_of_a_case(server: Server, ids: dict[str, int]) -> None:
    _report(_visitor(server))
    officer = _officer(server, ids["cc"])
    [case] = set(re.findall(r"/s/cases/([0-9a-f]{16})", officer.get("/s/cases").text))
    _take(officer, f"/s/cases/{case}", "open")
    stranger = signed_in(server.client(), server.store, "manager", ids["la"])
    elsewhere = _officer(server, ids["cc"], Mandate(frozenset({"01"})))
    key = server.member(ids["la"], "read", "capture", "registry")
    assert stranger.get(f"/w/cases/{case}").status_code == 404
    assert elsewhere.get(f"/s/cases/{case}").status_code == 404
    assert key.get(f"/api/v1/cases/{case}").status_code == 404
    steps = key.post(
        f"/api/v1/cases/{case}/steps", json={"step": "open", "seen": 2, "words": WORDS}
    )
    assert steps.status_code == 404
    assert "Nhãn không khớp" not in stranger.get("/w/cases").text
    assert case not in elsewhere.get("/s/cases").text
    listed = key.get("/api/v1/cases").json()
    assert listed == {"in_charge": [], "about_us": [], "reported": []}
    clerk = signed_in(server.client(), server.store, "clerk", ids["htx"])
    token = token_on(clerk.get(f"/w/cases/{case}").text)
    answer = clerk.post(f"/w/cases/{case}", data={"_token": token, "step": "answer", "seen": "2"})
    assert answer.status_code == 403


def test_what_is_written_stays_text(small: Server) -> None:
    ids = _ids(small)
    visitor, officer = _visitor(small), _officer(small, ids["cc"])
    following = _report(visitor, words=EVIL, contact=EVIL, kind=EVIL).headers["location"]
    [case] = set(re.findall(r"/s/cases/([0-9a-f]{16})", officer.get("/s/cases").text))
    for page in (officer.get(f"/s/cases/{case}").text, visitor.get(following).text):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    short = _report(visitor, words='"><b>', contact=EVIL)
    assert short.status_code == 400
    assert "<script>alert" not in short.text
    assert "&lt;script&gt;alert(1)" in short.text


def test_floods_traps_and_other_sites(server: Server, ids: dict[str, int]) -> None:
    visitor = _visitor(server)
    assert _report(visitor, website="http://spam.example").status_code == 429
    assert _rows(server) == (0, 0)
    assert [_report(visitor).status_code for _ in range(4)] == [303, 303, 429, 429]
    assert _rows(server) == (1, 2)
    fields = {"kind": "label", "words": WORDS, "_token": token_on(visitor.get(FORM).text)}
    bare = server.client(accept="text/html", origin="https://evil.example")
    assert bare.post(FORM, data=fields).status_code == 403
    no_token = server.client(accept="text/html", origin=server.base_url)
    assert no_token.post(FORM, data={"kind": "label", "words": WORDS}).status_code == 403
    huge = _visitor(server)
    token = token_on(huge.get(FORM).text)
    large = huge.post(FORM, data={"_token": token, "words": "x" * (18 * 1024 * 1024)})
    assert large.status_code == 400
    assert _rows(server) == (1, 2)


def test_a_photograph_is_kept_without_its_place(small: Server) -> None:
    ids = _ids(small)
    picture, written = Image.new("RGB", (40, 20), "red"), BytesIO()
    exif = picture.getexif()
    exif[0x010E], exif[0x8825] = "at my home", {1: "N", 2: (21.0, 1.0, 2.0)}
    picture.save(written, "JPEG", exif=exif)
    visitor, officer = _visitor(small), _officer(small, ids["cc"])
    token = token_on(visitor.get(FORM).text)
    fields = {"_token": token, "kind": "label", "words": WORDS}
    wrong = visitor.post(FORM, data=fields, files={"photo": ("x.jpg", b"GIF89a", "image/jpeg")})
    assert (wrong.status_code, 'href="#photo"' in wrong.text) == (400, True)
    hidden = written.getvalue() + b"PK\x03\x04 hidden"
    sent = visitor.post(FORM, data=fields, files={"photo": ("x.jpg", hidden, "image/jpeg")})
    assert sent.status_code == 303
    [case] = set(re.findall(r"/s/cases/([0-9a-f]{16})", officer.get("/s/cases").text))
    [file] = re.findall(r"/w/cases/files/[0-9a-f]{16}", officer.get(f"/s/cases/{case}").text)
    kept = officer.get(file)
    assert kept.headers["content-disposition"].startswith("attachment")
    assert kept.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert Image.open(BytesIO(kept.content)).getexif() == {}
    assert b"at my home" not in kept.content
    assert b"hidden" not in kept.content
    assert (
        signed_in(small.client(), small.store, "manager", ids["htx"]).get(file).status_code == 404
    )


def test_following_taking_back_and_forgetting(small: Server) -> None:
    _ids(small)
    visitor = _visitor(small)
    page = _report(visitor, contact="0912 987 777").headers["location"]
    assert send(visitor, page, {"do": "forget"}).status_code == 303
    assert "Xóa cách liên hệ" not in visitor.get(page).text
    assert send(visitor, page, {"do": "withdraw"}).headers["location"] == page
    assert "Bạn đã rút phản ánh này" in visitor.get(page).text
    assert visitor.get(f"/case/{'x' * 24}").status_code == 404


def test_a_lot_called_report_keeps_its_page(small: Server) -> None:
    _ids(small)
    client = _visitor(small)
    lot = f"{PASSPORT}/10/report"
    assert "Báo vấn đề" in client.get(f"{lot}/report").text
    assert '<textarea id="words"' not in client.get(lot).text
    assert client.post(lot, data={}).status_code == 404
    assert client.get("/p/01/123/report").status_code == 400


def test_a_partner_and_an_officer_by_program(server: Server, ids: dict[str, int]) -> None:
    partner = server.member(ids["la"], "read", "capture")
    asked = {"subject": "htx", "kind": "certificate", "words": WORDS}
    case = partner.post("/api/v1/cases", json=asked).json()
    assert (case["subject_kind"], case["party"], case["state"]) == ("party", ids["htx"], "reported")
    nothing = partner.post("/api/v1/cases", json={**asked, "subject": "không-có"})
    assert (nothing.status_code, nothing.json()["code"]) == (404, "disputes.unknown-party")
    reader = server.member(ids["la"], "read")
    assert reader.post("/api/v1/cases", json=asked).status_code == 403
    officer = server.member(ids["cc"], "read", "supervise", kind="inspector")
    path = f"/api/v1/cases/{case['id']}"
    [charged] = officer.get("/api/v1/cases").json()["in_charge"]
    step = {"step": "open", "seen": charged["seen"]}
    assert officer.post(f"{path}/steps", json=step).json()["state"] == "open"
    again = officer.post(f"{path}/steps", json=step)
    assert (again.status_code, again.json()["code"]) == (409, "disputes.not-now")
    seen = partner.get(path).json()
    assert (seen["sides"], seen["reports"]) == (["reporter"], [])
