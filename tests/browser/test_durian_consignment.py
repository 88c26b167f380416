# SPDX-License-Identifier: Apache-2.0
"""A durian consignment to China on phones, without JavaScript: codes granted, lent, suspended and
overdrawn, each with its arithmetic; the laboratory's report; what other provinces see of it.
"""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Page

from nguon.base.time import HANOI
from nguon.identity.model import Principal, Role
from nguon.identity.visibility import KeyKind
from nguon.registry.ledger import service as ledger
from nguon.registry.ledger.model import Use, Verdict
from nguon.store.registry import organisation_ids
from nguon.web.services import Services

pytestmark = pytest.mark.browser
Opening = Callable[[str], Page]
Person = Callable[..., Opening]
HOUSE = "cao-nguyen-xanh"
LOT = "01/09521202000182/10/SR260817"
NEXT_LOT = "01/09521202000182/10/SR260818"


@pytest.fixture
def running(apart: tuple[str, Services]) -> tuple[str, Services]:
    """Codes that are suspended here are good elsewhere."""
    return apart


@pytest.fixture
def numbers(running: tuple[str, Services]) -> dict[str, int]:
    """The organisations of the demonstration."""
    names = [HOUSE, "ho-sr-03", "ho-sr-04", "ho-sr-05"]
    with running[1].store.reading() as connection:
        return organisation_ids(connection, names)


def press(page: Page, name: str) -> None:
    """Press a button; nothing sticks out of the screen that follows."""
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()
    assert page.locator("html").evaluate("html => html.scrollWidth") <= 360, page.url


def plain(text: str) -> str:
    """Words with single spaces."""
    return " ".join(text.split())


def said(page: Page) -> str:
    """The words of the page."""
    return plain(page.locator("main").inner_text())


def line(page: Page, name: str) -> str:
    """What a consignment's page says of a code or of a condition."""
    found = page.locator("ul.tasks > li").filter(has=page.locator(f'strong:text-is("{name}")'))
    for closed in found.locator("details:not([open]) > summary").all():
        closed.click()
    return plain(found.first.inner_text())


def granted(opening: Opening, code: str, kilograms: str) -> str:
    """The holder of a code lets the packing house use it; gives the grant's number."""
    page = opening(f"/w/authorisations/new?code=vn-area:{code}")
    page.locator('[name="code"]').select_option(label=code)
    page.locator('[name="party"]').fill("cao-nguyen-xanh")
    page.locator('[name="from"]').fill("2026-07-01")
    page.locator('[name="to"]').fill("2026-10-31")
    page.locator('[name="quantity"]').fill(kilograms)
    press(page, "Cho dùng")
    found = re.search(rf"UQ-{code}-\d+-\d+", page.locator("h1").inner_text())
    assert found is not None
    return found[0]


def planned(house: Opening, number: str, day: str, load: tuple[str, str], **codes: str) -> str:
    """A consignment to China as a draft; gives its page."""
    page = house(f"/w/consignments/new?item={load[0]}")
    page.locator('[name="number"]').fill(number)
    page.locator('[name="market"]').select_option("cn")
    page.locator('[name="planned"]').fill(day)
    page.locator('[name="lot_amount"]').first.fill(load[1])
    for box in page.locator('[name="code"]').all():
        box.fill("")
    for row, (code, kilograms) in enumerate(codes.items()):
        page.locator('[name="code"]').nth(row).fill(code.replace("_", "-"))
        page.locator('[name="code_amount"]').nth(row).fill(kilograms)
    page.locator('[name="consignee_name"]').fill("Trái cây Bằng Tường Hồng (minh hoạ)")
    page.locator('[name="vehicle"]').fill("50H-952.17")
    press(page, "Lưu bản nháp")
    assert re.search(r"/w/consignments/\w+$", page.url)
    return page.url


