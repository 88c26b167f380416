# SPDX-License-Identifier: Apache-2.0
"""The passport as people meet it: a small phone, no JavaScript, dark or light, keyboard, paper."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

BOX = "/01/09521101000023/10/TH260806H/21/26080007"
PASSPORT = f"/p{BOX}"
PAGES = [
    PASSPORT,
    "/p/00/095212020000000052",
    "/p/01/09521101000023",
    "/p/01/09521101000023/21/NOPE",
    "/p/01/09521234543213",
    "/p/01/09521101000024",
    "/",
    "/r/organisation/htx-nhan-tan-hung",
    "/r/place/414/9521101002010",
    "/r/product/09521101000023",
    "/p/8004/9521303CONT-0319",
    "/p/00/095216020000000157",
    "/p/253/9521601000011VU-2026-A1",
    "/r/organisation/nobody",
    "/find?code=hello",
    "/docs",
    f"{PASSPORT}/standing",
    "/docs/ladder",
    "/nothing",
]
CONTRAST = (Path(__file__).parent / "contrast.js").read_text("utf-8")


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_reaches_beyond_the_screen(
    opened: Callable[..., Page], site: str, width: int
) -> None:
    page = opened(PASSPORT, width=width, script=True)
    for path in PAGES:
        page.goto(site + path)
        assert page.locator("html").evaluate("html => html.scrollWidth") == width, path
        outside = page.evaluate(
            "[...document.querySelectorAll('main *')].filter(e => e.checkVisibility() && "
            "!e.closest('svg, .quiet') && e.getBoundingClientRect().right > innerWidth + 0.5)"
            ".map(e => e.outerHTML.slice(0, 80))"
        )
        assert outside == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(opened: Callable[..., Page], site: str, scheme: str) -> None:
    page = opened(PASSPORT, script=True, color_scheme=scheme)
    for path in PAGES:
        page.goto(site + path)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        assert page.evaluate(CONTRAST) == [], path


def test_the_measure_of_contrast_finds_pale_text(opened: Callable[..., Page]) -> None:
    page = opened("/", script=True)
    page.evaluate("document.querySelector('h1').style.color = '#999'")
    (found,) = page.evaluate(CONTRAST)
    assert found.endswith("Sản phẩm này từ đâu đến?")


def test_a_scan_ends_on_the_passport_with_its_verdict_first(opened: Callable[..., Page]) -> None:
    page = opened(BOX)
    assert page.url.partition("?")[0].endswith(PASSPORT)
    verdict = page.locator("main section").first
    assert "Đã ghi nhận – chưa xác minh" in verdict.inner_text()
    box = page.locator("h1").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 740, "name and verdict share the first screen"
    assert page.locator("html").get_attribute("lang") == "vi"


def test_the_language_switches_and_stays(opened: Callable[..., Page]) -> None:
    page = opened(PASSPORT)
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_text("Recorded – not verified").is_visible()
    page.goto(page.url.partition("?")[0])
    assert page.locator("html").get_attribute("lang") == "en"
    assert opened(PASSPORT, language="en-GB").locator("html").get_attribute("lang") == "en"


def test_the_details_open_without_a_script(opened: Callable[..., Page]) -> None:
    page = opened(PASSPORT)
    first = page.locator(".journey details").first
    assert not first.locator("dl").first.is_visible()
    first.locator("summary").click()
    assert first.locator("dl").first.is_visible()
    assert "(01)09521101000016" in first.inner_text()


def test_the_keyboard_goes_from_top_to_bottom(opened: Callable[..., Page]) -> None:
    page = opened(PASSPORT, script=True)
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert reached[:6] == [
        "Đến nội dung chính",
        "Nguồn",
        "Tiếng Việt",
        "English",
        "Tin được đến đâu?",
        "2 điều chưa xác minh",
    ]
    assert "Xem hành trình" in reached
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_what_is_tapped_is_large_enough(opened: Callable[..., Page]) -> None:
    page = opened(PASSPORT, script=True)
    small = page.evaluate(
        "[...document.querySelectorAll('.button, .tongues a, .mark, summary')]"
        ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
    )
    assert small == []


def test_nothing_moves_while_it_loads(opened: Callable[..., Page]) -> None:
    page = opened("/", script=True)
    page.evaluate(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "e => { window.moved += e.value })).observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(page.url + PASSPORT[1:])
    moved = page.evaluate(
        "new Promise(done => { let sum = 0; new PerformanceObserver(list => list.getEntries()"
        ".forEach(e => { sum += e.value })).observe({type: 'layout-shift', buffered: true});"
        "setTimeout(() => done(sum), 300) })"
    )
    assert moved == 0


def test_paper_shows_the_details_and_no_controls(opened: Callable[..., Page]) -> None:
    page = opened(PASSPORT, script=True)
    page.emulate_media(media="print")
    assert not page.locator(".tongues").is_visible()
    assert not page.locator(".button").first.is_visible()
    assert page.locator(".journey .record").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf().startswith(b"%PDF")


def test_no_request_leaves_the_site(opened: Callable[..., Page], site: str) -> None:
    page = opened("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site + PASSPORT)
    assert len(asked) <= 5, asked  # page, two style sheets, picture; the mark, if at all
    assert all(url.startswith(site) for url in asked), asked


def test_the_search_box_leads_to_a_passport(opened: Callable[..., Page]) -> None:
    page = opened("/")
    page.get_by_label("Mã trên bao bì").fill("(01)09521101000023(21)26080007")
    page.get_by_role("button", name="Tra cứu").click()
    assert page.url.endswith("/p/01/09521101000023/21/26080007")
    page.goto(page.url.partition("/p/")[0])
    page.get_by_label("Mã trên bao bì").fill("(01)09521101000024")
    page.get_by_role("button", name="Tra cứu").click()
    assert page.locator("mark").inner_text() == "4"
    assert page.get_by_label("Mã trên bao bì").input_value() == "(01)09521101000024"
