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
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale="vi-VN")
    context.add_cookies([{"name": "session", "value": token, "url": site}])
    page = context.new_page()
    page.goto(f"{site}/s/inspections/new?code={FOREIGN}")
    yield page
    context.close()


def test_a_visit_without_a_signal(officer: Page, running: tuple[str, Services]) -> None:
    store = running[1].store
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
        assert rows.listed(connection, None, limit=10) == []
    officer.context.set_offline(False)
    officer.locator("article.minutes").wait_for()
    assert "BIÊN BẢN KIỂM TRA" in officer.locator("h1").inner_text()
    assert officer.locator("article.minutes .symbol svg").count() == 1
    with store.reading() as connection:
        [row] = rows.listed(connection, None, limit=10)
    proof = queries.proof(store, row["digest"])
    assert proof is not None
    assert proof.visit.place == "Cửa hàng ở chợ"
    officer.locator("input[name=hold-code]").check()
    officer.locator("#reason").fill("Chờ kết quả kiểm nghiệm")
    officer.locator("#until").fill("01/01/2020")
    officer.get_by_role("button", name="Ký lệnh tạm giữ").click()
    officer.locator("#faults").wait_for()
    assert stops.stopped(store, [FOREIGN]) == {}
