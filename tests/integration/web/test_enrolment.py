# SPDX-License-Identifier: Apache-2.0
"""Enrolling over HTTP: pages and programs, officers with a fresh proof, a cooperative's sheet."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from nguon.identity.oidc import handing
from nguon.identity.oidc.model import Identified, Purpose
from nguon.parties.enrolment import follower, queries
from nguon.parties.enrolment.numbers import NumberKey
from nguon.registry.documents import Folder
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation
from nguon.web import sessions as cookies
from tests.accounts import proved_session_of, send, session_of, somebody, token_on, with_session
from tests.integration.parties.enrolled import NAME, PDF, World, cms, manager, world
from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.pki_made import TAX_CODE

PAGE, DESK, SHEET = "/w/enrolment", "/s/enrolments", "/w/enrolment/households"
NUMBER = "001085129983"
HEAD = "Họ và tên,CCCD,Điện thoại,Thửa,Đồng ý cho,Cách đồng ý,Ngày đồng ý\n"
ROW = f"Nguyễn Thị Lan,{NUMBER},0912 345 678,A-12,sổ đăng ký,giấy,05/06/2026\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Server]:
    running = up(sqlite_settings(tmp_path_factory.mktemp("enrolment"), sqlite_template))
    yield running[2]
    stop(*running)


_numbers = iter(range(1, 1000))


@pytest.fixture
def place(server: Server, tmp_path: Path) -> World:
    """A new company each time, the only one under its code."""
    made = world(server.store, tmp_path)
    code = f"cong-ty-{next(_numbers)}"
    made.organisation = ensure_organisation(server.store, code, OrganisationKind.ENTERPRISE, NAME)
    made.company = manager(made.organisation)
    documents = server.services.documents

    numbers = NumberKey(documents.parent / "enrolment.key")
    made.office(documents=Folder(documents), numbers=numbers)
    with server.store.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM enrolment")
        connection.exec_driver_sql("DELETE FROM register_answer")
    return made


def browser(server: Server, role: str, organisation: int, *, fresh: bool = False) -> httpx.Client:
    person = somebody(server.store, role, organisation)
    token = (proved_session_of if fresh else session_of)(server.store, person)
    return with_session(server.client(), token)


def upload(
    client: httpx.Client,
    page: str,
    fields: dict[str, str],
    files: dict[str, tuple[str, bytes]],
    action: str,
) -> httpx.Response:
    token = token_on(client.get(page).text)
    return client.post(action, data={"_token": token, **fields}, files=files)


def test_the_public_page_says_what_is_needed(server: Server) -> None:
    for language, words in (("vi", "Định danh tổ chức"), ("en", "Enrol your organisation")):
        page = server.client(accept="text/html").get(
            "/enrol", headers={"accept-language": language}
        )
        assert page.status_code == 200
        assert words in page.text
        assert 'href="/w/enrolment"' in page.text


def test_by_certificate_on_pages(server: Server, place: World) -> None:
    client = browser(server, "manager", place.organisation)
    assert "Chưa định danh" in client.get(PAGE).text
    begun = send(client, PAGE, {"code": "01.002.33488"}, f"{PAGE}/certificate")
    assert begun.status_code == 303
    one = begun.headers["location"]
    found = queries.find(server.store, one.rpartition("/")[2])
    page = client.get(one)
    assert found.statement is not None
    assert f"nguon sign statement nguon-enrolment-{found.id}.json" in page.text
    sent = client.get(f"{one}/statement")
    assert sent.content == found.statement
    assert "attachment" in sent.headers["content-disposition"]
    signed = {"signed": ("s.p7m", cms(found, place.pki.wrong_subject))}
    wrong = upload(client, one, {}, signed, f"{one}/answer")
    assert wrong.status_code == 400
    assert TAX_CODE in wrong.text
    signed = {"signed": ("s.p7m", cms(found, place.pki.good))}
    done = upload(client, one, {}, signed, f"{one}/answer")
    assert (done.status_code, done.headers["location"]) == (303, one)
    page = client.get(PAGE)
    assert "Đã định danh" in page.text
    assert "Đang có hiệu lực" in page.text
    assert 'href="/w/keys"' in client.get(one).text


def test_a_typed_code_comes_back_with_what_is_wrong(server: Server, place: World) -> None:
    client = browser(server, "manager", place.organisation)
    for code, words in (("12", "10 chữ số"), (NUMBER, "cá nhân")):
        answer = send(client, PAGE, {"code": code}, f"{PAGE}/certificate")
        assert answer.status_code == 400
        assert words in answer.text
        assert 'aria-invalid="true"' in answer.text
    assert queries.of(server.store, place.organisation) == []


def test_by_two_officers_on_pages(server: Server, place: World) -> None:
    client = browser(server, "manager", place.organisation)
    nothing = upload(client, PAGE, {"papers-code": TAX_CODE}, {}, f"{PAGE}/papers")
    assert nothing.status_code in {400, 415}
    files = {"paper-1": ("giay.pdf", PDF), "paper-2": ("anh.png", b"\x89PNG\r\n\x1a\nx")}
    asked = upload(client, PAGE, {"papers-code": TAX_CODE}, files, f"{PAGE}/papers")
    assert asked.status_code == 303
    number = asked.headers["location"].rpartition("/")[2]
    stale = browser(server, "operator", 900)
    assert NAME in stale.get(DESK).text
    assert "/account/confirm" in stale.get(f"{DESK}/{number}").headers["location"]
    first = browser(server, "operator", 900, fresh=True)
    page = first.get(f"{DESK}/{number}")
    assert "100 %" in page.text
    assert "giay.pdf" in page.text
    one = send(first, f"{DESK}/{number}", {"note": "đủ"}, f"{DESK}/{number}/confirm")
    assert one.status_code == 303
    page = first.get(f"{DESK}/{number}")
    assert "Người đề xuất không được tự xác nhận" in page.text
    again = send(first, f"{DESK}/{number}", {}, f"{DESK}/{number}/confirm")
    assert again.status_code == 400
    second = browser(server, "operator", 900, fresh=True)
    two = send(second, f"{DESK}/{number}", {}, f"{DESK}/{number}/confirm")
    assert two.status_code == 303
    assert "Đã định danh" in client.get(PAGE).text
    assert NAME not in second.get(DESK).text


def test_refused_on_pages(server: Server, place: World) -> None:
    asked = place.lay_before()
    officer = browser(server, "operator", 900, fresh=True)
    page = f"{DESK}/{asked.id}"
    wrong = send(officer, page, {"reason": "other"}, f"{page}/refuse")
    assert wrong.status_code == 400
    assert place.state(asked) == "waiting"
    done = send(officer, page, {"reason": "papers", "words": "ảnh mờ"}, f"{page}/refuse")
    assert done.status_code == 303
    client = browser(server, "manager", place.organisation)
    told = client.get(f"{PAGE}/{asked.id}").text
    assert "ảnh mờ" in told
    assert "Có thể làm lại" in told


def test_by_login_on_pages(server: Server, place: World) -> None:
    person = somebody(server.store, "manager", place.organisation)
    token = session_of(server.store, person)
    client = with_session(server.client(), token)
    assert "quá hạn" in client.get(f"{PAGE}/login").text
    found = Identified("https://id.example", "hash", "A", TAX_CODE, {"acr": "2"}, "vneid")
    handed = handing.give(server.store, Purpose.ENROL, token, found)
    client.headers["cookie"] = f"session={token}; {cookies.IDENTIFIED}={handed}"
    page = client.get(f"{PAGE}/login")
    assert TAX_CODE in page.text
    assert "hash" not in page.text
    done = send(client, f"{PAGE}/login", {}, f"{PAGE}/login")
    assert done.status_code == 303
    assert place.entity().way == "oidc"
    client.headers["cookie"] = f"session={token}"
    late = send(client, PAGE, {}, f"{PAGE}/login")
    assert late.status_code == 400


def test_a_dissolved_entity_is_told_so(server: Server, place: World) -> None:
    begun = place.begin()
    place.answer(begun, cms(begun, place.pki.good))
    place.register.say(TAX_CODE, "dissolved", since="2026-06-01")

    follower.check(server.store, place.organisation, TAX_CODE, datetime.now(UTC))
    client = browser(server, "manager", place.organisation)
    page = client.get(PAGE).text
    assert "đã chấm dứt hoạt động từ 2026-06-01" in page
    program = server.member(place.organisation, "read")
    told = program.get("/api/v1/enrolments/entity").json()
    assert (told["register_state"], told["may_sign"]) == ("dissolved", False)


def test_for_programs(server: Server, place: World) -> None:
    program = server.member(place.organisation, "read", "registry")
    begun = program.post("/api/v1/enrolments", json={"enterprise_code": TAX_CODE})
    assert begun.status_code == 201
    one = begun.json()
    assert one["state"] == "open"
    found = queries.find(server.store, one["id"])
    assert one["statement"].encode() == found.statement
    bad = program.post(f"/api/v1/enrolments/{one['id']}/answer", content=b"x")
    assert bad.status_code in {400, 422}
    assert bad.json()["code"] == "signing.cms-form"
    octets = cms(found, place.pki.good)
    done = program.post(f"/api/v1/enrolments/{one['id']}/answer", content=octets)
    assert (done.status_code, done.json()["state"]) == (200, "active")
    again = program.post(f"/api/v1/enrolments/{one['id']}/answer", content=octets)
    assert (again.status_code, again.json()["code"]) == (409, "enrolment.answered")
    listed = program.get("/api/v1/enrolments").json()
    assert [step["state"] for step in listed[0]["steps"]] == ["open", "active"]
    entity = program.get("/api/v1/enrolments/entity").json()
    assert (entity["way"], entity["may_sign"]) == ("certificate", True)
    stranger = server.member(777, "read", "registry")
    assert stranger.get(f"/api/v1/enrolments/{one['id']}").status_code == 404
    assert stranger.get("/api/v1/enrolments").json() == []


def test_a_silent_register_is_no_error_of_ours(server: Server, place: World) -> None:
    place.register.silent = True
    program = server.member(place.organisation, "read", "registry")
    answer = program.post("/api/v1/enrolments", json={"enterprise_code": TAX_CODE})
    assert (answer.status_code, answer.json()["code"]) == (503, "register.unreachable")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"enterprise_code": 7}', b'{"enterprise_code": "x", "prefixes": 1}']
)
def test_bad_input_is_refused(server: Server, place: World, body: bytes) -> None:
    program = server.member(place.organisation, "registry")
    answer = program.post(
        "/api/v1/enrolments", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400


def _cooperative(server: Server) -> httpx.Client:
    kind = OrganisationKind.COOPERATIVE
    number = ensure_organisation(server.store, f"htx-{next(_numbers)}", kind, "HTX Lan")
    return browser(server, "manager", number)


def test_a_sheet_of_households(
    server: Server, place: World, caplog: pytest.LogCaptureFixture
) -> None:
    client = _cooperative(server)
    pages = [client.get(SHEET)]
    wrong = {"sheet": (f"{NUMBER}.csv", (HEAD + ROW.replace("giấy", "?")).encode())}
    pages.append(upload(client, SHEET, {}, wrong, SHEET))
    assert pages[-1].status_code == 400
    assert "Dòng 2, Cách đồng ý" in re.sub(r"<[^>]+>", "", pages[-1].text)
    sheet = {"sheet": (f"{NUMBER}.csv", (HEAD + ROW).encode())}
    sent = upload(client, SHEET, {}, sheet, SHEET)
    assert sent.status_code == 303
    look = sent.headers["location"]
    assert NUMBER not in look
    pages.append(client.get(look))
    assert "Nguyễn Thị Lan" in pages[-1].text
    assert "đã nhận, không hiện" in pages[-1].text
    waiting = b"".join(f.read_bytes() for f in server.services.uploads.iterdir() if f.is_file())
    assert NUMBER.encode() not in waiting
    pages.append(send(client, look, {"evidence": " "}, f"{look}/confirm"))
    assert pages[-1].status_code == 400
    done = send(client, look, {"evidence": "Biên bản 5/6"}, f"{look}/confirm")
    assert done.status_code == 303
    pages.append(client.get(look))
    assert "Đã ghi" in pages[-1].text
    pages.append(client.get(SHEET))
    assert "Nguyễn Thị Lan" in pages[-1].text
    # Pressed twice: nothing more happens.
    token = token_on(client.get(SHEET).text)
    twice = client.post(f"{look}/confirm", data={"_token": token, "evidence": "x"})
    assert twice.status_code == 303
    for page in pages:
        assert NUMBER not in page.text
        assert NUMBER[-4:] not in re.sub(r'value="[^"]*"', "", page.text)
    assert NUMBER not in caplog.text


def test_a_sheet_can_be_dropped_and_is_nobody_elses(server: Server, place: World) -> None:
    client = _cooperative(server)
    sheet = {"sheet": ("a.csv", (HEAD + ROW).encode())}
    look = upload(client, SHEET, {}, sheet, SHEET).headers["location"]
    other = _cooperative(server)
    assert other.get(look).status_code == 404
    token = token_on(client.get(look).text)
    dropped = client.post(f"{look}/drop", data={"_token": token})
    assert (dropped.status_code, dropped.headers["location"]) == (303, SHEET)
    assert client.get(look).status_code == 404


def test_templates_of_the_sheet(server: Server, place: World) -> None:
    client = _cooperative(server)
    for name, begin in (("households.xlsx", b"PK"), ("households.csv", b"\xef\xbb\xbf")):
        answer = client.get(f"{SHEET}/template/{name}")
        assert answer.status_code == 200
        assert answer.content.startswith(begin)
    assert client.get(f"{SHEET}/template/other.txt").status_code == 404


def test_a_company_has_no_households(server: Server, place: World) -> None:
    client = browser(server, "manager", place.organisation)
    assert client.get(SHEET).status_code == 403
    sheet = {"sheet": ("a.csv", (HEAD + ROW).encode())}
    token = token_on(client.get(PAGE).text)
    answer = client.post(SHEET, data={"_token": token}, files=sheet)
    assert answer.status_code == 403


def test_clerks_and_strangers_stay_out(server: Server, place: World) -> None:
    clerk = browser(server, "clerk", place.organisation)
    assert "<form" not in clerk.get(PAGE).text.partition("<main")[2].partition("</main>")[0]
    assert clerk.get(SHEET).status_code == 403
    begun = place.begin()
    stranger = browser(server, "manager", 777)
    for end in ("", "/statement"):
        assert stranger.get(f"{PAGE}/{begun.id}{end}").status_code == 404
    member = browser(server, "manager", place.organisation, fresh=True)
    assert member.get(f"{DESK}/{begun.id}").status_code == 403


def test_a_form_from_elsewhere_is_refused(server: Server, place: World) -> None:
    client = browser(server, "manager", place.organisation)
    for headers in ({"origin": "https://evil.example"}, {}):
        answer = client.post(f"{PAGE}/certificate", data={"code": TAX_CODE}, headers=headers)
        assert answer.status_code == 403
    assert queries.of(server.store, place.organisation) == []
