# SPDX-License-Identifier: Apache-2.0
"""The page that checks proofs: one file, without a network, for people of both languages."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, FilePayload, Page, expect

from nguon.base.messages import text as words
from nguon.base.time import HANOI
from nguon.evidence import packed
from nguon.transparency.policies import write_policy
from nguon.web.services import Services
from nguon.web.verifier import PATH, built
from tests.browser.verifier_page import kept
from tests.evidence_made import LOTS, NOW, SmallLog, policy

pytestmark = pytest.mark.browser

LOG = SmallLog()
POLICY = write_policy(policy(quorum="2"))
RECEIPT = bytes(LOG.receipt(2))
PACKAGE = bytes(LOG.package(LOTS[0]))
EVENT = LOG.logged[2].event.encode()
COSIGNED = datetime.fromtimestamp(NOW - 60, HANOI).strftime("%d/%m/%Y %H:%M:%S UTC+07:00")
CONTRAST = (Path(__file__).parent / "contrast.js").read_text("utf-8")
_SMALL = """() => [...document.querySelectorAll('a, button, summary, textarea, label.button')]
  .filter(e => e.checkVisibility() && !e.closest('.skip'))
  .filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 90))"""


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The verifier from a file on a phone in Viet Nam."""
    taste = {"viewport": {"width": 360, "height": 740}, "locale": "vi-VN"}
    with kept(browser, tmp_path, POLICY, timezone_id="Asia/Ho_Chi_Minh", **taste) as found:
        found.clock.set_fixed_time(NOW)
        yield found


def give(page: Page, **files: bytes) -> str:
    """Chooses files; what the page then says first."""
    page.evaluate("document.getElementById('result').replaceChildren()")
    page.set_input_files(
        "#files",
        [FilePayload(name=name, mimeType="", buffer=octets) for name, octets in files.items()],
    )
    return verdict(page)


def verdict(page: Page) -> str:
    """The sentence that sums up, which must have the reader's attention."""
    expect(page.locator("#verdict")).to_be_focused()
    return page.inner_text("#verdict")


def states(page: Page) -> dict[str, str]:
    """What is told of each claim."""
    found: dict[str, str] = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('.claims li')]"
        ".map((each) => [each.dataset.code, each.className]))"
    )
    return found


def test_a_receipt_and_its_record(page: Page) -> None:
    assert give(page, receipt=RECEIPT) == words("verifier.good", "vi")
    assert states(page) == dict.fromkeys(
        ("log-signature", "witnesses", "inclusion", "opening"), "yes"
    )
    said = page.inner_text("#result")
    assert COSIGNED in said
    assert "1-2" in said
    for limit in ("true", "content", "all", "now"):
        assert words(f"verifier.limit-{limit}", "vi") in said
    assert give(page, record=EVENT) == words("verifier.good", "vi")
    assert states(page)["event"] == "yes"
    assert words("verifier.limit-content", "vi") not in page.inner_text("#result")
    assert give(page, other=EVENT + b"x", receipt=RECEIPT) == words("verifier.part", "vi")
    assert states(page)["event"] == "open"
    assert words("verifier.not-octets", "vi") in page.inner_text("#result")


def test_a_package_and_what_is_wrong_with_another(page: Page) -> None:
    assert give(page, package=PACKAGE) == words("verifier.good", "vi")
    assert set(states(page).values()) == {"yes"}
    assert {"map-logged", "complete", "subject", "event"} <= states(page).keys()
    broken = RECEIPT.replace(b"index 2", b"index 3")
    assert give(page, receipt=broken) == words("verifier.bad", "vi")
    assert states(page) == {"log-signature": "yes", "witnesses": "yes", "inclusion": "no"}
    assert "1-3" not in page.inner_text("#result .facts")
    other = RECEIPT.replace(b"nguon.example", b"nguon.examble")
    assert give(page, receipt=other) == words("verifier.bad", "vi")
    assert page.locator("#result .facts dd").count() == 0


def test_what_cannot_be_read_is_said(page: Page) -> None:
    page.fill("#text", "c2sp.org/tlog-proof@v1\nindex 1")
    page.click("#check")
    assert verdict(page) == words("verifier.refused", "vi")
    assert words("evidence.form", "vi", place="line 1") in page.inner_text("#result")
    page.fill("#text", "<img src=x onerror=alert(1)>")
    page.click("#check")
    assert verdict(page) == words("verifier.refused", "vi")
    assert page.locator("#result img").count() == 0


