# SPDX-License-Identifier: Apache-2.0
"""On phones, without JavaScript: goods are offered with an invoice and a secret, the shop disputes
them, the cooperative agrees; each word is signed. A cooperative lets a packer record for it.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from nguon.entries import answers, handovers
from nguon.parties.keys.custody import custodian_of
from nguon.store import registry as rows
from nguon.web.services import Services

pytestmark = pytest.mark.browser
Opening = Callable[[str], Page]
COOPERATIVE, CHAIN = (
    "htx-nhan-tan-hung", "chuoi-nong-san-sen-viet",
)  # fmt: skip
RAW = "01/09521101000016"


@pytest.fixture
def numbers(running: tuple[str, Services]) -> dict[str, int]:
    """The organisations' numbers; the platform keeps a key for each."""
    store = running[1].store
    with store.reading() as connection:
        found = rows.organisation_ids(connection, [COOPERATIVE, CHAIN])
    for number in found.values():
        custodian_of(store).make(number, name="kept", by="test")
    return found


def _press(page: Page, step: str) -> None:
    page.locator(f'button[name="_step"][value="{step}"]').click()
    page.wait_for_load_state()
    assert page.locator("html").evaluate("html => html.scrollWidth") <= 360, page.url


def _harvested(office: Opening) -> str:
    """One household's delivery; gives its lot."""
    page = office("/w/deliveries")
    field = page.locator('[name^="kg-"]').first
    name = str(field.get_attribute("name"))
    field.fill("420")
    lot = page.locator(f'[name="{name.replace("kg-", "lot-")}"]')
    lot.fill("GIAO-1")
    _press(page, "look")
    _press(page, "record")
    assert "/w/done/" in page.url, page.inner_text("main")
    return "GIAO-1"


def _shipped(office: Opening, lot: str) -> None:
    page = office("/w/ship")
    page.locator(f'[name="use:{RAW}/10/{lot}"]').fill("200")
    page.locator('[name="party"]').fill("sen viet")
    page.locator('[name="invoice"]').fill("HD 2608-17")
    _press(page, "look")
    _press(page, "record")
    assert "/w/done/" in page.url, page.inner_text("main")


def test_goods_are_handed_over_and_disputed_on_phones(
    running: tuple[str, Services], numbers: dict[str, int], signs_in: Callable[[str], Opening]
) -> None:
    office, shop = signs_in("thuky@tan-hung.example"), signs_in("cuahang@sen-viet.example")
    _shipped(office, _harvested(office))
    store = running[1].store
    one = next(
        each
        for each in handovers.lists(store, numbers[CHAIN]).to_me
        if each.body.invoice == "HD 2608-17"
    )
    page = office(f"/w/handovers/{one.id}")
    page.locator("#offer summary").click()
    assert str(one.body.nonce) in page.inner_text("#offer")
    symbol = page.locator("#offer svg").bounding_box()
    assert symbol is not None
    assert 100 <= symbol["width"] <= 330
    page = shop(f"/w/receive/scan?code=NGUON-GN:{one.id}:{one.body.nonce}")
    assert page.url.endswith(f"/w/handovers/{one.id}")
    assert "HD 2608-17" in page.inner_text("main")
    page.locator("details.more summary").last.click()
    page.locator('[name="note"]').fill("ướt hết, không nhận")
    _press(page, "dispute")
    told = page.inner_text("main")
    assert "ướt hết, không nhận" in told
    assert told.count("đã ký bằng khóa giữ hộ") == 2
    page = office("/w/handovers")
    assert one.id in str(page.locator("#differing + ul").inner_html())
    page = office(f"/w/handovers/{one.id}")
    _press(page, "agree")
    said = answers.said(store, [one.id])[one.id]
    assert [each.state for each in said] == ["offered", "disputed", "settled"]
    assert all(each.custodial for each in said)


def test_a_grant_is_given_and_accepted_on_phones(
    running: tuple[str, Services],
    numbers: dict[str, int],
    as_person: Callable[..., Callable[..., Page]],
) -> None:
    giver, taker = (as_person("manager", numbers[code]) for code in (COOPERATIVE, CHAIN))
    page = giver("/w/give-grant")
    page.locator('[name="party"]').fill(CHAIN)
    page.locator('[name="season_from"]').fill("2026-08-01")
    page.locator('[name="season_to"]').fill("2027-08-01")
    page.locator('[name="amount"]').fill("1.500")
    page.get_by_role("button", name="Ký và ủy quyền").click()
    assert "/w/grants/" in page.url, page.inner_text("main")
    assert "1.500 kg" in page.inner_text("main")
    number = page.url.rpartition("/")[2]
    page = taker("/w/grants")
    assert "Đang chờ bạn trả lời" in page.inner_text("main")
    page = taker(f"/w/grants/{number}")
    page.get_by_role("button", name="Nhận ủy quyền").click()
    assert "đang có hiệu lực" in page.inner_text("main")
    page = giver(f"/w/grants/{number}")
    page.locator("details summary").last.click()
    page.locator('[name="reason"]').fill("hết vụ")
    page.get_by_role("button", name="Chấm dứt ủy quyền").click()
    assert "Đã chấm dứt: hết vụ" in page.inner_text("main")
    assert page.locator("html").evaluate("html => html.scrollWidth") <= 360
