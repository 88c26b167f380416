# SPDX-License-Identifier: Apache-2.0
"""The life of codes on phones, without JavaScript: licensed, ordered, printed, activated, sold,
photographed, copied; and where the codes of others lead.
"""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page

from nguon.identity import keys
from nguon.identity.visibility import PUBLIC
from nguon.registry import queries
from nguon.web.services import Services
from tests.browser.test_scan_page import chosen, photographed

pytestmark = pytest.mark.browser
Opening = Callable[[str], Page]

GTIN, LOT = "09521101000207", "LN260815"
PRODUCT, OF_LOT = f"01/{GTIN}", f"01/{GTIN}/10/{LOT}"
DRYER, SHOP = "9521101000023", "9521105000029"
MAKER, SELLER = "9521101000009", "9521105000005"
GUESSED = "2ZZZZZZZZZZZZZZZZ"
MINISTRY = "VN-BNN-2608-00417"
PHONES = ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Mobile", "Mozilla/5.0 (iPhone; CPU OS 18)")
ACCUSING = ("hàng giả", "giả mạo", "làm giả", "hàng nhái", "gian lận", "nghi ngờ", "đáng ngờ")
RECIPES = {"vi": "https://tan-hung.example/che-long-nhan", "en": "https://tan-hung.example/dessert"}


class Label(NamedTuple):
    """A printed label: what its code says, and the part of the sheet that it stands on."""

    text: str
    part: Image.Image

    @property
    def photograph(self) -> bytes:
        """What somebody takes of it with a hand that is not quite steady."""
        out = BytesIO()
        self.part.rotate(7, expand=True, fillcolor=255).save(out, "PNG")
        return out.getvalue()

    @property
    def serial(self) -> str:
        """The piece's number."""
        return self.text.rpartition("/")[2]


def _system(running: tuple[str, Services], code: str, *scopes: str) -> httpx.Client:
    """A firm's own computer with its key."""
    site, services = running
    found = queries.organisation_by_code(services.store, PUBLIC, code)
    assert found is not None
    _, secret = keys.create(services.store, found.id, name="system", scopes=scopes)
    return httpx.Client(base_url=site, headers={"authorization": f"Bearer {secret}"})


@pytest.fixture
def running(apart: tuple[str, Services]) -> tuple[str, Services]:
    """What is licensed, controlled and sold here is nobody else's matter."""
    return apart


@pytest.fixture
def site(running: tuple[str, Services]) -> str:
    """Its address."""
    return running[0]


@pytest.fixture
def maker(running: tuple[str, Services]) -> Iterator[httpx.Client]:
    """The cooperative's packing line."""
    with _system(running, "htx-nhan-tan-hung", "capture", "read", "registry") as client:
        yield client


@pytest.fixture
def store(running: tuple[str, Services]) -> Iterator[httpx.Client]:
    """The store room of the shop in Hà Nội."""
    with _system(running, "chuoi-nong-san-sen-viet", "capture") as client:
        yield client


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Callable[[str], Opening]]:
    """``phone(name)``: somebody's phone, which has no account here; opens pages on it."""
    contexts = []

    def lent(name: str) -> Opening:
        screen: Any = {"width": 360, "height": 740}
        context = browser.new_context(
            viewport=screen, locale="vi-VN", java_script_enabled=False, user_agent=name
        )
        contexts.append(context)

        def opening(path: str) -> Page:
            page = context.new_page()
            page.goto(path if path.lower().startswith("http") else site + path)
            return page

        return opening

    yield lent
    for context in contexts:
        context.close()


def test_codes_from_the_order_to_the_copy(
    signs_in: Callable[[str], Opening],
    phone: Callable[[str], Opening],
    maker: httpx.Client,
    store: httpx.Client,
    running: tuple[str, Services],
    tmp_path: Path,
) -> None:
    office, desk = signs_in("quanly@tan-hung.example"), signs_in("canbo@hung-yen.example")
    _licensed(office, desk)
    _controlled(office)
    labels = _printed(_ordered(office), tmp_path)
    serials = [one.serial for one in labels]
    _packed(maker, serials[:3], running[1])
    _delivered(maker, store, serials[:3])
    _sold(signs_in("cuahang@sen-viet.example"), serials[0])
    _scanned(phone, labels[0], running[1])
    _overseen(desk)
    _of_others(phone(PHONES[0]))
    _named_by_a_ministry(office, phone(PHONES[0]))
    _linked(office, running[0])


def _fits(page: Page) -> None:
    width = page.locator("html").evaluate("html => html.scrollWidth")
    assert width <= 360, page.url


