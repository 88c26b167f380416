# SPDX-License-Identifier: Apache-2.0
"""Reading the ladder on a phone: 360 pixels, no JavaScript, Vietnamese."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from nguon.base.messages import text
from nguon.ladder.model import LADDER

pytestmark = pytest.mark.browser

PASSPORT = "/p/01/09521101000023/10/TH260806H/21/26080007"
_OPEN, _TOUCH = "ladder.show", 44


def test_from_the_weakest_link_to_what_would_raise_it(opened: Callable[..., Page]) -> None:
    page = opened(PASSPORT)
    band = page.locator(".verdict")
    expect(band).to_contain_text("Mắt xích thấp nhất: Thu hoạch, 05/08/2026 – Tự khai, chưa kiểm")
    steps = page.locator(".journey > li:not(.gap)")
    expect(page.locator(".journey .rung")).to_have_count(steps.count())
    band.get_by_role("link", name=text("ladder.open", "vi")).click()
    assert page.url.endswith(f"{PASSPORT.replace('/10/TH260806H', '')}/standing") or (
        page.url.endswith(f"{PASSPORT}/standing")
    )
    expect(page.get_by_role("heading", level=1)).to_have_text(text("ladder.title", "vi"))
    first = page.locator(".claims > li").first
    summary = first.locator("summary")
    box = summary.bounding_box()
    assert box is not None
    assert box["height"] >= _TOUCH
    summary.click()
    for rung in LADDER:
        expect(
            first.get_by_text(text(f"ladder.rung-{rung}", "vi"), exact=True).last
        ).to_be_visible()
    expect(first).to_contain_text(text("ladder.raise-identify", "vi"))
    expect(first).to_contain_text("Bên khai: đăng nhập bằng tài khoản định danh")


def test_a_certificate_that_an_authority_approved_is_attested(opened: Callable[..., Page]) -> None:
    page = opened(f"{PASSPORT}/standing")
    card = page.locator(".claims > li", has_text="Nơi trồng, nuôi").first
    expect(card.locator(".rung")).to_have_text(text("ladder.rung-attested", "vi"))
    card.locator("summary").click()
    expect(card.locator(".rungs li.not").first).to_be_visible()
    expect(card).to_contain_text(text("ladder.rule-certificate", "vi"))


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_reaches_beyond_the_screen(opened: Callable[..., Page], width: int) -> None:
    page = opened(f"{PASSPORT}/standing", width=width, script=True)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert page.locator("html").evaluate("html => html.scrollWidth") == width
    page.goto(page.url.partition("/p/")[0] + "/docs/ladder")
    assert page.locator("html").evaluate("html => html.scrollWidth") == width


def test_the_way_leads_back_and_to_the_rules(opened: Callable[..., Page]) -> None:
    page = opened(f"{PASSPORT}/standing")
    page.get_by_role("link", name=text("ladder.rules-page", "vi")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(text("ladder.rules-page", "vi"))
    page.go_back()
    page.get_by_role("link", name=text("ladder.back", "vi")).click()
    expect(page.locator("#journey")).to_be_visible()
