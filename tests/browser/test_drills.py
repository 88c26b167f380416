# SPDX-License-Identifier: Apache-2.0
"""A drill in a real browser at the width of a phone: begun by the maker, found in the shop's
inbox, answered there, ended; every page keeps to the screen and has no barrier that axe finds.
"""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from nguon.store import registry as rows
from nguon.web.services import Services
from tests.accounts import session_of, somebody

pytestmark = pytest.mark.browser

MAKER, SHOP = "mi-song-tien", "chuoi-bep-am"
SEASONING = "01/09521503000058/10/GV-2608-02"
Open = Callable[[str, str], Page]


@pytest.fixture
def phones(browser: Browser, apart: tuple[str, Services]) -> Iterator[Open]:
    """A phone for each of the two."""
    address, services = apart
    contexts: list[BrowserContext] = []

    def opening(code: str, role: str) -> Page:
        with services.store.reading() as connection:
            number = rows.organisation_ids(connection, (code,))[code]
        token = session_of(services.store, somebody(services.store, role, number))
        context = browser.new_context(
            base_url=address, viewport={"width": 360, "height": 740}, locale="vi-VN"
        )
        context.add_cookies([{"name": "session", "value": token, "url": address}])
        contexts.append(context)
        return context.new_page()

    yield opening
    for one in contexts:
        one.close()


def _sound(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360, page.url
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found] == [], page.url


def test_a_drill_on_phones(phones: Open) -> None:
    maker, shop = phones(MAKER, "manager"), phones(SHOP, "clerk")
    maker.goto("/w/drills")
    _sound(maker)
    maker.get_by_label("Mã hàng").fill(SEASONING)
    maker.get_by_label("Tên lần diễn tập").fill("Quý 3")
    maker.get_by_label("Gửi tin DIỄN TẬP").check()
    maker.get_by_role("button", name="Bắt đầu").click()
    assert "726" in maker.locator("main").inner_text()
    _sound(maker)
    shop.goto("/w")
    badge = shop.locator("nav a[href='/w/messages']")
    assert "1 mới" in badge.inner_text()
    badge.click()
    assert "DIỄN TẬP: Quý 3" in shop.locator("main").inner_text()
    _sound(shop)
    button = shop.get_by_role("button", name="Đã nhận, mở để xử lý")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    button.click()
    assert "Đừng dừng bán" in shop.locator("main").inner_text()
    shop.locator("#found-0").fill("16")
    _sound(shop)
    shop.get_by_role("button", name="Gửi trả lời").click()
    assert "Tìm thấy: 16" in shop.locator("main").inner_text()
    maker.reload()
    assert "1 trên 2" in maker.locator("main").inner_text()
    maker.get_by_role("button", name="Kết thúc diễn tập").click()
    assert maker.get_by_text("đã xong").count() == 1
    shop.goto("/w/messages")
    assert "mới" not in shop.locator("main").inner_text()
    maker.goto("/w/messages/addresses")
    _sound(maker)