AREA_SUM = (
    "Phép tính theo mã Diện tích theo khai báo {area} ha × Năng suất tối đa Nguồn: {source} "
    "20 tấn/ha = Sản lượng tối đa của mã {ceiling} kg Đã dùng trước đó {before} kg "
    "+ Lần dùng này {use} kg = Sau lần dùng này {after} kg So với tối đa {share} %"
)
"""The arithmetic of an area code as it is read."""
CADMIUM = "Kết quả kiểm nghiệm cadimi của lô"
AURAMINE = "Kết quả kiểm nghiệm vàng O của lô"


def reckoned(text: str, **amounts: str) -> None:
    """The arithmetic stands there with exactly these amounts."""
    pattern = re.escape(AREA_SUM).replace(r"\{source\}", ".*?")
    for name, amount in amounts.items():
        pattern = pattern.replace(rf"\{{{name}\}}", re.escape(amount))
    assert re.search(pattern, text), text


def test_a_consignment_from_the_orchards_to_the_border(
    signs_in: Callable[[str], Opening], as_person: Person, numbers: dict[str, int]
) -> None:
    house = signs_in("quanly@cao-nguyen-nang.example")
    officer, elsewhere = signs_in("canbo@dak-lak.example"), signs_in("canbo@hung-yen.example")
    granted(as_person("manager", numbers["ho-sr-03"]), "VN-DLOR-9523", "60 tấn")
    page = planned(
        house, "XK-952-17", "20/08/2026", (LOT, "5.400 kg"),
        VN_DLOR_9523="3.570", VN_DLOR_9525="1.830 kg", VN_DLPH_9521="5,4 tấn",
    )  # fmt: skip
    _declared(house(page))
    _attempted(officer)
    _lent(house, page, as_person("manager", numbers["ho-sr-05"]))
    _examined(house, signs_in("kiemnghiem@dat-do.example"), page)
    _ready(house, page)
    _suspended(house, officer)
    _elsewhere(elsewhere, page)


def _declared(page: Page) -> None:
    """Two codes are counted with their sums, one is refused because nobody granted it."""
    press(page, "Khai chuyến hàng")
    own = line(page, "VN-DLOR-9523")
    reckoned(
        own, area="18", ceiling="360.000", before="0", use="3.570", after="3.570", share="0,99"
    )
    assert own.endswith("Còn lại sau lần này 56.430 kg Được dùng"), own
    lent = line(page, "VN-DLOR-9525")
    assert "Người giữ mã VN-DLOR-9525 chưa cho đơn vị này dùng mã." in lent
    assert "+ Lần dùng này 1.830 kg" in lent
    assert "400.000" not in lent, "what others' codes bear is not told"
    assert lent.endswith("Không được dùng")
    house = line(page, "VN-DLPH-9521")
    assert "5.400 kg" in house
    assert house.endswith("Được dùng")


def _attempted(officer: Opening) -> None:
    """The province sees the attempt with the whole sum."""
    desk = officer("/s/codes?verdict=refused")
    desk.get_by_role("link", name="VN-DLOR-9525 · XK-952-17").click()
    assert desk.locator("h1").inner_text() == "Không được dùng mã"
    reckoned(
        said(desk),
        area="20", ceiling="400.000", before="0", use="1.830", after="1.830", share="0,45",
    )  # fmt: skip


def _lent(house: Opening, page: str, holder: Opening) -> None:
    """Its holder sees the attempt and grants it; the same consignment draws on it."""
    assert "VN-DLOR-9525 · XK-952-17 1.830 kg" in said(holder("/w/authorisations"))
    granted(holder, "VN-DLOR-9525", "20.000")
    shown = house(page)
    press(shown, "Khai lại mã bị từ chối")
    assert line(shown, "VN-DLOR-9525").endswith("Còn lại sau lần này 18.170 kg Được dùng")
    kept = said(holder("/w/authorisations"))
    assert "Đã dùng 1.830 kg, còn 398.170 kg trong 400.000 kg." in kept
    assert "Đã dùng 1.830 kg, còn 18.170 kg trong 20.000 kg." in kept


