# SPDX-License-Identifier: Apache-2.0
"""Enrolling on a phone, 360 px wide: by login, by certificate, by two officers; and households."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from nguon.parties.enrolment import queries
from nguon.registry.model import OrganisationKind
from nguon.registry.service import ensure_organisation
from tests import pki_made
from tests.accounts import proved_session_of, somebody
from tests.browser.test_code_use import calm
from tests.integration.parties.enrolled import NAME, PDF, cms
from tests.integration.web.conftest import Server, sqlite_settings, stop, up
from tests.pki_made import OTHER_TAX_CODE, TAX_CODE
from tests.providers import configured, real_provider

pytestmark = pytest.mark.browser
LOGIN_CODE, PAPER_CODE = "0314409058", OTHER_TAX_CODE
REGISTER = "code,name,kind,address,representative_name,state\n" + "".join(
    f'{code},{NAME},enterprise,"Thôn 5, xã Krông Pắc",Trần Văn Mẫu,active\n'
    for code in (TAX_CODE, LOGIN_CODE, PAPER_CODE)
)
NUMBER = "001085129983"
SHEET = (
    "Họ và tên,CCCD,Điện thoại,Thửa,Đồng ý cho,Cách đồng ý,Ngày đồng ý\n"
    f"Nguyễn Thị Lan,{NUMBER},0912 345 678,A-12,sổ đăng ký,{{means}},05/06/2026\n"
)
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Server]:
    """A server with a register, an authority and a provider, and no goods."""
    folder = tmp_path_factory.mktemp("enrolment")
    (folder / "roots").mkdir()
    pki = pki_made.made()
    (folder / "roots" / "root.pem").write_bytes(pki.roots_pem)
    for number, octets in enumerate(pki.crls()):
        (folder / "roots" / f"{number}.crl").write_bytes(octets)
    (folder / "businesses.csv").write_text(REGISTER, "utf-8")
    with real_provider(enterprise_code=LOGIN_CODE, loa="2") as issuer:
        settings = replace(
            sqlite_settings(folder, sqlite_template),
            oidc=configured(folder, gate=issuer),
            business_register=f"file:{folder / 'businesses.csv'}",
            ca_roots=folder / "roots",
        )
        running = up(settings)
        yield running[2]
        stop(*running)


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Opener]:
    """``phone(role, organisation)``: a page of somebody who has just signed in."""
    contexts: list[BrowserContext] = []

    def opening(role: str, organisation: int, *, width: int = 360, **taste: Any) -> Page:
        given = {"java_script_enabled": True, "bypass_csp": True, **taste}
        context = browser.new_context(
            viewport={"width": width, "height": 740}, locale="vi-VN", **given
        )
        contexts.append(context)
        person = somebody(server.store, role, organisation)
        token = proved_session_of(server.store, person)
        context.add_cookies([{"name": "session", "value": token, "url": server.base_url}])
        return context.new_page()

    yield opening
    for context in contexts:
        context.close()


def company(server: Server, code: str, kind: str = "enterprise") -> int:
    return ensure_organisation(server.store, code, OrganisationKind(kind), NAME)


def look(page: Page, name: str) -> None:
    """Nothing is wrong with the page; a picture of it where one is asked for."""
    folder = os.environ.get("NGUON_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/enrolment-{name}.png", full_page=True)
    calm(page)


def test_by_login(server: Server, phone: Opener) -> None:
    page = phone("manager", company(server, "dang-nhap"))
    page.goto(f"{server.base_url}/enrol")
    look(page, "public")
    page.get_by_role("link", name="Bắt đầu định danh").click()
    assert "Chưa định danh" in page.inner_text("main")
    look(page, "start")
    page.get_by_role("link", name="Đăng nhập bằng").click()
    page.locator("input[name=sub]").fill("lan")
    page.locator("button, input[type=submit]").first.click()
    page.wait_for_url("**/w/enrolment/login*")
    assert LOGIN_CODE in page.inner_text("main")
    look(page, "login")
    page.get_by_role("button", name="Định danh tổ chức bằng tài khoản này").click()
    assert "Đang có hiệu lực" in page.inner_text("main")
    page.goto(f"{server.base_url}/w/enrolment")
    assert "đang hoạt động" in page.inner_text("main")
    look(page, "enrolled")


def test_by_certificate_without_javascript(server: Server, phone: Opener, tmp_path: Path) -> None:
    number = company(server, "chung-thu")
    page = phone("manager", number, java_script_enabled=False, accept_downloads=True)
    page.goto(f"{server.base_url}/w/enrolment")
    page.locator("summary", has_text="Ký bằng chứng thư số").click()
    way = page.locator("#certificate")
    way.get_by_label("Mã số doanh nghiệp").fill("12")
    way.get_by_role("button", name="Nhận bản khai").click()
    assert page.locator("#faults").is_visible()
    assert page.locator("#certificate").get_by_label("Mã số doanh nghiệp").input_value() == "12"
    page.locator("#certificate").get_by_label("Mã số doanh nghiệp").fill(TAX_CODE)
    page.locator("#certificate").get_by_role("button", name="Nhận bản khai").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải bản khai").click()
    [begun] = queries.of(server.store, number)
    assert waiting.value.path().read_bytes() == begun.statement
    pki = pki_made.made()
    for one, words in ((pki.revoked, "thu hồi"), (pki.good, "Đang có hiệu lực")):
        file = tmp_path / "signed.p7m"
        file.write_bytes(cms(begun, one))
        page.get_by_label("Tệp đã ký").set_input_files(file)
        page.get_by_role("button", name="Gửi").click()
        assert words in page.inner_text("main")
    assert queries.of(server.store, number)[0].state == "active"


def test_the_statement_on_a_phone(server: Server, phone: Opener) -> None:
    page = phone("manager", company(server, "chung-thu-2"))
    page.goto(f"{server.base_url}/w/enrolment")
    page.locator("summary", has_text="Nộp giấy tờ").click()
    page.locator("summary", has_text="Ký bằng chứng thư số").click()
    look(page, "ways")
    page.locator("#certificate").get_by_label("Mã số doanh nghiệp").fill(PAPER_CODE)
    page.locator("#certificate").get_by_role("button", name="Nhận bản khai").click()
    look(page, "statement")


def test_by_two_officers(server: Server, phone: Opener, tmp_path: Path) -> None:
    page = phone("manager", company(server, "giay-to"))
    paper = tmp_path / "giay-phep.pdf"
    paper.write_bytes(PDF)
    page.goto(f"{server.base_url}/w/enrolment")
    page.locator("summary", has_text="Nộp giấy tờ").click()
    way = page.locator("#officers")
    way.get_by_label("Mã số doanh nghiệp").fill(PAPER_CODE)
    way.get_by_label("Giấy tờ 1").set_input_files(paper)
    way.get_by_role("button", name="Nộp").click()
    assert "Chờ cán bộ xem" in page.inner_text("main")
    look(page, "waiting")
    office = company(server, "co-quan", "authority")
    first = phone("operator", office)
    first.goto(f"{server.base_url}/s/enrolments")
    look(first, "queue")
    first.get_by_role("link", name=NAME, exact=True).click()
    assert "giống 100 %" in first.inner_text("main")
    look(first, "case")
    first.get_by_role("button", name="Đề xuất").click()
    assert "Người đề xuất không được tự xác nhận" in first.inner_text("main")
    look(first, "proposed")
    second = phone("operator", office, width=1280)
    second.goto(first.url)
    look(second, "second-1280")
    second.get_by_role("button", name="Xác nhận").click()
    assert "Đang có hiệu lực" in second.inner_text("main")
    page.reload()
    assert "Đang có hiệu lực" in page.inner_text("main")


def test_a_cooperatives_sheet(server: Server, phone: Opener, tmp_path: Path) -> None:
    page = phone("manager", company(server, "htx", "cooperative"))
    page.goto(f"{server.base_url}/w/enrolment")
    page.get_by_role("link", name="Bảng hộ thành viên").click()
    look(page, "households")
    sheet = tmp_path / "ho.csv"
    for means in ("im lặng", "giấy"):
        sheet.write_text(SHEET.format(means=means), "utf-8")
        page.get_by_label("Bảng hộ").set_input_files(sheet)
        page.get_by_role("button", name="Xem trước").click()
        if means == "im lặng":
            assert "Dòng 2, Cách đồng ý" in page.inner_text("#faults")
            look(page, "households-faults")
    assert "Đọc được 1 hộ" in page.inner_text("main")
    assert NUMBER[-4:] not in page.inner_text("main")
    look(page, "households-look")
    page.get_by_label("Giấy tờ cho thấy").fill("Biên bản họp 05/06/2026")
    page.get_by_role("button", name="Ghi 1 hộ").click()
    assert "Đã ghi" in page.inner_text("main")
    page.goto(f"{server.base_url}/w/enrolment/households")
    assert "Nguyễn Thị Lan" in page.inner_text("main")