def test_a_clock_that_is_behind_is_told(page: Page) -> None:
    page.clock.set_fixed_time(NOW - 100_000)
    assert give(page, receipt=RECEIPT) == words("verifier.bad", "vi")
    assert states(page)["witnesses"] == "no"
    told = words("verifier.clock", "vi", time=COSIGNED)
    assert told in page.inner_text("#result")


def test_a_scanned_code_and_pasted_text(page: Page) -> None:
    address = packed.address("https://nguon.example.vn", LOG.receipt(2))
    page.evaluate("(hash) => { location.hash = hash; }", address.partition("#")[2])
    assert verdict(page) == words("verifier.good", "vi")
    page.reload()
    assert verdict(page) == words("verifier.good", "vi")
    for form in (address, RECEIPT.decode(), PACKAGE.decode()):
        page.evaluate("document.getElementById('result').replaceChildren()")
        page.fill("#text", form)
        page.click("#check")
        assert verdict(page) == words("verifier.good", "vi")


def test_both_languages(page: Page) -> None:
    give(page, receipt=RECEIPT)
    page.get_by_role("button", name="English").press("Enter")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.inner_text("#verdict") == words("verifier.good", "en")
    assert page.title().startswith(words("verifier.title", "en"))
    assert page.locator("[data-language=en]").get_attribute("aria-pressed") == "true"
    spoken = page.inner_text("body")
    for name in ("Tiếng Việt", "Nguồn"):
        spoken = spoken.replace(name, "")
    assert not re.search("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", spoken)
    assert not re.search(r"\b(verifier|evidence|transparency)\.[a-z]|\{\w*\}", spoken)


def test_without_the_browsers_cryptography(browser: Browser, tmp_path: Path) -> None:
    """As on a page of plain http."""
    with kept(browser, tmp_path, POLICY, locale="vi-VN") as page:
        page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
        page.clock.set_fixed_time(NOW)
        page.reload()
        assert page.evaluate("crypto.subtle") is None
        assert give(page, receipt=RECEIPT, record=EVENT) == words("verifier.good", "vi")
        assert states(page)["event"] == "yes"
        other = RECEIPT.replace(b"\n12\n", b"\n13\n")
        assert give(page, receipt=other) == words("verifier.bad", "vi")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "dark")])
def test_it_can_be_read_and_used(browser: Browser, tmp_path: Path, width: int, scheme: str) -> None:
    taste = {"viewport": {"width": width, "height": 740}, "color_scheme": scheme}
    with kept(browser, tmp_path, POLICY, locale="en-GB", **taste) as page:
        page.clock.set_fixed_time(NOW)
        for octets in (PACKAGE, RECEIPT.replace(b"index 2", b"index 3"), RECEIPT[:90]):
            give(page, proof=octets)
            page.evaluate(
                "document.querySelectorAll('details').forEach((one) => { one.open = true })"
            )
            assert page.locator("html").evaluate("html => html.scrollWidth") <= width
            assert page.evaluate(CONTRAST) == []
            assert page.evaluate(_SMALL) == []
            page.evaluate(AXE_SCRIPT)
            found = page.evaluate("axe.run().then((told) => told.violations)")
            assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_without_a_script_it_says_how(browser: Browser, tmp_path: Path) -> None:
    with kept(browser, tmp_path, POLICY, java_script_enabled=False) as page:
        said = page.inner_text("body")
    assert words("verifier.no-script", "vi") in said
    assert words("verifier.no-script", "en") in said
    assert said.count("nguon verify") == 2


def test_it_is_served_with_the_policy_of_the_installation(
    browser: Browser, running: tuple[str, Services]
) -> None:
    site, services = running
    answer = httpx.get(site + PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "content-disposition" not in answer.headers
    kept_file = httpx.get(f"{site}{PATH}?download")
    assert kept_file.content == answer.content
    assert kept_file.headers["content-disposition"].startswith("attachment; ")
    found = services.tlog.policy()
    expected = b"quorum none\n" if found is None else write_policy(found)
    assert answer.content == built(expected).html
    assert answer.headers["content-security-policy"] == built(expected).policy
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}{PATH}?lang=vi#r=AQ")
    assert verdict(page) == words("verifier.refused", "vi")
    assert page.locator("#download a").is_visible()
    blocked = page.evaluate("fetch('/healthz').then(() => 'sent', () => 'refused')")
    assert blocked == "refused"
    assert [each.partition("#")[0] for each in asked] == [f"{site}{PATH}?lang=vi"]
    context.close()
