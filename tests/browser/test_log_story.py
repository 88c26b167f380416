# SPDX-License-Identifier: Apache-2.0
"""The log in two hands: a clerk keeps a receipt of a delivery, a consumer checks a lot oneself.

Phones of 360 px; the platform's pages without JavaScript, the verifier page without a network.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from nguon.base.messages import text as words
from nguon.cli.demonstration_witnesses import log_keys, watching
from nguon.web.services import Services
from tests.integration.web.demonstration import LOT

pytestmark = pytest.mark.browser
Opening = Callable[[str], Page]
WITNESSES = ("bộ-minh-hoạ", "tỉnh-minh-hoạ", "hội-người-tiêu-dùng-minh-hoạ")
_WAIT = 30.0
"""Seconds in which witnesses answer and the list of a lot is in the log, on a busy machine."""


@pytest.fixture
def running(apart: tuple[str, Services], tmp_path: Path) -> Iterator[tuple[str, Services]]:
    """A server of its own, watched by the three witnesses of the demonstration."""
    tlog = apart[1].tlog
    with watching(tmp_path / "witnesses", tlog.files.policy, log_keys(tlog)):
        yield apart


def until(page: Page, words_on_it: str) -> None:
    """Look again, as a person does, until a page says it; nothing sticks out of the screen."""
    deadline = time.monotonic() + _WAIT
    while words_on_it not in page.inner_text("main"):
        assert time.monotonic() < deadline, page.inner_text("main")
        time.sleep(0.2)
        page.reload()
    fits(page)


def fits(page: Page) -> None:
    """Nothing sticks out of a phone's screen."""
    assert page.locator("html").evaluate("html => html.scrollWidth") <= 360, page.url


def downloaded(page: Page, link: str) -> bytes:
    """What a link gives to keep."""
    with page.expect_download() as found:
        page.locator(link).first.click()
    return Path(found.value.path()).read_bytes()


@contextmanager
def phone(browser: Browser, **taste: Any) -> Iterator[Page]:
    """A consumer's phone with JavaScript, for the verifier page."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN", **taste)
    try:
        yield context.new_page()
    finally:
        context.close()


def give(page: Page, name: str, octets: bytes) -> str:
    """Give the verifier a file; its verdict."""
    page.evaluate("document.getElementById('result').replaceChildren()")
    page.set_input_files("#files", FilePayload(name=name, mimeType="", buffer=octets))
    return verdict(page)


def verdict(page: Page) -> str:
    """The sentence that sums up."""
    expect(page.locator("#verdict")).to_be_focused(timeout=_WAIT * 1000)
    fits(page)
    return page.inner_text("#verdict")


def claims(page: Page) -> dict[str, str]:
    """What is told of each claim."""
    found: dict[str, str] = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('.claims li')]"
        ".map((each) => [each.dataset.code, each.className]))"
    )
    return found


def one_letter_else(octets: bytes) -> bytes:
    """The same proof, one letter of the first entry's commitment changed."""
    mark = rb"\"commit\":\"" if rb"\"commit\":\"" in octets else b'"commit":"'
    at = octets.index(mark) + len(mark)
    other = b"A" if octets[at : at + 1] != b"A" else b"B"
    return octets[:at] + other + octets[at + 1 :]


def test_a_clerk_keeps_a_receipt(
    signs_in: Callable[[str], Opening], running: tuple[str, Services], browser: Browser
) -> None:
    office = signs_in("thuky@tan-hung.example")
    page = office("/w/deliveries")
    page.locator('[name^="kg-"]').first.fill("420")
    for step in ("look", "record"):
        page.locator(f'button[name="_step"][value="{step}"]').click()
        page.wait_for_load_state()
        fits(page)
    link = page.locator('main a.code[href^="/w/receipts/"]').first
    number = link.inner_text()
    link.click()
    until(page, words("receipts.good-title", "vi"))
    said = page.inner_text("main")
    assert f"Biên nhận {number}" in said
    assert sum(name in said for name in WITNESSES) >= 2, "two of the three are enough"
    assert words("receipts.failed-title", "vi") not in said

    proof = downloaded(page, f'a[href$="{number}.tlog-proof"]')
    assert proof.startswith(b"c2sp.org/tlog-proof@v1\n")
    picture = page.request.get(f"{running[0]}/api/v1/receipts/{number}.png")
    (symbol,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture.body())))
    address = str(symbol.text)
    verifier, _, packed = address.partition("#")
    assert (verifier, packed[:2]) == (f"{running[0]}/log/verifier", "r=")
    page.get_by_role("link", name="In khổ A6").click()
    assert page.locator("svg").count() == 1
    fits(page)
    assert f"/w/receipts/{number}" in office("/w/receipts").content()

    with phone(browser) as other:
        other.route("**/*", lambda route: _only(route, verifier))
        other.goto(address)
        assert verdict(other) == words("verifier.good", "vi")
        assert set(claims(other).values()) == {"yes"}
        assert {"witnesses", "inclusion", "opening"} <= claims(other).keys()
        assert number in other.inner_text("#result")
        assert give(other, f"{number}.tlog-proof", proof) == words("verifier.good", "vi")
        moved = proof.replace(b"\nindex ", b"\nindex 1", 1)
        assert give(other, "changed", moved) == words("verifier.bad", "vi")
        assert claims(other)["inclusion"] == "no"


def _only(route: Route, address: str) -> None:
    if route.request.url.partition("#")[0] == address:
        route.continue_()
    else:
        route.abort()


def test_a_consumer_checks_a_lot(
    running: tuple[str, Services], browser: Browser, tmp_path: Path
) -> None:
    site = running[0]
    with phone(browser, java_script_enabled=False) as page:
        page.goto(f"{site}/{LOT}")
        fits(page)
        page.locator('main a[href^="/log/check/"]').first.click()
        until(page, "Không bản ghi nào bị bỏ sót.")
        until(page, "bên làm chứng đã ký nhật ký này: ")
        assert sum(name in page.inner_text("main") for name in WITNESSES) >= 2
        _witnessed(page, site)
        package = downloaded(page, 'main a[href^="/log/package/"]')
        page.locator('main a[href="/log/verifier"]').first.click()
        assert "JavaScript" in page.inner_text("body"), "and what to do without"
    file = tmp_path / "verifier.html"
    with phone(browser) as page:
        page.goto(f"{site}/log/verifier")
        file.write_bytes(downloaded(page, "#download a"))
    with phone(browser, offline=True) as page:
        page.goto(file.as_uri())
        assert give(page, "lot.nguon-proofs.json", package) == words("verifier.good", "vi")
        told = claims(page)
        assert {told[code] for code in ("log-signature", "witnesses", "inclusion")} == {"yes"}
        assert told["complete"] == "yes"
        assert sum(name in page.inner_text("#result") for name in WITNESSES) >= 2
        changed = one_letter_else(package)
        assert len(changed) == len(package)
        assert give(page, "lot.nguon-proofs.json", changed) == words("verifier.bad", "vi")
        assert claims(page)["inclusion"] == "no"
        assert claims(page)["log-signature"] == "yes"
        fallen = page.locator(".claims li.no")
        assert fallen.count() == 1, "one claim fell, and it is said which"
        assert words("evidence.inclusion.fails", "vi") in fallen.inner_text()


def _witnessed(page: Page, site: str) -> None:
    """The page of the log says who watches it."""
    there = page.context.new_page()
    there.goto(f"{site}/log")
    until(there, words("log.quorum-some-first", "vi", count=2, names=", ".join(WITNESSES)))
    for name in WITNESSES:
        assert name in there.inner_text("main")
    there.close()
