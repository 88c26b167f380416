# SPDX-License-Identifier: Apache-2.0
"""Codes in a real browser at 360 px: a licence checked, serials ordered and printed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from nguon.identity.visibility import PUBLIC
from nguon.registry import queries
from nguon.web.services import Services
from tests.browser.test_code_use import calm

pytestmark = pytest.mark.browser
Person = Callable[..., Callable[..., Page]]


@pytest.fixture
def running(apart: tuple[str, Services]) -> tuple[str, Services]:
    """Nothing is licensed here before."""
    return apart


@pytest.fixture
def maker(running: tuple[str, Services]) -> int:
    """The demonstration's longan cooperative."""
    found = queries.organisation_by_code(running[1].store, PUBLIC, "htx-nhan-tan-hung")
    assert found is not None
    return found.id


def test_serials_are_ordered_and_handed_to_a_printer(as_person: Person, maker: int) -> None:
    opening = as_person("manager", maker, script=True, bypass_csp=True)
    page = opening("/w/codes/licence")
    calm(page)
    page.get_by_label("Chữ số").fill("9521101")
    page.get_by_label("Có hiệu lực từ").fill("2024-03-01")
    page.get_by_label("Giấy tờ").fill("GCN 101/2024")
    page.get_by_role("button", name="Khai").click()
    assert "chờ xác nhận" in page.inner_text("main")
    calm(page)
    desk = as_person("operator", maker, script=True, bypass_csp=True)("/s/issued")
    desk.get_by_text("Ghi ý kiến").first.click()
    calm(desk)
    desk.get_by_label("Lý do").first.fill("Đã xem giấy chứng nhận")
    desk.get_by_role("button", name="Xác nhận đúng").first.click()
    assert "đã xác nhận" in desk.inner_text("main")
    page.goto(page.url)
    page.get_by_role("link", name="Đặt số sê-ri").click()
    calm(page)
    page.get_by_label("Sản phẩm").select_option("09521101000023")
    page.get_by_label("Số lượng").fill("2 triệu")
    page.get_by_label("Số lô").fill("TH260801H")
    page.get_by_label("Có mã ẩn").check()
    page.get_by_role("button", name="Đặt").click()
    assert "không phải số lượng" in page.locator("#faults").inner_text()
    calm(page)
    assert page.get_by_label("Số lô").input_value() == "TH260801H"
    page.get_by_label("Số lượng").fill("2.000")
    page.get_by_role("button", name="Đặt").click()
    assert page.locator("h1").inner_text() == "2.000 số sê-ri"
    calm(page)
    page.get_by_label("Nơi in").fill("Nhà in Phố Hiến")
    page.get_by_label("Số lượng").fill("1.200")
    page.get_by_role("button", name="Giao dải tiếp theo").click()
    assert "tem 1–1.200" in page.inner_text("main")
    with page.expect_download() as told:
        page.get_by_role("link", name="Tệp in (CSV)").click()
    rows = told.value.path().read_text("utf-8").splitlines()
    assert len(rows) == 1_201
    assert rows[0] == "serial,digital_link,element_string"
    assert "(01)09521101000023(10)TH260801H(21)" in rows[1]
    page.get_by_label("Từ tem số").fill("1")
    page.get_by_label("Bao nhiêu tem").fill("1000")
    page.get_by_role("button", name="Ghi").click()
    assert "đã in 1.000" in page.inner_text("main")
    calm(page)


def test_without_a_licence_the_page_says_what_comes_first(
    as_person: Person, running: tuple[str, Services]
) -> None:
    found = queries.organisation_by_code(running[1].store, PUBLIC, "htx-sau-rieng-ea-phe")
    assert found is not None
    page = as_person("manager", found.id, script=True, bypass_csp=True)("/w/codes/order")
    assert "khai tiền tố hoặc mã" in page.inner_text("main")
    calm(page)
