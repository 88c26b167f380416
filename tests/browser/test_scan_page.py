# SPDX-License-Identifier: Apache-2.0
"""The scan page on a phone: typed, photographed, by the camera; and without a script."""

import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ARGUMENTS
from tests.integration.web.demonstration import BOX_AS_SCANNED, LOT, PRODUCT

pytestmark = pytest.mark.browser

LINK = f"https://id.gs1.org/{BOX_AS_SCANNED}"
_WIDTH, _HEIGHT = 640, 480
_STUB = """
if (!("BarcodeDetector" in window)) {
  window.stubbed = true;
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code", "ean_13"]; }
    async detect(video) {
      if (!video.videoWidth) throw new Error("no picture");
      return window.seen ? [{ rawValue: window.seen }] : [];
    }
  };
}
"""
"""Stands where this browser has no detector of its own: sees what the test says."""


def code(text: str) -> Image.Image:
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    return Image.fromarray(made.to_image(scale=6, add_quiet_zones=True)).convert("L")


def photographed(*texts: str) -> bytes:
    codes = [code(text) for text in texts]
    whole = Image.new("L", (max(one.width for one in codes), sum(one.height for one in codes)), 255)
    top = 0
    for one in codes:
        whole.paste(one, (0, top))
        top += one.height
    out = BytesIO()
    whole.save(out, "PNG")
    return out.getvalue()


def chosen(page: Page, content: bytes) -> None:
    file = {"name": "code.png", "mimeType": "image/png", "buffer": content}
    page.locator("#photo").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Đọc mã trong ảnh").click()


@pytest.fixture
def filmed(tmp_path: Path, browser: Browser, site: str) -> Iterator[Page]:
    """The scan page in a browser whose camera films a QR code, for ever."""
    frame = Image.new("L", (_WIDTH, _HEIGHT), 255)
    picture = code(LINK)
    frame.paste(picture, ((_WIDTH - picture.width) // 2, (_HEIGHT - picture.height) // 2))
    film = tmp_path / "camera.y4m"
    grey = b"\x80" * (_WIDTH * _HEIGHT // 2)
    head = f"YUV4MPEG2 W{_WIDTH} H{_HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    film.write_bytes(head + (b"FRAME\n" + frame.tobytes() + grey) * 10)
    camera = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    path = shutil.which("chromium")
    filming = browser.browser_type.launch(executable_path=path, args=[*ARGUMENTS, *camera])
    context = filming.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    context.grant_permissions(["camera"], origin=site)
    context.add_init_script(_STUB)
    page = context.new_page()
    page.goto(f"{site}/scan")
    yield page
    filming.close()


def test_a_typed_code_leads_to_the_passport(opened: Callable[..., Page]) -> None:
    page = opened("/scan")
    assert page.locator("[data-live]").is_hidden(), "no camera without a script"
    page.locator("#code").fill("(01)09521101000023(10)TH260806H")
    page.get_by_role("button", name="Tra mã").click()
    assert page.url.endswith(f"/p/{LOT}")


def test_a_code_from_elsewhere_is_told_about(opened: Callable[..., Page]) -> None:
    page = opened("/scan")
    page.locator("#code").fill("http://nguon.example@192.0.2.1/app.apk")
    page.get_by_role("button", name="Tra mã").click()
    assert page.inner_text("h1") == "Địa chỉ một trang web"
    told = page.inner_text("main")
    for words in ("không mã hóa (http)", "dãy số, không có tên", "dấu @", "tải một chương trình"):
        assert words in told
    assert page.locator('main a[href^="http"]').count() == 0
    assert page.locator("html").evaluate("html => html.scrollWidth") == 360


def test_a_photograph_is_read_without_a_script(opened: Callable[..., Page]) -> None:
    page = opened("/scan")
    chosen(page, photographed(LINK))
    assert page.url.endswith(f"/p/{BOX_AS_SCANNED}")


def test_of_several_codes_one_is_chosen(opened: Callable[..., Page]) -> None:
    page = opened("/scan")
    chosen(page, photographed(LINK, f"https://id.gs1.org/{PRODUCT}"))
    assert page.inner_text("#several") == "Trong ảnh có 2 mã. Chọn mã cần xem:"
    page.locator(".choose").nth(1).click()
    assert page.url.endswith(f"/p/{PRODUCT}")


def test_what_is_no_picture_is_told_beside_the_field(opened: Callable[..., Page]) -> None:
    page = opened("/scan")
    chosen(page, b"no picture")
    assert "không phải ảnh" in page.inner_text("#photo-error")
    assert page.get_attribute("#photo", "aria-invalid") == "true"


def test_the_camera_leads_to_the_passport(filmed: Page) -> None:
    filmed.get_by_role("button", name="Mở máy ảnh").click()
    filmed.locator("video").wait_for(state="visible")
    if filmed.evaluate("window.stubbed === true"):
        expect(filmed.locator("[data-said]")).to_have_text("Đưa mã vào giữa khung hình.")
        assert filmed.evaluate("document.querySelector('video').videoWidth") == _WIDTH
    assert filmed.locator("html").evaluate("html => html.scrollWidth") == 360
    if filmed.evaluate("window.stubbed === true"):
        filmed.evaluate("text => { window.seen = text; }", LINK)
    filmed.wait_for_url(f"**/p/{BOX_AS_SCANNED}", timeout=15_000)


def test_the_camera_closes_again(filmed: Page) -> None:
    filmed.locator("[data-live]").wait_for(state="visible")
    assert filmed.locator("[data-stop]").is_hidden()
    filmed.get_by_role("button", name="Mở máy ảnh").click()
    if filmed.evaluate("window.stubbed === true"):
        filmed.get_by_role("button", name="Tắt máy ảnh").click()
        assert filmed.locator("video").is_hidden()
        assert filmed.evaluate("!document.querySelector('video').srcObject?.active")


def test_a_camera_that_is_refused_leaves_the_other_ways(opened: Callable[..., Page]) -> None:
    page = opened("/scan", script=True)
    if page.evaluate("'BarcodeDetector' in window"):
        pytest.skip("this browser has a detector and no camera to refuse")
    page.context.add_init_script(_STUB)
    page.reload()
    page.get_by_role("button", name="Mở máy ảnh").click()
    said = page.locator("[data-said]")
    expect(said).to_contain_text("Không mở được máy ảnh.")
    assert page.locator("#code").is_visible()
