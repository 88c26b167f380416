# SPDX-License-Identifier: Apache-2.0
"""A manager invites, the invited begins work: a phone of 360 px, no JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from nguon.identity.accounts import people
from nguon.identity.accounts.contacts import contact
from nguon.web.services import Services

pytestmark = pytest.mark.browser

PASSWORD = "mít na vải dừa"
SMALL = """[...document.querySelectorAll('a, button, select, input:not([type=hidden])')]
  .filter(e => e.checkVisibility() && !e.closest('p, dd, .skip') && !e.disabled)
  .map(e => (e.closest('label.choice') || e))
  .filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 90))"""


def test_from_invitation_to_the_first_page(
    browser: Browser, running: tuple[str, Services], as_person: Callable[..., Callable[..., Page]]
) -> None:
    site, services = running
    page = as_person("manager", 1)("/w")
    page.get_by_role("list").get_by_role("link", name="Người và quyền").first.click()
    page.get_by_label("Họ và tên").fill("Trần Thị Mơ")
    page.get_by_label("E-mail hoặc số điện thoại").fill("0987 654 321")
    page.get_by_role("button", name="Tạo lời mời").click()
    link = page.locator("#made code").inner_text()
    assert link.startswith(f"{site}/account/invitation/")

    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="vi-VN", java_script_enabled=False
    )
    clerk = context.new_page()
    clerk.goto(link)
    clerk.get_by_label("Mật khẩu mới").fill("12345678901")
    clerk.get_by_role("button", name="Tạo tài khoản").click()
    expect(clerk.get_by_role("alert")).to_contain_text("chỉ gồm chữ số")
    assert clerk.get_by_label("Họ và tên").input_value() == "Trần Thị Mơ"
    clerk.get_by_label("Mật khẩu mới").fill(PASSWORD)
    clerk.get_by_role("button", name="Tạo tài khoản").click()
    assert clerk.url == f"{site}/w"
    expect(clerk.get_by_role("heading", level=1)).to_have_text("Chào Trần Thị Mơ")

    clerk.get_by_role("button", name="Đăng xuất").click()
    clerk.goto(f"{site}/w/trace?item=x")
    clerk.get_by_label("E-mail hoặc số điện thoại").fill("+84 987 654 321")
    clerk.get_by_label("Mật khẩu").fill(PASSWORD)
    clerk.get_by_role("button", name="Đăng nhập").click()
    assert clerk.url == f"{site}/w/trace?item=x"
    found = people.find(services.store, contact("0987654321"))
    assert found is not None
    assert found.name == "Trần Thị Mơ"
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sign_in_page_is_accessible(browser: Browser, site: str, scheme: Any) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(f"{site}/account/sign-in")
    page.locator("#login").fill("x")
    page.locator("#password").fill("x")
    page.locator("button").click()
    assert page.locator("html").evaluate("html => html.scrollWidth") == 360
    assert page.evaluate(SMALL) == []
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()
