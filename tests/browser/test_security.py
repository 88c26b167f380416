# SPDX-License-Identifier: Apache-2.0
"""Second factors and other ways in, in a browser: codes, a passkey, a provider."""

import re
import time
from base64 import b32decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import update

from nguon.identity import cache
from nguon.identity.accounts import factors, passkeys, people, signing
from nguon.identity.accounts.contacts import contact
from nguon.identity.model import Role
from nguon.identity.oidc import config, links
from nguon.store.accounts_tables import session
from nguon.web.services import Services
from tests.browser.test_account import SMALL
from tests.providers import configured, real_provider

pytestmark = pytest.mark.browser

PASSWORD = "mít na vải dừa"


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """New browsers of 360 px, in Vietnamese."""
    opened: list[BrowserContext] = []

    def opening(**taste: Any) -> BrowserContext:
        opened.append(
            browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN", **taste)
        )
        return opened[-1]

    yield opening
    for one in opened:
        one.close()


@pytest.fixture
def lan(running: tuple[str, Services], request: pytest.FixtureRequest) -> tuple[int, str]:
    """Somebody with a password: number and phone."""
    store = running[1].store
    phone = f"09{abs(hash(request.node.name)) % 10**8:08d}"
    person = people.add(store, "Chị Lan", contact(phone))
    people.join(store, person, 1, Role.MANAGER)
    signing.set_password(store, person, PASSWORD)
    return person, phone


@pytest.fixture
def named(running: tuple[str, Services]) -> Iterator[str]:
    """The site under a name, as passkeys need it."""
    site, services = running
    address = site.replace("127.0.0.1", "localhost")
    object.__setattr__(services, "base_url", address)
    yield address
    object.__setattr__(services, "base_url", site)


def sign_in(page: Page, site: str, phone: str) -> None:
    page.goto(f"{site}/account/sign-in")
    page.get_by_label("E-mail hoặc số điện thoại").fill(phone)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def accessible(page: Page) -> None:
    """Fits a phone; what is touched is large enough."""
    assert page.locator("html").evaluate("html => html.scrollWidth") <= 360, page.url
    assert page.evaluate(SMALL) == [], page.url


def _not_ending() -> int:
    """Now, or a moment later: in half a minute that does not end before the form is sent."""
    left = 30 - time.time() % 30
    if left < 8:
        time.sleep(left)
    return int(time.time())


