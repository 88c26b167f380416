# SPDX-License-Identifier: Apache-2.0
"""A recall of the demonstration noodles in a real browser, from a complaint to its close.

The numbers are worked out from the story of the goods (`tools/goods/noodles.py` and
`noodle_shops.py`): seasoning lot GV-2608-02 went into batches 3-6 and 9, of 144 cartons each: 720
of the 1,728. `SITES` says where those 720 are by the records, and how many were sold: every third
carton of what a shop unpacked.
"""

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page

from nguon.cli.demonstration import default_folder, read_manifest
from nguon.cli.demonstration_people import open_accounts
from nguon.identity.accounts import people
from nguon.identity.accounts.contacts import contact
from nguon.web.services import Services
from tests.accounts import proved_session_of
from tests.browser.conftest import serving

pytestmark = pytest.mark.browser

INSPECTOR, MAKER = "canbo@attp-hcm.example", "chatluong@song-tien.example"
DISTRIBUTOR, SHOP = "kho@nam-sao.example", "cuahang@bep-am.example"
SEASONING = "01/09521503000058/10/GV-2608-02"
CARTON = "01/19520010000756/21/2604055"
SPARED = "01/19520010000756/21/2602055"
LOTS = [f"01/19520010000756/10/MT26{batch:02d}" for batch in (3, 4, 5, 6, 9)]


class At(NamedTuple):
    """What the records place at a site: cartons there, and cartons sold."""

    here: int
    sold: int


# Factory pallets 12, 15, 18 and 27 stay at the centre. Shop pallet q took cartons 73-96 of batch
# q and 49-72 of batch q + 1, and every third carton of it was sold: 8 of 24.
SITES = {
    "Trung tâm phân phối Dĩ An": At(4 * 48, 0),
    "Bếp Ấm Mart – Bến Thành": At(24 - 8, 8),
    "Bếp Ấm Mart – Tân Phú": At(48 - 16, 16),
    "Bếp Ấm Mart – Dĩ An": At(72 - 24, 24),
    "Bếp Ấm Mart – Thuận An": At(48 - 16, 16),
    "Bếp Ấm Mart – Cát Lái": At(48 - 16, 16),
    "Đại siêu thị Bếp Ấm – Bình Dương": At(2 * 48, 0),
    "Đại siêu thị Bếp Ấm – Cần Thơ": At(4 * 48, 0),
}
HERE, SOLD = (sum(getattr(one, name) for one in SITES.values()) for name in ("here", "sold"))
VI = "Thu hồi mì ăn liền Sông Tiền vị bò, các lô MT2603 đến MT2606 và MT2609. Không ăn, trả lại."
EN = "Song Tien beef noodles, lots MT2603 to MT2606 and MT2609, are recalled. Return them."


def test_the_numbers_of_the_story() -> None:
    assert (HERE, SOLD, HERE + SOLD, len(SITES)) == (640, 80, 720, 8)


class Story(NamedTuple):
    """The server of the story and a browser for each who takes part in it."""

    site: str
    services: Services
    person: Callable[..., Page]


