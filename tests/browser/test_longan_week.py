# SPDX-License-Identifier: Apache-2.0
"""A longan week on phones, without JavaScript: seventeen households deliver, the house packs and
ships, a shop in Hà Nội takes less than was sent, and a consumer reads the passport.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from nguon.base.time import HANOI
from nguon.web.work import entries_flow, handovers

pytestmark = pytest.mark.browser
Opening = Callable[[str], Page]
FIELDS = 'main input:not([type="hidden"]), main select, main textarea'
MONDAY = (
    "420", "380", "350", "210", "190", "160 kg", "170,5", "0,25 tấn", "305", "288", "1.020",
    "95", "140", "133", "176", "201", "99,5",
)  # fmt: skip
TUESDAY = {1: "310", 3: "275", 7: "140", 17: "85,5"}
RAW = "01/09521101000016"
STEPS = [
    "Thu hoạch", "Nhận hàng", "Sơ chế, chế biến", "Đóng gói", "Xuất hàng", "Nhận hàng", "Bán lẻ",
]  # fmt: skip
DAYS_AGO = 12
"""How long before today the week begins."""


@pytest.fixture
def turn(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], datetime]:
    """Sets the clock of the forms to half past four of a day of that week."""

    def to(day: int) -> datetime:
        then = datetime.now(HANOI) - timedelta(days=DAYS_AGO - day)
        noon = then.replace(hour=16, minute=30, second=0, microsecond=0)

        class Clock(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
                return noon.astimezone(UTC)

        monkeypatch.setattr(entries_flow, "datetime", Clock)
        monkeypatch.setattr(handovers, "datetime", Clock)
        return noon

    return to


class Clerk:
    """Types as a person does, and counts it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.typed = 0

    def fill(self, name: str, text: str) -> None:
        """Type into a field."""
        self.page.locator(f'[name="{name}"]').fill(text)
        self.typed += 1

    def press(self, step: str) -> None:
        """Press a button by its step; nothing sticks out of the screen that follows."""
        self.page.locator(f'button[name="_step"][value="{step}"]').click()
        self.page.wait_for_load_state()
        width = self.page.locator("html").evaluate("html => html.scrollWidth")
        assert width <= 360, self.page.url

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.page.locator(f'[name="{name}"]').input_value()

    def names(self, start: str) -> list[str]:
        """The fields whose names begin so."""
        found = self.page.locator(f'[name^="{start}"]')
        return list(found.evaluate_all("some => some.map(one => one.name)"))

    def links(self, start: str) -> list[str]:
        """What the links that begin so lead to, without that beginning."""
        found = self.page.locator(f'a[href^="{start}"]')
        told = found.evaluate_all("some => some.map(one => one.getAttribute('href'))")
        return list(dict.fromkeys(one.removeprefix(start) for one in told))

    def said(self, place: str = "main") -> str:
        """The words of a part of the page."""
        return self.page.locator(place).first.inner_text()


def test_a_week_from_the_orchards_to_the_shelf(
    signs_in: Callable[[str], Opening], turn: Callable[[int], datetime]
) -> None:
    office, shop = signs_in("thuky@tan-hung.example"), signs_in("cuahang@sen-viet.example")
    monday = turn(0)
    lots = _delivered(Clerk(office("/w/deliveries")), monday)
    tuesday = turn(1)
    _again(Clerk(office("/w/deliveries")), tuesday)
    turn(2)
    packed, pallets = _packed(Clerk(office("/w/pack")), lots, office)
    _shipped(Clerk(office("/w/ship")), pallets)
    turn(3)
    page = _received(Clerk(shop("/w/receive")), pallets)
    short = ["thiếu 5 hộp/cái", "giao 560 hộp/cái, nhận 555 hộp/cái"]
    assert all(words in Clerk(shop(page)).said("#short") for words in short)
    _agreed(office, page, short)
    turn(4)
    _sold(shop, packed)
    _public(office, packed, lots)