def _examined(house: Opening, laboratory: Opening, page: str) -> None:
    """The gates name the report that is missing; sample, result and release open them."""
    shown = house(page)
    for name in (CADMIUM, AURAMINE):
        missing = line(shown, name)
        assert "Căn cứ: GACC 66/2022, GACC, từng lô từ 10/01/2025 · bắt buộc" in missing
        assert "Ai cần cung cấp: phòng thử nghiệm" in missing
        assert missing.endswith("Thiếu")
    shown.get_by_role("link", name=CADMIUM).click()
    assert shown.locator('[name="lots"]').input_value() == LOT
    shown.locator('[name="number"]').fill("M-952-17")
    shown.locator('[name="laboratory"]').fill("thu-nghiem-tay-nguyen")
    shown.locator('[name="taken"]').fill("17/08/2026 17h30")
    press(shown, "Ghi mẫu mới")
    sample = shown.url
    press(shown, "Đã gửi phòng thử nghiệm")
    bench = laboratory(sample)
    bench.locator('[name="report"]').fill("KQ-952-17")
    bench.locator('[name="value-cadmium"]').fill("0,031")
    bench.locator('[name="absent-auramine-o"]').check()
    press(bench, "Nhập kết quả")
    assert "0,031 mg/kg" in said(bench)
    assert line(house(page), CADMIUM).endswith("Thiếu: chưa được duyệt cho xuất")
    press(house(sample), "Cho xuất")
    shown = house(page)
    assert [line(shown, name)[-3:] for name in (CADMIUM, AURAMINE)] == [" Đủ", " Đủ"]


def _ready(house: Opening, page: str) -> None:
    """The last papers, and the consignment is ready; then it leaves."""
    shown = house(page)
    assert "Còn 2 điều kiện của Trung Quốc chưa đạt" in said(shown)
    shown.locator('[name="phytosanitary"]').fill("KDTV-952-17")
    shown.locator('[name="box-marks"]').fill("Nhàn, 19/08/2026")
    press(shown, "Lưu")
    assert "Sẵn sàng cho Trung Quốc" in said(shown)
    press(shown, "Hàng đã đi")
    assert shown.locator("h1 .tag").inner_text() == "đã đi"


def _suspended(house: Opening, officer: Opening) -> None:
    """The province suspends the area: the next use is refused, with day and reason."""
    desk = officer("/s/approvals?find=VN-DLOR-9525")
    desk.get_by_role("link", name="mã số vùng trồng VN-DLOR-9525").click()
    desk.get_by_role("link", name="Tạm đình chỉ").click()
    desk.get_by_label("Cho mượn mã số").check()
    desk.locator('[name="note"]').fill("Biên bản 12/2026 (minh hoạ)")
    desk.locator('[name="valid_from"]').fill("2026-08-25")
    press(desk, "Tạm đình chỉ")
    assert "Tạm đình chỉ" in said(desk)
    page = planned(
        house, "XK-952-27", "27/08/2026", (LOT, "900 kg"), VN_DLOR_9525="900", VN_DLPH_9521="900"
    )
    shown = house(page)
    press(shown, "Khai chuyến hàng")
    refused = line(shown, "VN-DLOR-9525")
    why = "từ 25/08/2026: Cho mượn mã số: Biên bản 12/2026 (minh hoạ)."
    assert f"Mã VN-DLOR-9525 bị tạm đình chỉ {why}" in refused
    assert "= Sau lần dùng này 2.730 kg" in refused
    assert refused.endswith("Không được dùng")


def _elsewhere(officer: Opening, page: str) -> None:
    """Another province's officer finds neither the consignment nor the uses of its codes."""
    assert "XK-952" not in said(officer("/s/codes"))
    assert "XK-952" not in said(officer("/w/consignments"))
    assert "M-952-17" not in said(officer("/w/samples"))
    assert "Không có chuyến hàng này." in officer(page).inner_text("body")


