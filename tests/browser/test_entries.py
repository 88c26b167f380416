# SPDX-License-Identifier: Apache-2.0
"""A clerk's day on a phone without JavaScript: the delivery sheet of seventeen households, packing,
shipping, and what the packed box then tells.
"""

import re
import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page

from nguon.entries import service
from nguon.entries.model import Harvest, Receive
from nguon.store import registry as rows
from nguon.web.services import Services

COOPERATIVE, CHAIN = "htx-nhan-tan-hung", "chuoi-nong-san-sen-viet"
FIELDS = 'input:not([type="hidden"]), select, textarea'
WEIGHTS = (
    "420", "380", "350", "210 kg", "190", "160", "170,5", "0,25 tấn", "305", "288", "1.020",
    "95", "140", "133", "176", "201", "99,5",
)  # fmt: skip
TOTAL = Decimal(4588)


@pytest.fixture
def numbers(running: tuple[str, Services]) -> dict[str, int]:
    """The organisations of the demonstration."""
    with running[1].store.reading() as connection:
        return rows.organisation_ids(connection, [COOPERATIVE, CHAIN])


class Typing:
    """Fills fields in as a person does, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.typed = 0

    def fill(self, name: str, text: str) -> None:
        """Type into a field."""
        self.page.locator(f'[name="{name}"]').fill(text)
        self.typed += 1

    def press(self, name: str) -> None:
        """Press a button by its step; what comes must be a page."""
        self.page.locator(f'button[value="{name}"]').click()


@pytest.fixture
def delivered(
    as_person: Callable[..., Callable[..., Page]],
    running: tuple[str, Services],
    numbers: dict[str, int],
) -> tuple[Callable[..., Page], int]:
    """The sheet of the day, recorded by the cooperative's clerk: his browser, the receipt."""
    opening = as_person("clerk", numbers[COOPERATIVE])
    page = opening("/w/deliveries")
    store = running[1].store
    before = store.log.events_after(0)
    boxes = page.locator('[name^="kg-"]').evaluate_all("some => some.map(one => one.name)")
    assert len(boxes) == 17
    typing = Typing(page)
    started = time.monotonic()
    for name, weight in zip(boxes, WEIGHTS, strict=True):
        typing.fill(name, weight)
    typing.fill(boxes[0].replace("kg-", "lot-"), "L\u00d4-01")
    typing.press("look")
    assert "LO-01" in page.locator(".faults").inner_text()
    assert page.locator(f'[name="{boxes[16]}"]').input_value() == "99,5"
    typing.fill(boxes[0].replace("kg-", "lot-"), "LO-01")
    typing.press("look")
    assert "4.588 kg" in page.locator(".notice").first.inner_text()
    typing.press("record")
    assert time.monotonic() - started < 60
    assert typing.typed <= 25
    found = re.search(r"/w/done/(\d+)", page.url)
    assert found is not None
    assert store.log.events_after(0) == before + 34
    return opening, int(found[1])


def test_the_day_of_a_clerk(
    delivered: tuple[Callable[..., Page], int],
    running: tuple[str, Services],
    numbers: dict[str, int],
    as_person: Callable[..., Callable[..., Page]],
) -> None:
    opening, receipt = delivered
    store = running[1].store
    done = service.receipt(store, numbers[COOPERATIVE], receipt)
    assert done is not None
    harvests = [entry for entry in done.entries if isinstance(entry, Harvest)]
    receipts = [entry for entry in done.entries if isinstance(entry, Receive)]
    assert (len(harvests), len(receipts)) == (17, 17)
    assert sum(one.quantity.amount for one in harvests) == TOTAL
    assert [one.lot for one in harvests][:3] == ["LO-01", *_stamped(harvests[0], "H02", "H03")]
    assert {one.lines[0].item for one in receipts} == {one.item for one in harvests}
    lot = _packed(opening("/w/pack"), harvests)
    _shipped(opening("/w/ship"))
    _accepted(as_person("clerk", numbers[CHAIN]))
    page = opening(f"/p/{lot}")
    journey = page.locator(".journey").inner_text()
    for stage in ("Thu hoạch", "Xuất hàng", "Nhận hàng"):
        assert stage in journey
    text = page.locator("body").inner_text()
    assert "VN-HYOR-9521" in text
    assert "Đỗ Văn Lạc" not in text


def _packed(page: Page, harvests: list[Harvest]) -> str:
    """Two lots packed into 200 boxes on two pallets; too many boxes are refused first."""
    typing = Typing(page)
    for harvest in harvests[:2]:
        typing.fill(f"use:{harvest.item}", str(harvest.quantity.amount).replace(".", ","))
    typing.fill("count-1", "401")
    typing.fill("pallets", "2")
    typing.press("look")
    assert "Làm ra 802 kg từ 800 kg: nhiều hơn 2 kg" in page.locator(".faults").inner_text()
    typing.fill("count-1", "390")
    typing.press("look")
    assert "20 kg (2,5 %)" in page.locator(".balance").inner_text()
    typing.press("record")
    assert page.locator('a[href^="/w/label/00/"]').count() == 2
    label = page.locator('a[href^="/w/label/01/"]').first
    lot = str(label.get_attribute("href")).removeprefix("/w/label/")
    label.click()
    assert page.locator(".label svg path").count() == 1
    assert lot.rpartition("/")[2] in page.locator(".label").inner_text()
    return lot


def _shipped(page: Page) -> None:
    """Both pallets to the shop chain."""
    typing = Typing(page)
    for box in page.locator('[name^="pallet:"]').all():
        box.check()
    typing.fill("party", "sen viet")
    typing.press("look")
    looks = page.locator(".looks section")
    assert "Sen Việt" in looks.nth(0).inner_text()
    assert "Sen Việt" not in looks.nth(1).inner_text()
    typing.press("record")


def _accepted(opening: Callable[..., Page]) -> None:
    """The shop finds the hand-over by a pallet's number, accepts all and sells three boxes."""
    page = opening("/w/handovers")
    page.locator("#to-me + .tasks a").first.click()
    pallet = page.locator(".tasks .code").first.inner_text()
    page = opening(f"/w/receive/scan?code={pallet}")
    assert "/w/handovers/" in page.url
    typing = Typing(page)
    typing.press("accept")
    assert "/w/done/" in page.url


def _stamped(harvest: Harvest, *starts: str) -> list[str]:
    return [f"{start}-{harvest.at:%y%m%d}" for start in starts]
