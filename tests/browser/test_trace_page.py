# SPDX-License-Identifier: Apache-2.0
"""The trace page as a clerk or an inspector meets it: a phone or a desk, no JavaScript, a key."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

BOX = "/w/trace?item=01/09521101000023/21/26080007"
CONTAINER = "/w/trace?item=8004/9521203CONT-2208"
NOODLES = "/w/trace?item=00/095215050000000131"
HOUSEHOLD = "/w/trace?item=01/09521101000016/10/H12-260805&direction=forward"
PAGES = [
    "/w/trace",
    BOX,
    CONTAINER,
    NOODLES,
    "/w/trace?item=01/09521605000253/10/TA-2605-2&direction=forward",
    "/w/trace?item=01/09521234543213/21/NEVER",
    "/w/trace?item=(01)09521101000024",
]
VIEWS = tuple(f"{BOX}&view={view}" for view in ("lanes", "drawing", "map", "time"))
PAGES += [*VIEWS, f"{BOX}&thing=01/09521101000023/21/26080007", "/w/trace/jobs"]
CARTON = "01/19520010000756/21"
PAGES += [
    f"/w/trace/common?items={CARTON}/2603001%0A{CARTON}/2604100%0A{CARTON}/2609050",
    f"/w/trace/compare?a={CARTON}/2603001&b={CARTON}/2604001",
    "/w/trace/balance?goods=01/09521302000013/10/NX260207",
    "/w/trace/dispersion?item=01/09521503000058/10/GV-2608-02",
]
DRAWN = "&view=drawing"
SPILT = """[...document.querySelectorAll('.box text')].filter(text => {
  const room = text.parentNode.querySelector('rect:last-of-type').getBBox().width - 4;
  return text.getBBox().x + text.getBBox().width > room;
}).map(text => text.textContent)"""
TITLES = """[...document.querySelectorAll('.box:not(.process)')].map(
  box => [box.querySelector('title').textContent, box.querySelector('text').textContent])"""
CONTRAST = (Path(__file__).parent / "contrast.js").read_text("utf-8")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_never_scrolls_sideways(
    opened: Callable[..., Page], site: str, width: int
) -> None:
    page = opened("/w/trace", width=width, script=True)
    for path in PAGES:
        page.goto(site + path)
        assert page.locator("html").evaluate("html => html.scrollWidth") == width, path
        outside = page.evaluate(
            "[...document.querySelectorAll('main *')].filter(e => e.checkVisibility() && "
            "!e.closest('svg, .quiet') && e.getBoundingClientRect().right > innerWidth + 0.5)"
            ".map(e => e.outerHTML.slice(0, 80))"
        )
        assert outside == [], path


def test_the_drawing_scrolls_inside_its_box(opened: Callable[..., Page]) -> None:
    page = opened(CONTAINER + DRAWN, width=360, script=True)
    inner, outer = page.evaluate(
        "(box => [box.scrollWidth, box.clientWidth])(document.querySelector('.drawing'))"
    )
    assert inner > outer
    page.locator(".drawing").focus()
    page.keyboard.press("ArrowRight")
    end = time.monotonic() + 10
    while page.evaluate("document.querySelector('.drawing').scrollLeft") == 0:
        assert time.monotonic() < end
    assert page.evaluate("scrollX") == 0


@pytest.mark.parametrize("language", ["vi-VN", "en-GB"])
def test_words_stay_in_their_boxes_and_boxes_apart(
    opened: Callable[..., Page], site: str, language: str
) -> None:
    page = opened(BOX, width=1280, script=True, language=language)
    some = [key + view for key in (BOX, CONTAINER, NOODLES) for view in (DRAWN, "&view=lanes")]
    for path in some:
        page.goto(site + path)
        assert page.evaluate(SPILT) == [], path
        places = page.evaluate(
            "[...document.querySelectorAll('.box')].map(b => b.getBoundingClientRect())"
            ".map(r => [r.left, r.top, r.right, r.bottom])"
        )
        for index, (left, top, right, bottom) in enumerate(places):
            for other in places[index + 1 :]:
                apart = other[0] >= right or other[2] <= left or other[1] >= bottom
                assert apart or other[3] <= top, path


def test_the_list_has_the_same_things_as_the_drawing(
    opened: Callable[..., Page], site: str
) -> None:
    page = opened(BOX, width=1280, script=True)
    for path in (BOX, CONTAINER, NOODLES, HOUSEHOLD):
        page.goto(site + path + DRAWN)
        listed = page.locator("tbody th a").all_text_contents()
        while page.locator("a[rel=next]").count():
            page.locator("a[rel=next]").click()
            listed += page.locator("tbody th a").all_text_contents()
        page.goto(site + path + DRAWN)
        drawn: list[str] = []
        for title, words in page.evaluate(TITLES):
            names = title.split(", ")
            if names[-1] == "…":
                names = names[:-1] + ["not named"] * (int(words.split()[0]) - 20)
            drawn += names
        assert len(drawn) == len(listed), path
        assert set(drawn) - {"not named"} <= set(listed), path
        assert page.locator(".box.start").count() == 1
        assert page.locator("tr.start").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(opened: Callable[..., Page], site: str, scheme: str) -> None:
    page = opened("/w/trace", script=True, color_scheme=scheme)
    for path in PAGES:
        page.goto(site + path)
        assert page.evaluate(CONTRAST) == [], path


def test_asking_without_a_script(opened: Callable[..., Page]) -> None:
    page = opened("/w/trace")
    page.get_by_label("Mã của món hàng").fill("(01)09521101000016(10)H12-260805")
    page.get_by_label("Truy xuất xuôi: đã đi đâu?").check()
    page.get_by_role("button", name="Truy xuất").click()
    assert page.locator("h2").first.inner_text() == "Truy xuất xuôi: tìm thấy 162 mục"
    assert page.get_by_label("Truy xuất xuôi: đã đi đâu?").is_checked()
    page.get_by_role("link", name="Món 26080007", exact=True).first.click()
    page.get_by_role("link", name="Truy xuất mục này").click()
    assert page.get_by_label("Mã của món hàng").input_value() == "01/09521101000023/21/26080007"


def test_a_mistyped_code_is_shown_where_it_is_wrong(opened: Callable[..., Page]) -> None:
    page = opened("/w/trace", language="en-GB")
    page.get_by_label("Code of the item").fill("(01)09521101000024")
    page.get_by_role("button", name="Trace").click()
    assert page.locator("mark").inner_text() == "4"
    assert page.get_by_role("alert").get_by_text("should be 3").is_visible()
    assert page.get_by_label("Code of the item").input_value() == "(01)09521101000024"


def test_what_is_tapped_is_large_enough(opened: Callable[..., Page]) -> None:
    page = opened(BOX, script=True)
    small = page.evaluate(
        "[...document.querySelectorAll('.ask .button, .ask fieldset label, .views a, .acts a,"
        " .ask input[name=item], .tap')]"
        ".filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44)"
        ".map(e => e.outerHTML)"
    )
    assert small == []


def test_nothing_is_asked_of_other_sites(opened: Callable[..., Page], site: str) -> None:
    page = opened("/w/trace")
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    page.goto(site + BOX)
    assert site + BOX in asked
    assert len(asked) <= 7, asked  # page, four style sheets, picture; the mark, if at all
    assert all(url.startswith(site) for url in asked), asked