def _licensed(office: Opening, desk: Opening) -> None:
    """The cooperative shows what it was licensed; the province's officer looks at the paper."""
    page = office("/w/codes/licence")
    page.locator('[name="kind"][value="gtin"]').check()
    page.get_by_label("Chữ số").fill(GTIN)
    page.get_by_label("Có hiệu lực từ").fill("2024-03-01")
    page.get_by_label("Giấy tờ").fill("GCN 0207/2024 (minh hoạ)")
    page.get_by_role("button", name="Khai").click()
    _fits(page)
    page = desk("/s/issued")
    waiting = page.locator("li", has_text=GTIN)
    waiting.locator("summary").click()
    waiting.get_by_label("Lý do").fill("Đã xem giấy chứng nhận")
    waiting.get_by_role("button", name="Xác nhận đúng").click()
    assert "đã xác nhận" in page.locator("li", has_text=GTIN).inner_text()
    _fits(page)


def _controlled(office: Opening) -> None:
    """From now on only issued numbers are taken for the product."""
    page = office("/w/codes")
    row = page.locator("li", has_text=GTIN).filter(has=page.locator("button"))
    assert "Long nhãn sấy" in row.inner_text()
    row.get_by_role("button", name="Bật kiểm soát").click()
    assert row.get_by_role("button", name="Thôi kiểm soát").count() == 1
    _fits(page)


def _ordered(office: Opening) -> Page:
    """Sixty-four jars: forty labels for a printing house, the rest for one's own machine."""
    page = office("/w/codes/order")
    page.get_by_label("Sản phẩm").select_option(GTIN)
    page.get_by_label("Số lượng").fill("64")
    page.get_by_label("Số lô").fill(LOT)
    page.get_by_role("button", name="Đặt").click()
    assert page.locator("h1").inner_text() == "64 số sê-ri"
    for printer, quantity in (("Nhà in Phố Hiến", "40"), ("Máy in của hợp tác xã", "24")):
        page.get_by_label("Nơi in").fill(printer)
        page.get_by_label("Số lượng").fill(quantity)
        page.get_by_role("button", name="Giao dải tiếp theo").click()
    _fits(page)
    return page


def _printed(page: Page, folder: Path) -> list[Label]:
    """A file for the printing house; a sheet for one's own machine, scanned from the paper."""
    house = page.locator("li", has_text="Nhà in Phố Hiến")
    with page.expect_download() as told:
        house.get_by_role("link", name="Tệp in (CSV)").click()
    rows = list(csv.DictReader(told.value.path().read_text("utf-8").splitlines()))
    assert len({row["serial"] for row in rows}) == 40
    page.locator("li", has_text="Máy in của").get_by_role("link", name="In tem").click()
    page.locator("#template").select_option("a4-24")
    _fits(page)
    with page.expect_download() as told:
        page.locator('button[value="file"]').click()
    file = folder / told.value.suggested_filename
    told.value.save_as(file)
    labels = _photographs(file)
    assert len({one.serial for one in labels}) == 24
    assert {one.serial for one in labels} & {row["serial"] for row in rows} == set()
    assert all(f"/{OF_LOT}/21/" in one.text for one in labels)
    return labels


def _photographs(file: Path) -> list[Label]:
    """Every code on the only page."""
    document = pypdfium2.PdfDocument(file)
    assert len(document) == 1
    whole: Image.Image = document[0].render(scale=300 / 72).to_pil().convert("L")
    document.close()
    labels = []
    for one in zxingcpp.read_barcodes(whole):
        corners = one.position
        left, top = corners.top_left.x - 60, corners.top_left.y - 60
        crop = whole.crop((left, top, corners.bottom_right.x + 60, corners.bottom_right.y + 60))
        labels.append(Label(one.text, crop))
    return labels


def _event(step: str, serials: list[str], *, place: str, hours: int, **more: Any) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(hours=hours)
    return {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "type": "ObjectEvent",
        "eventTime": at.isoformat(timespec="seconds"),
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": step,
        "epcList": [f"https://id.gs1.org/{OF_LOT}/21/{one}" for one in serials],
        "readPoint": {"id": f"https://id.gs1.org/414/{place}"},
        "bizLocation": {"id": f"https://id.gs1.org/414/{place}"},
        **more,
    }


def _packed(maker: httpx.Client, serials: list[str], services: Services) -> None:
    """Three jars are packed, by the line's own system; a fourth bears a number nobody issued."""

    def packing(numbers: list[str]) -> httpx.Response:
        event = _event("commissioning", numbers, place=DRYER, hours=5, action="ADD")
        return maker.post("/epcis/events", json=event)

    before = services.store.events.head()
    refused = packing([*serials, GUESSED])
    assert refused.status_code == 400
    [fault] = refused.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/epcList/3", "codes.never-issued")
    assert GUESSED in fault["message_vi"]
    assert services.store.events.head() == before
    assert packing(serials).status_code == 201
    assert services.store.events.head().seq == before.seq + 1
    asked = [{"gtin": GTIN, "serial": one} for one in (serials[0], GUESSED)]
    states = [maker.get("/api/v1/codes/check", params=one).json()["state"] for one in asked]
    assert states == ["active", "not-issued"]