def _delivered(clerk: Clerk, day: datetime) -> list[str]:
    """Seventeen households on one sheet; gives their lots."""
    started, boxes = time.monotonic(), clerk.names("kg-")
    assert len(boxes) == 17
    assert clerk.value("day") == f"{day:%d/%m/%Y}"
    assert clerk.page.locator(FIELDS).count() <= 60
    for name, weight in zip(boxes, MONDAY, strict=True):
        clerk.fill(name, weight)
    lots = [clerk.value(name.replace("kg-", "lot-")) for name in boxes]
    assert lots[1:] == [f"H{number:02}-{day:%y%m%d}" for number in range(2, 18)]
    clerk.press("look")
    assert clerk.said(".notice") == "17 hộ, tổng 4.588 kg"
    near, far = clerk.page.locator(".looks section").all()
    assert "Đỗ Văn Lạc" in near.inner_text()
    assert "4.588 kg" in near.inner_text()
    assert "Đỗ Văn Lạc" not in far.inner_text()
    assert "4.588" not in far.inner_text()
    clerk.press("record")
    assert clerk.typed == 17
    assert time.monotonic() - started < 60
    done = clerk.said()
    assert "17 lô" in done
    assert "Đã nhận hàng của 17 bên." in done
    assert [lot for lot in lots if lot not in done] == []
    clerk.page.get_by_role("link", name="In cả 17 tem").click()
    assert clerk.said(".proof").startswith("17 tem, ")
    assert clerk.page.locator(".label svg").count() == 4
    return lots


def _again(clerk: Clerk, day: datetime) -> None:
    """The next day begins as yesterday ended; only the kilograms of four are typed."""
    boxes = clerk.names("kg-")
    chosen = [
        clerk.page.locator(f'[name="{name}"] option:checked').inner_text()
        for name in ("product", "area", "place")
    ]
    assert chosen == [
        "Nhãn lồng tươi tại vườn (cân theo lô)",
        "Vùng trồng nhãn Tân Hưng (17 hộ, 30 ha) (VN-HYOR-9521)",
        "Nhà đóng gói nhãn Tân Hưng (VN-HYPH-9521)",
    ]
    for name, weight in TUESDAY.items():
        clerk.fill(boxes[name - 1], weight)
    assert clerk.value(boxes[2].replace("kg-", "lot-")) == f"H03-{day:%y%m%d}"
    clerk.press("look")
    assert clerk.said(".notice") == "4 hộ, tổng 810,5 kg"
    clerk.press("record")
    assert clerk.typed == 4
    assert "4 lô" in clerk.said()


def _packed(clerk: Clerk, lots: list[str], office: Opening) -> tuple[str, list[str]]:
    """Three lots into 560 boxes on four pallets; gives the lot packed and the pallets."""
    for lot, weight in zip(lots[:3], ("420", "380", "350"), strict=True):
        clerk.fill(f"use:{RAW}/10/{lot}", weight)
    clerk.fill("count-1", "576")
    clerk.fill("pallets", "4")
    clerk.press("look")
    assert "Làm ra 1.152 kg từ 1.150 kg: nhiều hơn 2 kg" in clerk.said(".faults")
    clerk.fill("count-1", "560")
    clerk.press("look")
    balance = " ".join(clerk.said(".balance").split())
    assert balance == "Đưa vào 1.150 kg Làm ra 1.120 kg Hao hụt 30 kg (2,6 %)"
    clerk.press("record")
    pallets = clerk.links("/w/label/00/")
    [packed] = clerk.links("/w/label/01/")
    assert len(pallets) == 4
    [labels] = clerk.links("/w/labels/")
    sheet = Clerk(office(f"/w/labels/{labels}"))
    assert sheet.said(".proof").startswith("5 tem, ")
    assert "560 hộp/cái" in sheet.said(".label")
    return f"01/{packed}", pallets