@pytest.fixture(scope="module")
def story(
    browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("recall")
    with serving(sqlite_template, folder) as (site, services):
        store = services.store
        open_accounts(store, read_manifest(default_folder()).person, folder)
        contexts = []

        def person(login: str = "", width: int = 360) -> Page:
            context = browser.new_context(
                viewport={"width": width, "height": 740},
                locale="vi-VN",
                java_script_enabled=False,
                base_url=site,
            )
            contexts.append(context)
            if login:
                found = people.find(store, contact(login))
                assert found is not None
                token = proved_session_of(store, found.id)
                context.add_cookies([{"name": "session", "value": token, "url": site}])
            return context.new_page()

        yield Story(site, services, person)
        for context in contexts:
            context.close()


def _says(page: Page, *words: str) -> None:
    said = page.inner_text("main")
    for some in words:
        assert some in said, said


def _accessible(page: Page) -> None:
    """axe looks at the same page, light and dark, in a browser that lets its script run; it fits
    the phone.

    Pages before the decision are looked at with all others (`test_faces`).
    """
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        locale="vi-VN",
        bypass_csp=True,
        storage_state=page.context.storage_state(),
    )
    again = context.new_page()
    again.goto(page.url)
    assert Axe().run(again).response["violations"] == []
    again.emulate_media(color_scheme="dark")
    contrast = {"runOnly": ["color-contrast"]}
    assert Axe().run(again, options=contrast).response["violations"] == []
    assert again.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def _photo() -> bytes:
    """A photograph of goods that were destroyed."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "darkgreen").save(out, "JPEG")
    return out.getvalue()


def _verdict(page: Page, path: str) -> str:
    page.goto(path)
    return page.locator("#verdict").inner_text()


def test_from_a_complaint_to_the_close(story: Story) -> None:
    consumer, inspector = story.person(), story.person(INSPECTOR, 1280)
    _complain(consumer)
    case = _open(inspector)
    maker = story.person(MAKER, 1280)
    _investigate(inspector, maker, case)
    _scope(inspector, case)
    _decide(inspector, case, consumer)
    maker.goto("/w/quality")
    maker.get_by_role("link", name="Mì ăn liền, lô gia vị GV-2608-02").click()
    _says(maker, "Đang thu hồi", "Bắt buộc")
    own = [one.get_attribute("href") or "" for one in maker.locator("main a").all()]
    assert [one for one in own if one.endswith(("/sites", "/report"))] == [], "not the maker's"
    _accessible(maker)
    _distributor(story.person(DISTRIBUTOR))
    _shops(story.person(SHOP))
    _verify(inspector, case)
    _close(inspector, case, consumer)


def _complain(consumer: Page) -> None:
    """A consumer finds something in a carton that a shop sold."""
    assert _verdict(consumer, f"/p/{CARTON}").startswith("Đã ghi nhận")
    consumer.get_by_role("link", name="Báo vấn đề").click()
    consumer.get_by_label("Chất lượng, an toàn thực phẩm").check()
    consumer.get_by_label("Bạn thấy gì?").fill("Gói gia vị có vật lạ.")
    consumer.get_by_role("button", name="Gửi phản ánh").click()
    assert "/case/" in consumer.url


def _open(inspector: Page) -> str:
    """The inspector opens a case from the report: nobody is told, nothing is stopped."""
    inspector.goto("/s/cases")
    inspector.get_by_role("link", name="Chất lượng, an toàn thực phẩm").click()
    _says(inspector, "Gói gia vị có vật lạ.")
    inspector.get_by_role("link", name="Mở vụ thu hồi từ phản ánh này").click()
    _accessible(inspector)
    assert (
        inspector.get_by_label("Mã hàng liên quan").input_value() == "(01)19520010000756(21)2604055"
    )
    inspector.get_by_label("Tên vụ việc").fill("Mì ăn liền, lô gia vị GV-2608-02")
    inspector.get_by_label("Điều đã biết").fill("Một thùng của mẻ 4, vật lạ trong gói gia vị.")
    inspector.get_by_role("button", name="Mở vụ").click()
    _says(inspector, "Mới mở", "Mì Sông Tiền Vàng")
    case = inspector.url
    inspector.get_by_role("link", name="Xem phản ánh").click()
    _says(inspector, "Gói gia vị có vật lạ.")
    _accessible(inspector)
    assert inspector.get_by_role("link", name="Mở vụ thu hồi từ phản ánh này").count() == 0
    inspector.get_by_role("link", name="Mì ăn liền, lô gia vị GV-2608-02").click()
    assert inspector.url == case
    return case


def _investigate(inspector: Page, maker: Page, case: str) -> None:
    """The maker is asked, answers from its quality desk; the seasoning lot is the cause."""
    inspector.goto(f"{case}/investigate")
    inspector.locator("summary", has_text="Hỏi một đơn vị").click()
    inspector.get_by_label("Hỏi ai").fill("mi-song-tien")
    inspector.get_by_label("Câu hỏi").fill("Mẻ 4 dùng lô gia vị nào?")
    inspector.get_by_role("button", name="Hỏi một đơn vị").click()

    maker.goto("/w/quality")
    assert "GV-2608-02" not in maker.inner_text("main"), "a case that may come to nothing"
    _accessible(maker)
    maker.goto("/w/recalls")
    _says(maker, "Mẻ 4 dùng lô gia vị nào?")
    maker.get_by_label("Trả lời").fill("Lô GV-2608-02, dùng cho các mẻ 3, 4, 5, 6 và 9.")
    maker.get_by_role("button", name="Gửi trả lời").click()

    inspector.goto(f"{case}/investigate")
    _says(inspector, "các mẻ 3, 4, 5, 6 và 9")
    inspector.locator("summary", has_text="Thêm mã nghi ngờ").click()
    inspector.locator("#keys-add").fill(SEASONING)
    inspector.get_by_label("Vì sao thêm").fill("Nguyên nhân chung.")
    inspector.get_by_role("button", name="Thêm mã nghi ngờ").click()
    inspector.goto(f"{case}/investigate")
    inspector.locator("summary", has_text="Xác định phải thu hồi").click()
    inspector.get_by_label("Căn cứ").fill("Có vật lạ trong lô gia vị đã dùng cho năm mẻ.")
    inspector.get_by_role("button", name="Xác định phải thu hồi").click()
    _says(inspector, "còn 23 giờ", "Thông tư 17/2021/TT-BNNPTNT")


def _figures(page: Page) -> dict[str, str]:
    """The figures of a preview, by their words."""
    lines = page.locator("#figures li").all()
    return {one.locator("span").inner_text(): one.locator("b").inner_text() for one in lines}


def _scope(inspector: Page, case: str) -> None:
    """The preview says what the story says, before anybody is told."""
    inspector.goto(f"{case}/scope")
    figures = _figures(inspector)
    assert figures["điểm"] == "8"
    assert figures["tổ chức"] == "2"
    assert figures["còn ở các điểm"] == f"{HERE} hộp/cái"
    assert figures["đã bán"] == f"{SOLD} hộp/cái"
    for place, at in SITES.items():
        [line] = inspector.locator(".sites li", has_text=place).all()
        assert line.inner_text().count(f"{at.here} hộp/cái") == 1, line.inner_text()
        assert (f"Đã bán: {at.sold} hộp/cái" in line.inner_text()) == bool(at.sold)
    inspector.get_by_role("button", name="Chốt phạm vi này").click()
    assert inspector.url == f"{case}/decide"


def _decide(inspector: Page, case: str, consumer: Page) -> None:
    """A last look says exactly what will happen; the passport knows it within five seconds."""
    inspector.get_by_label("Mức 2: có thể gây hại").check()
    inspector.get_by_label("Lời cho công chúng (tiếng Việt)").fill(VI)
    inspector.get_by_label("Lời cho công chúng (tiếng Anh)").fill(EN)
    inspector.get_by_label("Việc các điểm phải làm").fill("Để riêng, đếm, chờ tiêu hủy.")
    inspector.get_by_label("Hạn trả lời của các điểm (giờ)").fill("24")
    inspector.get_by_role("button", name="Xem lại trước khi ra quyết định").click()
    _says(inspector, "8 điểm của 2 tổ chức sẽ được báo", "6 lô, 726 vật có mã bị chặn", VI, EN)
    assert _verdict(consumer, f"/p/{CARTON}") != "THU HỒI", "nothing is stopped before the decision"
    inspector.get_by_role("button", name="Ra quyết định thu hồi").click()
    decided = time.monotonic()
    while _verdict(consumer, f"/p/{CARTON}") != "THU HỒI":
        assert time.monotonic() - decided < 5
    _says(consumer, VI)
    _accessible(consumer)
    for lot in LOTS:
        assert _verdict(consumer, f"/p/{lot}") == "THU HỒI"
    assert _verdict(consumer, f"/p/{SPARED}").startswith("Đã ghi nhận"), "batch 2 is spared"
    consumer.goto(f"/p/{CARTON}")
    consumer.get_by_role("link", name="Xem thông tin thu hồi").click()
    _says(consumer, VI, "(01)19520010000756(10)MT2603", "Sở An toàn thực phẩm")
    _accessible(consumer)
    _says(inspector, "0 trên 8 điểm đã trả lời")
    _accessible(inspector)
    assert inspector.url == f"{case}/sites"


def _answer(page: Page, place: str, at: At, found: int) -> None:
    """One site: stop selling, say what was found, on a phone without scripts."""
    page.goto("/w/recalls")
    page.get_by_role("link", name=place).click()
    _says(page, VI, "Ngừng bán, ngừng giao ngay", "Để riêng, đếm, chờ tiêu hủy.")
    assert f"{at.here} hộp/cái" in page.locator("#yours").inner_text()
    page.get_by_role("button", name="Đã ngừng bán").click()
    page.get_by_label("Tìm thấy bao nhiêu?").fill(str(found))
    page.get_by_label("Trong đó đang giữ riêng").fill(str(found))
    page.get_by_label("Đã bán").fill(str(at.here - found))
    page.get_by_role("button", name="Gửi câu trả lời").click()
    _says(page, "Đang giữ riêng")


def _destroy(page: Page, much: int) -> None:
    """Destroyed, with a photograph."""
    page.get_by_role("link", name="Ghi cách xử lý").last.click()
    page.get_by_label("Tiêu hủy").check()
    page.get_by_label("Xử lý bao nhiêu?").fill(str(much))
    page.get_by_label("Ở đâu, ai chứng kiến").fill("Tại điểm, quản lý chứng kiến.")
    photo = FilePayload(name="tieu-huy.jpg", mimeType="image/jpeg", buffer=_photo())
    page.locator('[name="photo-1"]').set_input_files(photo)
    page.get_by_role("button", name="Ghi xử lý").click()
    _says(page, "Bạn đã làm xong. Chờ kiểm tra ảnh.", "Chờ kiểm tra")


def _distributor(page: Page) -> None:
    """The distribution centre has four pallets, and finds all 192 cartons."""
    place = "Trung tâm phân phối Dĩ An"
    page.goto("/w/recalls")
    _accessible(page)
    assert page.locator("main .sites a").all_inner_texts() == [place]
    _answer(page, place, SITES[place], 192)
    _destroy(page, 192)


def _shops(page: Page) -> None:
    """Seven shops of one chain; the first has sold one more than the records say."""
    page.goto("/w")
    page.locator("main").get_by_role("link", name="7 thông báo chưa đọc").click()
    _accessible(page)
    page.goto("/w/recalls")
    shops = [place for place in SITES if place.startswith(("Bếp", "Đại"))]
    assert sorted(page.locator("main .sites a").all_inner_texts()) == sorted(shops)
    for place in shops:
        found = SITES[place].here - (place == shops[0])
        _answer(page, place, SITES[place], found)
        if place == shops[0]:
            _accessible(page)
        _destroy(page, found)
    _accessible(page)


def _verify(inspector: Page, case: str) -> None:
    """The inspector sees the photographs and accepts each disposal."""
    inspector.goto(f"{case}/sites")
    _says(inspector, "8 trên 8 điểm đã trả lời")
    for place in SITES:
        inspector.goto(f"{case}/sites")
        inspector.get_by_role("link", name=place).click()
        inspector.wait_for_load_state()
        photo = inspector.locator(".photos img")
        assert photo.evaluate("one => one.complete && one.naturalWidth") == 320
        inspector.get_by_label("Đã đối chiếu thế nào").fill("Ảnh khớp với số đếm.")
        inspector.get_by_role("button", name="Công nhận xử lý", exact=True).click()
        _says(inspector, "Đã công nhận")
    _accessible(inspector)
    inspector.goto(f"{case}/sites")
    _says(inspector, "8 trên 8 điểm đã xong", f"Đã xử lý {HERE - 1} trên {HERE - 1} hộp/cái")


def _close(inspector: Page, case: str, consumer: Page) -> None:
    """What is left of the goods is destroyed: released, reported, closed; the passport is free."""
    inspector.goto(f"{case}/report")
    _accessible(inspector)
    figures = dict(
        zip(
            inspector.locator(".figures dt").all_inner_texts(),
            inspector.locator(".figures dd").all_inner_texts(),
            strict=True,
        )
    )
    assert figures["Tìm thấy"] == f"{HERE - 1} hộp/cái"
    assert figures["Đã xử lý"] == f"{HERE - 1} hộp/cái"
    assert figures["Điểm đã trả lời"] == "100 %"
    assert figures["Đã bán"] == f"{SOLD + 1} hộp/cái"
    assert figures["Tỷ lệ làm rõ được"] == "100 %"
    assert figures["Tỷ lệ thu hồi được"] == "88,8 %", "639 of 720"
    assert "đúng hạn" in figures["Từ xác định đến quyết định"]
    for name, start in (("report.pdf", b"%PDF-"), ("report.json", b"{")):
        answer = inspector.context.request.get(f"{case}/{name}")
        assert (answer.status, answer.body()[: len(start)]) == (200, start)
    inspector.goto(f"{case}/release")
    _accessible(inspector)
    inspector.get_by_label("Gỡ tất cả những gì còn bị chặn").check()
    inspector.get_by_label("Vì sao được gỡ").fill("Đã tiêu hủy hết hàng tìm thấy.")
    inspector.get_by_role("button", name="Gỡ chặn các lô đã chọn").click()
    lifted = time.monotonic()
    while not _verdict(consumer, f"/p/{CARTON}").startswith("Đã ghi nhận"):
        assert time.monotonic() - lifted < 5
    inspector.goto(f"{case}/report")
    inspector.get_by_label("Kết luận").fill("Đã thu hồi và tiêu hủy 639 trên 640 thùng còn lại.")
    inspector.get_by_role("button", name="Đóng vụ thu hồi").click()
    _says(inspector, "Đã đóng lúc")
    consumer.goto("/recalls")
    _says(consumer, "Đã kết thúc")
    _accessible(consumer)
    consumer.get_by_role("link", name="Mì ăn liền").first.click()
    assert consumer.locator("#verdict").inner_text() == "Cuộc thu hồi đã qua"
