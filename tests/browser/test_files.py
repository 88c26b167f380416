# SPDX-License-Identifier: Apache-2.0
"""Files in a real browser without JavaScript: sent, understood, confirmed, at a phone's width."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from nguon.store import registry as rows
from nguon.vn.legacy import Charset, encode
from nguon.web.services import Services
from tests.corpus.tables.files import workbook

COOPERATIVE = "htx-nhan-tan-hung"
ROWS: list[list[Any]] = [
    ["HỢP TÁC XÃ NHÃN TÂN HƯNG"],
    ["STT", "Ngày", "Mã hộ", "Sản phẩm", "Nơi nhận", "Số lô", "Khối lượng", "Người cân"],
    [1, "27/07/2026", "ho-th-01", "9521101000016", "9521101000016", "F01", "420 kg", "Lan"],
    [2, "27/07/2026", "ho-th-01", "9521101000016", "9521101000016", "F02", "1.250 kg", "Lan"],
]


@pytest.fixture
def cooperative(running: tuple[str, Services]) -> int:
    """The cooperative's number."""
    with running[1].store.reading() as connection:
        return rows.organisation_ids(connection, [COOPERATIVE])[COOPERATIVE]


def _send(page: Page, kind: str, data: bytes) -> None:
    page.locator("#kind").select_option(kind)
    file = {"name": "giao-hang.xlsx", "mimeType": "application/octet-stream", "buffer": data}
    page.locator("#file").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Xem trước").click()


def _sound(page: Page) -> None:
    width = page.locator("html").evaluate("html => html.scrollWidth")
    assert width <= page.viewport_size["width"]  # type: ignore[index]
    assert Axe().run(page).response["violations"] == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_a_sheet_from_the_office(
    as_person: Callable[..., Any], cooperative: int, width: int
) -> None:
    opened = as_person("manager", cooperative, width=width, script=True)
    page = opened("/w/files")
    _sound(page)
    name = f"F{width}"
    table = [[str(c).replace("F0", name) if c else c for c in row] for row in ROWS]
    wrong = [*table, [3, "07/28/2026", "ho-th-99", "9521101000016", "", "F03", "2", "Lan"]]
    _send(page, "deliveries", workbook(wrong))
    assert page.locator("#faults li").count() == 3
    _sound(page)
    page.get_by_role("link", name="Gửi tệp đã sửa").click()
    _send(page, "deliveries", workbook(table))
    assert page.locator(".counts .figure").first.inner_text() == "2"
    assert "đọc là 1250; cũng có thể là 1,25" in page.inner_text(".noticed")
    assert page.locator("#column-7 ~ *, label[for=column-7] .tag").first.inner_text() == "chưa rõ"
    _sound(page)
    page.get_by_role("button", name="Ghi 2 dòng").click()
    assert page.locator("h1").inner_text() == "Đã xong"
    _sound(page)
    page.get_by_role("link", name="Mở biên nhận").click()
    assert f"{name}1" in page.inner_text("main")


@pytest.mark.browser
def test_a_list_in_an_old_font(as_person: Callable[..., Any], cooperative: int) -> None:
    page = as_person("manager", cooperative)("/w/files")
    people = [
        ["mã", "loại", "tên", "hợp tác xã"],
        ["ho-cu-1", "hộ", "Hộ ông Đỗ Văn Lạc", COOPERATIVE],
        ["ho-cu-2", "hộ", "Hộ bà Nguyễn Thị Thuý", COOPERATIVE],
    ]
    written = [[encode(cell, Charset.TCVN3) for cell in row] for row in people]
    _send(page, "organisation", workbook(written))
    assert "Hộ ông Đỗ Văn Lạc" in page.inner_text("main")
    assert "chữ TCVN3 ở" in page.inner_text(".noticed")
    page.get_by_role("button", name="Bỏ tệp này").click()
    assert page.locator("h1").inner_text() == "Nhập, xuất bảng tính"
