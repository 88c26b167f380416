# SPDX-License-Identifier: Apache-2.0
"""A visit on a phone whose signal goes: the draft stays, is sent once, and holds what was found."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from nguon.base.audience import Mandate
from nguon.identity import mandates
from nguon.identity.visibility import PUBLIC
from nguon.inspections import queries
from nguon.registry import queries as registry
from nguon.stoplist import queries as stops
from nguon.store import inspections as rows
from nguon.web.services import Services
from tests.accounts import session_of, somebody

FOREIGN = "01/04006381333931/10/L1"


@pytest.fixture
def officer(browser: Browser, running: tuple[str, Services]) -> Iterator[Page]:
    site, services = running
    office = registry.organisation_by_code(services.store, PUBLIC, "chi-cuc-trong-trot-dak-lak")
    assert office is not None
    number = somebody(services.store, "officer", office.id)
    subject = mandates.member_subject(number, office.id)
    mandates.grant(services.store, subject, Mandate(), by="test", reason="test")
    token = session_of(services.store, number)
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, locale="vi-VN", service_workers="allow"
    )
    context.add_cookies([{"name": "session", "value": token, "url": site}])
    page = context.new_page()
    page.goto(f"{site}/s/inspections/new?code={FOREIGN}")
    yield page
    context.close()


def test_a_visit_without_a_signal(officer: Page, running: tuple[str, Services]) -> None:
    store = running[1].store
    with store.reading() as connection:
        before = rows.listed(connection, None, limit=50)
    officer.locator("#place").fill("Cửa hàng ở chợ")
    officer.locator("#findings").fill("Tem không rõ hạn dùng.")
    officer.locator("input[value=absent]").first.check()
    officer.locator("[data-draft-said][data-state=kept]").wait_for()
    officer.reload()
    officer.locator("[data-draft-said][data-state=kept]").wait_for()
    assert officer.locator("#place").input_value() == "Cửa hàng ở chợ"
    assert officer.locator("input[value=absent]").first.is_checked()
    officer.context.set_offline(True)
    officer.locator("form#visit button[type=submit]").click()
    officer.locator("[data-draft-said][data-state=waiting]").wait_for()
    with store.reading() as connection:
        assert rows.listed(connection, None, limit=50) == before
    officer.context.set_offline(False)
    officer.locator("article.minutes").wait_for()
    assert "BIÊN BẢN KIỂM TRA" in officer.locator("h1").inner_text()
    assert officer.locator("article.minutes .symbol svg").count() == 1
    with store.reading() as connection:
        found = rows.listed(connection, None, limit=50)
    [row] = [one for one in found if one["id"] not in {each["id"] for each in before}]
    proof = queries.proof(store, row["digest"])
    assert proof is not None
    assert proof.visit.place == "Cửa hàng ở chợ"
    officer.locator("input[name=hold-code]").check()
    officer.locator("#reason").fill("Chờ kết quả kiểm nghiệm")
    officer.locator("#until").fill("01/01/2020")
    officer.get_by_role("button", name="Ký lệnh tạm giữ").click()
    officer.locator("#faults").wait_for()
    assert stops.stopped(store, [FOREIGN]) == {}


def _kept(page: Page) -> dict[str, str]:
    """Everything that pages and workers of this site keep on the device, by address."""
    found: dict[str, str] = page.evaluate(
        """async () => {
          const found = {};
          for (const name of await caches.keys()) {
            const store = await caches.open(name);
            for (const one of await store.keys()) {
              found[new URL(one.url).pathname] = await (await store.match(one)).text();
            }
          }
          return found;
        }"""
    )
    return found


def test_the_form_opens_without_a_network_after_one_visit(
    officer: Page, running: tuple[str, Services]
) -> None:
    site, services = running
    officer.locator("html[data-kept]").wait_for()
    officer.evaluate("async () => { await navigator.serviceWorker.ready; }")
    with services.store.reading() as connection:
        before = len(rows.listed(connection, None, limit=50))
    officer.context.set_offline(True)
    officer.goto(f"{site}/s/inspections/new?code={FOREIGN}")
    assert officer.locator("#codes").input_value() == FOREIGN
    assert officer.locator("#begun").input_value() != ""
    assert officer.locator("[name=nonce]").input_value() != ""
    officer.locator("#place").fill("Kho không có sóng")
    officer.locator("#findings").fill("Thiếu nhãn phụ.")
    officer.locator("form#visit button[type=submit]").click()
    officer.locator("[data-draft-said][data-state=waiting]").wait_for()
    officer.context.set_offline(False)
    officer.locator("article.minutes").wait_for()
    with services.store.reading() as connection:
        found = rows.listed(connection, None, limit=50)
    assert len(found) == before + 1
    digests = {row["digest"] for row in found}
    places = [proof.visit.place for one in digests if (proof := queries.proof(services.store, one))]
    assert places.count("Kho không có sóng") == 1


def test_nothing_personal_is_kept_on_the_device(
    officer: Page, running: tuple[str, Services]
) -> None:
    officer.locator("html[data-kept]").wait_for()
    officer.goto(f"{running[0]}/stoplist/check?code={FOREIGN}")
    officer.locator("html[data-kept]").wait_for()
    officer.goto(f"{running[0]}/s/inspections")
    kept = _kept(officer)
    pages = {path for path, text in kept.items() if "<html" in text[:500]}
    assert pages == {"/stoplist/check", "/s/inspections/blank"}
    others = {path for path in kept.keys() - pages if not path.startswith("/static/")}
    assert {path for path in others if not path.startswith("/stoplist/")} == set()
    for path in pages:
        assert 'name="nonce" value=""' in kept[path] or "nonce" not in kept[path]
        assert 'name="_token" value=""' in kept[path] or "_token" not in kept[path]
        assert 'class="me"' not in kept[path]
        assert FOREIGN not in kept[path]