def _delivered(maker: httpx.Client, store: httpx.Client, serials: list[str]) -> None:
    """They go to Hà Nội, and are taken in there."""
    parties = {
        "sourceList": [{"type": "owning_party", "source": f"https://id.gs1.org/417/{MAKER}"}],
        "destinationList": [
            {"type": "owning_party", "destination": f"https://id.gs1.org/417/{SELLER}"}
        ],
    }
    sent = _event("shipping", serials, place=DRYER, hours=4, disposition="in_transit", **parties)
    taken = _event("receiving", serials, place=SHOP, hours=2, **parties)
    assert maker.post("/epcis/events", json=sent).status_code == 201
    assert store.post("/epcis/events", json=taken).status_code == 201


def _sold(shop: Opening, serial: str) -> None:
    """The shop sells one by the number on its label."""
    page = shop("/w/sell")
    page.locator('[name="code"]').fill(f"(01){GTIN}(21){serial}")
    page.locator('[name="place"]').select_option(label="Nông sản Sen Việt – Hoàn Kiếm")
    for step in ("look", "record"):
        page.locator(f'button[name="_step"][value="{step}"]').click()
        _fits(page)
    assert "Đã ghi" in page.inner_text("main")


def _scanned(phone: Callable[[str], Opening], label: Label, services: Services) -> None:
    """The buyer photographs the label; days later somebody scans a copy of it."""
    page = phone(PHONES[0])("/scan")
    chosen(page, label.photograph)
    assert page.url.endswith(f"/p/{OF_LOT}/21/{label.serial}")
    assert services.scans.flush()
    page.reload()
    assert re.findall("Mã này.* lần", page.inner_text("main")) == ["Mã này mới được quét 1 lần"]
    page = phone(PHONES[1])(label.text)
    assert f"/p/{OF_LOT}/21/{label.serial}" in page.url
    assert services.scans.flush()
    page = phone(PHONES[1])(f"/p/{OF_LOT}/21/{label.serial}")
    words = page.inner_text("main")
    assert "Mã này đã được quét 2 lần, lần đầu ngày" in words
    assert [word for word in ACCUSING if word in words.lower()] == []
    _fits(page)


def _overseen(desk: Opening) -> None:
    """The officer sees who issued how many, of what."""
    row = desk("/s/issued").locator("li", has_text=LOT)
    said = row.inner_text()
    assert "Hợp tác xã" in said
    assert f"(01){GTIN}(10){LOT}" in said
    assert "64 số sê-ri" in said


def _of_others(buyer: Opening) -> None:
    """Another firm's barcode, and a code of nobody known: what they are, and who would know."""
    page = buyer("/scan")
    page.locator("#code").fill("4006381333931")
    page.get_by_role("button", name="Tra mã").click()
    assert "Đức" in page.inner_text("main")
    page = buyer("/scan")
    chosen(page, photographed("https://coupon.example/win?u=1"))
    assert page.inner_text("h1") == "Địa chỉ một trang web"
    assert page.locator('main a[href^="http"]').count() == 0
    _fits(page)


def _named_by_a_ministry(office: Opening, buyer: Opening) -> None:
    """A ministry's number for the lot leads whoever types it to the lot."""
    page = office("/w/identities")
    page.locator("#system").select_option("ministry")
    page.locator("#source").fill("Bộ Nông nghiệp và Môi trường (minh hoạ)")
    page.locator("#foreign_id").fill(MINISTRY)
    page.locator("#item").fill(f"(01){GTIN}(10){LOT}")
    page.get_by_role("button", name="Thêm", exact=True).click()
    assert MINISTRY in page.locator("ul.entries").inner_text()
    _fits(page)
    page = buyer("/")
    page.locator('form[action="/find"] input[name="code"]').fill(MINISTRY.lower())
    page.locator('form[action="/find"] button').click()
    assert "Hợp tác xã" in page.inner_text("#known ~ ul")
    page.locator(f'a[href="/p/{OF_LOT}"]').click()
    assert page.url.endswith(f"/p/{OF_LOT}")
    _fits(page)


def _linked(office: Opening, site: str) -> None:
    """A recipe in two languages hangs on the product; each reader comes to its own."""
    for language, address in RECIPES.items():
        page = office(f"/w/links?key={PRODUCT}")
        page.locator("#type").select_option("recipeInfo")
        page.locator("#href").fill(address)
        page.locator("#title").fill("Chè long nhãn" if language == "vi" else "Longan dessert")
        page.locator("#hreflang").fill(language)
        page.get_by_role("button", name="Thêm liên kết").click()
        assert address in page.inner_text("main")
        _fits(page)
    for spoken, language in (("vi-VN", "vi"), ("en-GB,en;q=0.8,vi;q=0.5", "en")):
        answer = httpx.get(
            f"{site}/{PRODUCT}",
            params={"linkType": "gs1:recipeInfo"},
            headers={"accept-language": spoken},
        )
        assert answer.status_code == 307
        assert answer.headers["location"].split("?")[0] == RECIPES[language]
