# SPDX-License-Identifier: Apache-2.0
"""The desk of traces and of visits as an inspector on a cheap phone meets them: no barrier that axe
finds in either scheme, nothing too wide or too small to tap, what comes next one tap away.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from nguon.base.audience import Mandate
from nguon.base.time import HANOI
from nguon.identity import mandates
from nguon.identity.visibility import PUBLIC
from nguon.registry import queries as registry
from nguon.stoplist import queries as stops
from nguon.web.services import Services
from tests.accounts import session_of, somebody
from tests.browser.test_scan_page import photographed

pytestmark = pytest.mark.browser

LOT = "01/09521503000058/10/GV-2608-02"
BOX = "01/09521101000023/21/26080007"
FOREIGN = "01/04006381333931/10/L-DESK"
OFFICE = "so-an-toan-thuc-pham-hcm"
FORWARD = f"/s/trace?item={LOT}&direction=forward"
PAGES = (
    "/s/trace",
    "/s/trace?item=(01)09521101000024",
    FORWARD,
    *(f"{FORWARD}&view={view}" for view in ("lanes", "drawing", "map", "time")),
    f"{FORWARD}&thing={LOT}",
    f"/s/trace?item={BOX}&view=drawing",
    "/s/inspections",
    "/s/inspections/new",
    "/s/inspections/blank",
    "/s/inspections/about",
    f"/s/inspections/about?code={LOT}",
    "/s/inspections/about?code=8938512345673",
    "/s/inspections/about?code=hello",
)
_SMALL = """() => [...document.querySelectorAll(
    'main .acts a, main .views a, main .tap, main button, main summary, main .choice, main select')]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
  .map(e => e.outerHTML.slice(0, 120))"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


def _opened(browser: Browser, running: tuple[str, Services], *, script: bool) -> Page:
    """A phone of an officer in charge of the whole country."""
    site, services = running
    office = registry.organisation_by_code(services.store, PUBLIC, OFFICE)
    assert office is not None
    number = somebody(services.store, "officer", office.id)
    subject = mandates.member_subject(number, office.id)
    mandates.grant(services.store, subject, Mandate(), by="test", reason="test")
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        locale="vi-VN",
        bypass_csp=script,
        java_script_enabled=script,
    )
    token = session_of(services.store, number)
    context.add_cookies([{"name": "session", "value": token, "url": site}])
    if script:
        context.add_init_script(AXE_SCRIPT)
    return context.new_page()


@pytest.fixture(scope="module")
def shown(browser: Browser, running: tuple[str, Services]) -> Iterator[Page]:
    page = _opened(browser, running, script=True)
    yield page
    page.context.close()


@pytest.fixture
def plain(browser: Browser, running: tuple[str, Services]) -> Iterator[Page]:
    page = _opened(browser, running, script=False)
    yield page
    page.context.close()


def _faults(page: Page) -> list[object]:
    """What is wrong with a page on a phone, by day and by night."""
    found: list[object] = page.evaluate(_SMALL)
    wide = page.evaluate("document.documentElement.scrollWidth")
    found += [f"{wide} wide"] if wide > 360 else []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += page.evaluate(
            """options => axe.run(options).then(found => found.violations.map(
                one => [one.id, one.nodes[0].html.slice(0, 160)]))""",
            {"runOnly": TAGS, "resultTypes": ["violations"], "preload": False},
        )
    return found


def test_nothing_stands_in_the_way(shown: Page, running: tuple[str, Services]) -> None:
    wrong = {}
    for path in PAGES:
        shown.goto(running[0] + path)
        if faults := _faults(shown):
            wrong[path] = faults
    assert wrong == {}


def test_from_a_trace_to_a_recall_and_to_a_hold(
    plain: Page, shown: Page, running: tuple[str, Services]
) -> None:
    site, services = running
    plain.goto(site + FORWARD)
    plain.locator(".acts a[href^='/s/recalls/new']").first.click()
    assert "GV-2608-02" in plain.locator("[name=keys]").input_value()
    plain.goto(site + FORWARD)
    plain.locator(".acts a[href^='/s/inspections/new']").first.click()
    assert plain.locator("[name=codes]").input_value() == LOT
    assert "chỉ được giữ khi bạn gửi" in plain.inner_text("main")
    assert not plain.locator("[data-offline]").is_visible()
    plain.locator("[name=codes]").fill(FOREIGN)
    plain.locator("#place").fill("Kho ở chợ")
    plain.locator("input[value=wrong]").first.check()
    plain.locator("#visit button[type=submit]").click()
    minutes = plain.url
    plain.locator("input[name=hold-code]").check()
    plain.locator("#reason").fill("Chờ kết quả")
    until = datetime.now(HANOI) + timedelta(days=9)
    plain.locator("#until").fill(f"{until:%d/%m/%Y}")
    plain.get_by_role("button", name="Ký lệnh tạm giữ").click()
    assert plain.url == minutes
    assert set(stops.stopped(services.store, [FOREIGN])) == {FOREIGN}
    shown.goto(minutes)
    assert _faults(shown) == []
    plain.locator(".looked a").click()
    assert plain.locator("#verdict").inner_text() == "TẠM GIỮ"


def test_a_stamp_is_read_from_a_photograph(plain: Page, running: tuple[str, Services]) -> None:
    plain.goto(f"{running[0]}/s/inspections/about")
    file = {
        "name": "tem.png",
        "mimeType": "image/png",
        "buffer": photographed(f"https://id.gs1.org/{LOT}"),
    }
    plain.locator("#photo").set_input_files(file)  # type: ignore[arg-type]
    plain.get_by_role("button", name="Đọc mã trong ảnh").click()
    assert plain.locator("#what").inner_text().startswith("Lô GV-2608-02 · Gia vị")
    assert "90 kg" in plain.inner_text("section[aria-labelledby=rest]")
    plain.locator(".onward a[href*=forward]").click()
    assert plain.locator("h2").first.inner_text().startswith("Truy xuất xuôi: tìm thấy")


def test_what_is_no_code_of_goods_stands_in_no_address(
    plain: Page, running: tuple[str, Services]
) -> None:
    plain.goto(f"{running[0]}/s/inspections/about")
    plain.locator("#code").fill("079085001234|123456789|NGUYEN VAN A")
    plain.get_by_role("button", name="Tra", exact=True).click()
    assert plain.url == f"{running[0]}/s/inspections/about"
    assert "không phải mã hàng hóa" in plain.inner_text("main")


def test_the_timeline_leads_to_its_records(plain: Page, running: tuple[str, Services]) -> None:
    plain.goto(f"{running[0]}{FORWARD}&view=time")
    dots, records = plain.locator(".strip a"), plain.locator(".records > li")
    assert dots.count() > 20
    for at in (0, dots.count() - 1):
        target = dots.nth(at).get_attribute("href")
        assert target is not None
        assert records.and_(plain.locator(target)).count() == 1
    named = plain.locator(".strip .row text").all_text_contents()
    assert named[0] == "Xưởng gia vị Bếp Quê Nhà · 2"


def test_holdings_are_told_by_party_with_their_containers(
    plain: Page, running: tuple[str, Services]
) -> None:
    plain.goto(running[0] + FORWARD)
    held = plain.locator("section[aria-labelledby=held]")
    told = held.locator(".lines li").all_inner_texts()
    assert len([one for one in told if one.startswith("Công ty TNHH Chuỗi cửa hàng")]) == 2
    assert any("192 hộp/cái" in one and "9 kiện" in one for one in told)
