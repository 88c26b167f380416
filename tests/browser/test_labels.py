# SPDX-License-Identifier: Apache-2.0
"""Ordering labels on a phone without JavaScript: a code, a template, a look, the file, a scan."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page

from nguon.store import registry as rows
from nguon.web.services import Services

pytestmark = pytest.mark.browser

PACKER, LOT = "cao-nguyen-xanh", "01/09521202000182/10/SR260817"


@pytest.fixture
def office(
    as_person: Callable[..., Callable[..., Page]], running: tuple[str, Services]
) -> Callable[..., Page]:
    """The phone of the packing house's clerk."""
    with running[1].store.reading() as connection:
        number = rows.organisation_ids(connection, [PACKER])[PACKER]
    return as_person("clerk", number)


def _taken(page: Page, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.locator('button[value="file"]').click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def _scanned(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    page: Any = document[0]
    image = page.render(scale=300 / 72).to_pil().convert("L")
    document.close()
    return [one.text for one in zxingcpp.read_barcodes(image)]


def test_a_sheet_of_labels(
    office: Callable[..., Page], running: tuple[str, Services], tmp_path: Path
) -> None:
    page = office("/w/print")
    page.set_viewport_size({"width": 360, "height": 740})
    page.locator("#code").fill("(01)09521202000182(10)SR260817")
    page.locator("main button").click()
    assert page.locator(".label svg").count() == 1
    assert "SR260817" in page.locator(".label").inner_text()
    page.locator("#template").select_option("a4-24")
    page.locator('main button:not([value="file"])').click()
    page.locator("#copies").fill("19")
    page.locator("#start").fill("5")
    for field in page.locator("main button, main select, main input:not([type=hidden])").all():
        box = field.bounding_box()
        assert box is not None
        assert box["height"] >= 20
    assert page.locator("html").evaluate("html => html.scrollWidth") <= 360
    found = _scanned(_taken(page, tmp_path))
    assert found == [f"{running[0]}/{LOT}"] * 19


def test_a_box_for_china(office: Callable[..., Page], tmp_path: Path) -> None:
    page = office(f"/w/label/{LOT}?purpose=china")
    assert "DURIAN" in page.locator(".label").inner_text()
    file = _taken(page, tmp_path)
    assert file.name == "nhan-SR260817-china-100x70.pdf"
    assert len(_scanned(file)) == 1
