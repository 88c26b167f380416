# SPDX-License-Identifier: Apache-2.0
"""Credentials in a real browser at 360 px: issued to a supplier's lot, read by its holder, revoked;
one that was received is sent in and its verdict read.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from nguon.identity.visibility import PUBLIC
from nguon.parties.keys.custody import custodian_of
from nguon.registry import queries
from nguon.web.services import Services
from tests.browser.test_code_use import calm

pytestmark = pytest.mark.browser
Person = Callable[..., Callable[..., Page]]
LOT = "01/09521202000182/10/SR260817"


@pytest.fixture
def running(apart: tuple[str, Services]) -> tuple[str, Services]:
    """Nothing was issued here before."""
    return apart


@pytest.fixture
def parties(running: tuple[str, Services]) -> tuple[int, int]:
    """The demonstration's longan cooperative, with a key that is kept here, and a packer."""
    store = running[1].store
    found = queries.organisations_by_code(
        store, PUBLIC, ["htx-nhan-tan-hung", "htx-sau-rieng-ea-phe"]
    )
    issuer, holder = found["htx-nhan-tan-hung"].id, found["htx-sau-rieng-ea-phe"].id
    custodian_of(store).make(issuer, name="kept", by="test")
    return issuer, holder


def test_issued_read_revoked(as_person: Person, parties: tuple[int, int]) -> None:
    page = as_person("manager", parties[0], script=True, bypass_csp=True)("/w/credentials")
    calm(page)
    page.get_by_role("link", name="Cấp chứng nhận").click()
    calm(page)
    page.get_by_label("Tên chứng nhận").fill("Giấy kiểm tra lô")
    page.get_by_label("Tiêu chuẩn, chương trình").fill("VietGAP")
    page.get_by_label("Số", exact=True).fill("KT-01")
    page.get_by_label("Cấp cho").fill("khong-co")
    page.get_by_label("Về hàng hoặc địa điểm nào").fill(LOT)
    page.get_by_label("Có hiệu lực từ").fill("2026-01-01")
    page.get_by_role("button", name="Cấp chứng nhận").click()
    assert page.locator("#faults").is_visible()
    assert page.get_by_label("Số", exact=True).input_value() == "KT-01"
    calm(page)
    page.get_by_label("Cấp cho").fill("htx-sau-rieng-ea-phe")
    page.get_by_role("button", name="Cấp chứng nhận").click()
    assert page.locator("h1").inner_text() == "Giấy kiểm tra lô KT-01"
    assert LOT in page.inner_text("main")
    calm(page)
    one = page.url

    holder = as_person("manager", parties[1], script=True, bypass_csp=True)
    theirs = holder("/w/credentials")
    theirs.get_by_role("link", name="Giấy kiểm tra lô KT-01").click()
    assert "Có hiệu lực" in theirs.inner_text("main")
    assert theirs.locator("summary", has_text="Thu hồi").count() == 0
    calm(theirs)
    address = theirs.get_by_role("link", name="Mở bản có chữ ký").get_attribute("href")
    assert address is not None
    token = theirs.request.get(theirs.url.partition("/w/")[0] + address).text()

    sent = holder("/w/attestations/new")
    calm(sent)
    sent.get_by_label("Chứng nhận số", exact=True).fill(token[:-6] + "AAAAAA")
    sent.get_by_role("button", name="Kiểm tra và lưu").click()
    assert "Chữ ký không khớp" in sent.inner_text("main")
    sent.get_by_label("Chứng nhận số", exact=True).fill(token)
    sent.get_by_role("button", name="Kiểm tra và lưu").click()
    assert "Chữ ký đúng, còn hiệu lực" in sent.inner_text("main")
    calm(sent)

    page.goto(one)
    page.locator("summary", has_text="Thu hồi").click()
    page.get_by_label("Lý do").last.fill("sai số lô")
    page.get_by_role("button", name="Thu hồi vĩnh viễn").click()
    assert "Đã thu hồi" in page.inner_text("main")
    assert "sai số lô" in page.inner_text("main")
    calm(page)
    sent.reload()
    assert "Đã thu hồi" in sent.inner_text("main")