def _shipped(clerk: Clerk, pallets: list[str]) -> None:
    """All four pallets are offered to the shops."""
    for pallet in pallets:
        clerk.page.locator(f'[name="pallet:00/{pallet}"]').check()
    clerk.fill("party", "sen viet")
    clerk.fill("vehicle", "89C-952.01")
    clerk.press("look")
    near, far = clerk.page.locator(".looks section").all()
    assert "Sen Việt" in near.inner_text()
    assert "Sen Việt" not in far.inner_text()
    clerk.press("record")
    assert "Đã ghi" in clerk.said()


def _received(clerk: Clerk, pallets: list[str]) -> str:
    """One scan finds the delivery; of one pallet five boxes are missing."""
    scan = clerk.page.locator("main form").first
    scan.locator('[name="code"]').fill(f"(00){pallets[1]}")
    scan.locator("button").click()
    found = re.search(r"/w/handovers/\w+$", clerk.page.url)
    assert found is not None
    clerk.page.locator('[name="place"]').select_option(label="Nông sản Sen Việt – Hoàn Kiếm")
    clerk.page.locator("details.more summary").last.click()
    count = clerk.page.get_by_label(f"Pa-lét {pallets[1]}", exact=False)
    name = str(count.get_attribute("name"))
    assert count.input_value() == "140"
    clerk.fill(name, "135")
    clerk.press("part")
    assert "lý do" in clerk.said(".faults")
    assert clerk.value(name) == "135"
    clerk.fill(f"why-{name.split('-')[1]}", "5 hộp bị dập")
    clerk.press("part")
    assert "/w/done/" in clerk.page.url
    return found[0]


def _agreed(office: Opening, page: str, short: list[str]) -> None:
    """The cooperative reads the same difference, and agrees."""
    clerk = Clerk(office("/w/handovers"))
    assert clerk.links("/w/handovers/")[:1] == [page.removeprefix("/w/handovers/")]
    clerk = Clerk(office(page))
    assert all(words in clerk.said("#short") for words in short)
    assert "“5 hộp bị dập”" in clerk.said()
    clerk.press("agree")
    assert "thiếu 5 hộp/cái" in clerk.said("#short")
    assert clerk.page.locator('button[value="agree"]').count() == 0


def _sold(shop: Opening, packed: str) -> None:
    """Twelve boxes are sold; no more can be than the 543 that are left."""
    lot = packed.rpartition("/")[2]
    for count in ("556", "12"):
        clerk = Clerk(shop("/w/sell"))
        clerk.fill("code", lot)
        clerk.fill("count", count)
        clerk.press("look")
        if count == "556":
            assert "555 hộp/cái" in clerk.said(".faults")
            continue
        clerk.press("record")
        assert "Đã ghi" in clerk.said()
    clerk = Clerk(shop("/w/sell"))
    clerk.fill("code", lot)
    clerk.fill("count", "544")
    clerk.press("look")
    assert "543 hộp/cái" in clerk.said(".faults")


def _public(opening: Opening, packed: str, lots: list[str]) -> None:
    """What a consumer reads: origin, seven steps, nothing about households or amounts."""
    context = opening("/w").context
    context.clear_cookies()
    reader = Clerk(opening(f"/p/{packed}"))
    text = reader.said("body")
    assert "Xã Tân Hưng, tỉnh Hưng Yên\n3 địa điểm" in reader.said(".origin").replace("\n\n", "\n")
    assert reader.said(".origin .small .code") == "VN-HYOR-9521"
    steps = reader.page.locator(".journey h3").all_inner_texts()
    assert steps == STEPS
    assert "Đã ghi 6/6 công đoạn" in text
    assert "Dữ liệu theo luật: 19/19 mục" in text
    assert "14 bản ghi" in text
    hidden = ("Lạc", "Nhài", "Khoát", "1.150", "1.120", "560", "420 kg", "555", "Hộ ông", "89C")
    assert [word for word in hidden if word in text] == []
    raw = Clerk(opening(f"/p/{RAW}/10/{lots[10]}")).said("body")
    assert [word for word in ("1.020", "Trần Thị Vóc", "Hộ bà") if word in raw] == []