def test_codes_are_set_up_and_asked_for(
    running: tuple[str, Services],
    lan: tuple[int, str],
    contexts: Callable[..., BrowserContext],
) -> None:
    site, services = running
    page = contexts(java_script_enabled=False).new_page()
    sign_in(page, site, lan[1])
    page.goto(f"{site}/account")
    page.locator("main").get_by_role("link", name="Bảo mật").click()
    accessible(page)
    page.get_by_role("link", name="Bật mã xác nhận").click()
    accessible(page)
    expect(page.get_by_role("img", name="Mã QR")).to_be_visible()
    secret = page.locator("code.copy").inner_text().replace(" ", "")
    app = TOTP(b32decode(secret), 6, SHA1(), 30)
    page.get_by_label("Mã 6 số").fill("000000")
    page.get_by_role("button", name="Bật", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("không khớp")
    assert page.locator("code.copy").inner_text().replace(" ", "") == secret
    page.get_by_label("Mã 6 số").fill(app.generate(_not_ending() - 30).decode())
    page.get_by_role("button", name="Bật", exact=True).click()
    accessible(page)
    codes = page.locator("main li code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("button", name="Tôi đã chép lại").click()
    expect(page.get_by_role("status")).to_contain_text("Mã khôi phục")
    page.goto(f"{site}/account/recovery")
    assert page.url == f"{site}/account/security"

    other = contexts(java_script_enabled=False).new_page()
    sign_in(other, site, lan[1])
    assert other.url.startswith(f"{site}/account/second")
    accessible(other)
    other.get_by_label("Mã xác nhận").fill("123 456")
    other.get_by_role("button", name="Đăng nhập").click()
    expect(other.get_by_role("alert")).to_contain_text("Mã không đúng")
    other.get_by_label("Mã xác nhận").fill(app.generate(int(time.time())).decode())
    other.get_by_role("button", name="Đăng nhập").click()
    assert other.url == f"{site}/w"
    third = contexts(java_script_enabled=False).new_page()
    sign_in(third, site, lan[1])
    third.get_by_label("Mã xác nhận").fill(codes[0])
    third.get_by_role("button", name="Đăng nhập").click()
    assert third.url == f"{site}/w"
    assert factors.standing(services.store, lan[0]).recovery == 9


def _authenticator(page: Page, *, verified: bool = True) -> None:
    """A phone with a finger reader, as chromium plays one."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": verified,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_passkey_signs_in_without_a_password(
    running: tuple[str, Services],
    named: str,
    lan: tuple[int, str],
    contexts: Callable[..., BrowserContext],
) -> None:
    store = running[1].store
    page = contexts().new_page()
    _authenticator(page)
    sign_in(page, named, lan[1])
    page.goto(f"{named}/account/security")
    page.get_by_role("link", name="Thêm khóa truy cập").click()
    accessible(page)
    page.get_by_label("Tên khóa").fill("điện thoại")
    page.get_by_role("button", name="Tạo khóa").click()
    page.wait_for_url("**/account/recovery")
    (known,) = passkeys.of_person(store, lan[0])
    assert known.name == "điện thoại"
    page.get_by_role("button", name="Tôi đã chép lại").click()
    page.get_by_role("button", name="Đăng xuất").first.click()
    accessible(page)
    page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    page.wait_for_url(f"{named}/w")

    page.get_by_role("button", name="Đăng xuất").first.click()
    sign_in(page, named, lan[1])
    page.wait_for_url("**/account/second*")
    page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    page.wait_for_url(f"{named}/w")
    with store.transaction() as connection:
        connection.execute(update(session).values(proved=None))
    time.sleep(cache.SECONDS + 0.1)
    page.goto(f"{named}/account/codes")
    assert page.url.startswith(f"{named}/account/confirm")
    page.get_by_role("button", name="Xác nhận bằng khóa truy cập").click()
    page.wait_for_url(f"{named}/account/codes")
    page.goto(f"{named}/account/security")
    page.get_by_role("button", name="Xóa điện thoại").click()
    assert passkeys.of_person(store, lan[0]) == []


def test_a_device_that_does_not_know_its_owner_makes_no_passkey(
    running: tuple[str, Services],
    named: str,
    lan: tuple[int, str],
    contexts: Callable[..., BrowserContext],
) -> None:
    page = contexts().new_page()
    _authenticator(page, verified=False)
    sign_in(page, named, lan[1])
    page.goto(f"{named}/account/passkeys/new")
    page.get_by_label("Tên khóa").fill("máy lạ")
    page.get_by_role("button", name="Tạo khóa").click()
    expect(page.get_by_role("alert")).to_contain_text("không tạo được khóa")
    assert passkeys.of_person(running[1].store, lan[0]) == []


def test_without_javascript_the_pages_say_what_to_do(
    named: str, lan: tuple[int, str], contexts: Callable[..., BrowserContext]
) -> None:
    page = contexts(java_script_enabled=False).new_page()
    page.goto(f"{named}/account/sign-in")
    expect(page.get_by_text("Khóa truy cập cần JavaScript")).to_be_visible()
    assert not page.get_by_role("button", name="khóa truy cập").is_visible()
    sign_in(page, named, lan[1])
    page.goto(f"{named}/account/passkeys/new")
    expect(page.get_by_text("Khóa truy cập cần JavaScript")).to_be_visible()


def test_a_provider_signs_in(
    running: tuple[str, Services],
    lan: tuple[int, str],
    contexts: Callable[..., BrowserContext],
    tmp_path: Path,
) -> None:
    site, services = running
    with real_provider() as issuer:
        config.attach(services.store, configured(tmp_path, gate=issuer))
        page = contexts(java_script_enabled=False).new_page()
        sign_in(page, site, lan[1])
        page.goto(f"{site}/account/security")
        accessible(page)
        page.get_by_role("link", name="Liên kết với Cổng gate").click()
        assert page.url.startswith(issuer)
        page.locator('button[value="lan"], input[value="lan"]').first.click()
        assert page.url == f"{site}/account/oidc/link"
        accessible(page)
        page.get_by_role("button", name="Đúng, liên kết").click()
        expect(page.get_by_role("status")).to_contain_text("Đã liên kết")
        assert len(links.of_person(services.store, lan[0])) == 1

        other = contexts(java_script_enabled=False).new_page()
        other.goto(f"{site}/account/sign-in?next=/w/people")
        accessible(other)
        other.get_by_role("link", name="Đăng nhập bằng Cổng gate").click()
        other.locator('button[value="lan"], input[value="lan"]').first.click()
        assert other.url == f"{site}/w/people"
    config.attach(services.store, tmp_path / "none.toml")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible(
    running: tuple[str, Services],
    lan: tuple[int, str],
    contexts: Callable[..., BrowserContext],
    scheme: Any,
) -> None:
    site = running[0]
    page = contexts(color_scheme=scheme, bypass_csp=True).new_page()
    sign_in(page, site, lan[1])
    for path in ("security", "codes", "confirm", "passkeys/new"):
        page.goto(f"{site}/account/{path}")
        accessible(page)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    page.goto(f"{site}/w/api-keys")
    accessible(page)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert re.search("Khóa API", page.title())