def test_more_than_an_area_bears_waits_for_the_officer(
    signs_in: Callable[[str], Opening],
    as_person: Person,
    running: tuple[str, Services],
    numbers: dict[str, int],
) -> None:
    granted(as_person("manager", numbers["ho-sr-04"]), "VN-DLOR-9524", "400 tấn")
    assert _used(running[1], numbers, 140_000) is Verdict.ACCEPTED
    assert _used(running[1], numbers, 139_000) is Verdict.NOTICED
    house, officer = signs_in("quanly@cao-nguyen-nang.example"), signs_in("canbo@dak-lak.example")
    _explained(house)
    assert _used(running[1], numbers, 21_400, "hai vụ") is Verdict.QUESTIONED
    page = planned(house, "XK-952-30", "30/08/2026", (NEXT_LOT, "3.600"), VN_DLOR_9524="3.600")
    shown = house(page)
    press(shown, "Khai chuyến hàng")
    held = line(shown, "VN-DLOR-9524")
    assert "Mã dùng tới 110 % sản lượng tối đa (308.000 trên 280.000 kg)" in held
    assert held.endswith("Đang giữ")
    _answered(officer)
    shown = house(page)
    counted = line(shown, "VN-DLOR-9524")
    reckoned(
        counted, area="14", ceiling="280.000", before="304.400", use="3.600", after="308.000",
        share="110",
    )  # fmt: skip
    assert counted.endswith("Còn lại sau lần này 92.000 kg Cơ quan chấp nhận")
    assert "Đã dùng 308.000 kg" in said(
        as_person("manager", numbers["ho-sr-04"])("/w/authorisations")
    )


def _used(
    services: Services, numbers: dict[str, int], kilograms: int, reason: str | None = None
) -> Verdict:
    """A use by a program of the packing house, earlier in the season."""
    actor = Principal(numbers[HOUSE], "test", KeyKind.MEMBER, Role.CLERK.scopes, False)
    asked = Use(
        code="vn-area:VN-DLOR-9524",
        crop="durian",
        market="CN",
        used_at=datetime(2026, 8, 1, 9, tzinfo=HANOI),
        quantity=Decimal(kilograms),
        consignment=f"XK-952-{kilograms}",
        reason=reason,
    )
    return ledger.draw(services.store, actor, asked).verdict


def _explained(house: Opening) -> None:
    """Above the ceiling reasons are asked for; with them the use counts."""
    page = planned(house, "XK-952-28", "28/08/2026", (NEXT_LOT, "4.000"), VN_DLOR_9524="4.000")
    shown = house(page)
    press(shown, "Khai chuyến hàng")
    refused = line(shown, "VN-DLOR-9524")
    assert "Cần nêu lý do vì sao sản lượng vượt mức tối đa." in refused
    reckoned(
        refused, area="14", ceiling="280.000", before="279.000", use="4.000", after="283.000",
        share="101,07",
    )  # fmt: skip
    shown.get_by_label("Lý do dùng quá sản lượng của mã VN-DLOR-9524").fill("Năm nay hai vụ")
    press(shown, "Khai lại mã bị từ chối")
    assert line(shown, "VN-DLOR-9524").endswith("Có lý do")


def _answered(officer: Opening) -> None:
    """The officer reads the sum and lets it count."""
    desk = officer("/s/codes?verdict=held")
    desk.get_by_role("link", name="VN-DLOR-9524 · XK-952-30").click()
    assert "So với tối đa 110 %" in said(desk)
    desk.get_by_label("Chấp nhận").check()
    desk.locator('[name="reason"]').fill("Đã kiểm tra vườn ngày 29/08 (minh hoạ)")
    press(desk, "Ghi câu trả lời")
    assert "Cơ quan chấp nhận" in said(desk)
