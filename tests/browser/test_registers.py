# SPDX-License-Identifier: Apache-2.0
"""A cooperative registers an area, its body approves it: 360 px wide, without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from nguon.store.registry import organisation_ids
from nguon.web.services import Services

KEY = "vn-area:VN-DLOR-9599"
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def ids(running: tuple[str, Services]) -> dict[str, int]:
    with running[1].store.reading() as connection:
        return organisation_ids(connection, ["htx-sau-rieng-ea-phe", "chi-cuc-trong-trot-dak-lak"])


def _fits(page: Page) -> None:
    assert page.locator("html").evaluate("html => html.scrollWidth") <= 360
    low = page.evaluate(
        """() => [...document.querySelectorAll("main a, main button, main select, main summary")]
        .filter(one => { const h = one.getBoundingClientRect().height; return h > 0 && h < 44; })
        .map(one => one.outerHTML.slice(0, 90))"""
    )
    assert low == []


def test_from_form_to_approval(
    as_person: Callable[..., Callable[..., Page]], ids: dict[str, int]
) -> None:
    manager = as_person("manager", ids["htx-sau-rieng-ea-phe"])
    officer = as_person("officer", ids["chi-cuc-trong-trot-dak-lak"])
    page = manager("/w/registers/place/new")
    _fits(page)
    page.get_by_label("Tên", exact=True).fill("Vùng trồng thử")
    page.get_by_label("Loại", exact=True).select_option("planting_area")
    page.get_by_label("Cây trồng, vật nuôi").select_option("durian")
    page.get_by_label("Diện tích (ha)").fill("1.250")
    page.get_by_label("Xã, phường").fill("Ea Phê, Đắk Lắk")
    page.get_by_text("Mã số", exact=True).click()
    page.get_by_label("Mã số nhà nước cấp").fill("VN-DLOR-9599")
    page.get_by_role("button", name="Lưu").click()
    fault = page.get_by_role("link", name="“1.250” có thể hiểu là 1250.", exact=False)
    assert fault.get_attribute("href") == "#area_ha"
    _fits(page)
    page.get_by_label("Diện tích (ha)").fill("11,5")
    page.get_by_role("button", name="Lưu").click()
    assert page.get_by_text("Đã lưu.").is_visible()
    page.get_by_role("button", name="Gửi duyệt").click()
    assert page.get_by_text("Đã gửi duyệt.").is_visible()
    _fits(page)
    desk = officer("/s/approvals")
    _fits(desk)
    desk.get_by_role("link", name="Vùng trồng thử").click()
    _fits(desk)
    desk.get_by_role("link", name="Duyệt", exact=True).click()
    _fits(desk)
    desk.get_by_role("button", name="Duyệt").click()
    assert desk.get_by_role("status").inner_text() == "Đã duyệt."
    shown = manager(f"/w/registers/place?key={KEY}")
    _fits(shown)
    assert shown.locator("h1 + p .tag").inner_text() == "Đã duyệt"
    assert shown.locator("svg.two-axes rect.approved").count() == 2
