# SPDX-License-Identifier: Apache-2.0
"""A dispute in a real browser at 360 px without JavaScript: reported on a phone, opened, answered,
decided, and what the passport says before and after.
"""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from nguon.base.audience import Mandate
from nguon.identity import mandates
from nguon.identity.visibility import PUBLIC
from nguon.registry import queries
from nguon.web.services import Services
from tests.accounts import session_of, somebody

LOT = "01/09521202000182/10/SR260817"
MAKER, OFFICE = "htx-nhan-tan-hung", "chi-cuc-trong-trot-dak-lak"
WORDS = "Bao bì ghi 1 kg, cân được 800 g. Mua ở chợ."
pytestmark = pytest.mark.browser


def _accessible(page: Page) -> None:
    """axe looks at the same page in a browser that lets its script run."""
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        locale="vi-VN",
        bypass_csp=True,
        storage_state=page.context.storage_state(),
    )
    again = context.new_page()
    again.goto(page.url)
    assert Axe().run(again).response["violations"] == []
    assert again.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


@pytest.fixture
def person(browser: Browser, apart: tuple[str, Services]) -> Callable[..., Page]:
    """``person(role, code)``: a phone, signed in where a role is given."""
    site, services = apart

    def opening(role: str = "", code: str = "") -> Page:
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, locale="vi-VN", java_script_enabled=False
        )
        if role:
            found = queries.organisation_by_code(services.store, PUBLIC, code)
            assert found is not None
            number = somebody(services.store, role, found.id)
            if role == "officer":
                subject = mandates.member_subject(number, found.id)
                mandates.grant(services.store, subject, Mandate(), by="test", reason="test")
            token = session_of(services.store, number)
            context.add_cookies([{"name": "session", "value": token, "url": site}])
        return context.new_page()

    return opening


def test_from_a_consumers_phone_to_the_decision(
    apart: tuple[str, Services], person: Callable[..., Page]
) -> None:
    site, services = apart
    product = queries.product(services.store, PUBLIC, LOT.rpartition("/10/")[0])
    assert product is not None
    makers = queries.organisations(services.store, PUBLIC, [product.maker])
    consumer, officer = person(), person("officer", OFFICE)
    party = person("manager", makers[product.maker].code)

    consumer.goto(f"{site}/p/{LOT}")
    assert consumer.locator("#verdict").inner_text().startswith("Đã ghi nhận")
    consumer.get_by_role("link", name="Báo vấn đề").click()
    _accessible(consumer)
    consumer.get_by_label("Số lượng không khớp").check()
    consumer.get_by_label("Bạn thấy gì?").fill(WORDS)
    consumer.get_by_label("Cách liên hệ (không bắt buộc)").fill("0912 987 777")
    consumer.get_by_role("button", name="Gửi phản ánh").click()
    assert "/case/" in consumer.url
    _accessible(consumer)
    followed = consumer.url
    consumer.goto(f"{site}/p/{LOT}")
    assert consumer.locator("#verdict").inner_text().startswith("Đã ghi nhận")

    officer.goto(f"{site}/s/cases")
    _accessible(officer)
    officer.get_by_role("link", name="Số lượng không khớp").click()
    assert officer.get_by_text("800 g").is_visible()
    _accessible(officer)
    officer.locator("summary", has_text="Mở vụ việc").click()
    officer.get_by_role("button", name="Mở vụ việc").click()
    officer.locator("summary", has_text="Yêu cầu giải trình").click()
    officer.get_by_label("Cần giải trình gì?").fill("Lô này được cân thế nào?")
    officer.get_by_role("button", name="Yêu cầu giải trình").click()

    other = person()
    other.goto(f"{site}/p/{LOT}")
    assert other.locator("#verdict").inner_text() == "Đang kiểm tra"
    _accessible(other)

    party.goto(f"{site}/w/cases")
    party.get_by_role("link", name="Số lượng không khớp").click()
    assert party.get_by_text("Lô này được cân thế nào?").is_visible()
    assert "800 g" not in party.content()
    _accessible(party)
    party.get_by_label("Lời giải trình").fill("Cân bị lệch, đã hiệu chuẩn lại.")
    party.get_by_role("button", name="Giải trình").click()
    assert party.get_by_text("Cân bị lệch").first.is_visible()

    officer.reload()
    officer.locator("summary", has_text="Kết luận").click()
    officer.get_by_label("Phản ánh đúng").check()
    officer.get_by_label("Lý do").fill("Cân lệch, túi thiếu 200 g.")
    officer.get_by_role("button", name="Kết luận").click()
    assert officer.get_by_text("Phản ánh đúng").first.is_visible()

    another = person()
    another.goto(f"{site}/p/{LOT}")
    assert another.locator("#verdict").inner_text() == "Có mâu thuẫn, đã có kết luận"
    consumer.goto(followed)
    assert consumer.get_by_text("túi thiếu 200 g").is_visible()
    _accessible(consumer)
