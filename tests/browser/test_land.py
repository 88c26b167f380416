# SPDX-License-Identifier: Apache-2.0
"""A plot recorded on a phone without JavaScript, the look-up and the address helper as pages."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from nguon.store import registry as rows
from nguon.web.services import Services

CONTRAST = (Path(__file__).parent / "contrast.js").read_text("utf-8")
COOPERATIVE = "htx-nhan-tan-hung"
# Corners of a garden at Tân Hưng, Hưng Yên, as its land paper has them (VN-2000, 105°30').
PAPER = """1 2283105.20 566921.40
2 2283120.80 567010.90
3 2283041.30 567026.50
4 2283022.70 566938.10"""
LOOK_UP = ["/r", "/r?q=nhan", "/r?q=VN-HYOR", "/r?q=khongco"]


@pytest.fixture
def clerk(
    as_person: Callable[..., Callable[[str], Page]], running: tuple[str, Services]
) -> Callable[[str], Page]:
    with running[1].store.reading() as connection:
        number = rows.organisation_ids(connection, [COOPERATIVE])[COOPERATIVE]
    return as_person("clerk", number)


def test_a_land_papers_corners_become_a_boundary(clerk: Callable[[str], Page]) -> None:
    page = clerk("/w/land")
    page.locator("ul.tasks a").first.click()
    page.get_by_label("Danh sách đỉnh").fill(PAPER)
    page.get_by_label("Diện tích trên giấy tờ").fill("0,75")
    page.get_by_role("button", name="Xem trước").click()
    assert page.locator("svg.land").count() == 1
    assert page.locator(".findings .is-error").count() == 0
    size = page.locator(".size").inner_text()
    assert size == "0,7482 ha"
    if page.get_by_label("Tôi đã xem các lưu ý").count():
        page.get_by_label("Tôi đã xem các lưu ý").check()
    page.get_by_role("button", name="Lưu ranh thửa này").click()
    assert page.get_by_role("status").inner_text() == "Đã lưu ranh thửa."
    assert page.locator(".size").inner_text() == size


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_fit_and_stand_out(
    opened: Callable[..., Page], site: str, width: int, scheme: str
) -> None:
    page = opened("/r", width=width, script=True, color_scheme=scheme)
    for path in LOOK_UP:
        page.goto(site + path)
        assert page.locator("html").evaluate("html => html.scrollWidth") == width, path
        assert page.evaluate(CONTRAST) == [], path


def test_pages_of_the_workspace_fit(
    as_person: Callable[..., Callable[[str], Page]], running: tuple[str, Services]
) -> None:
    with running[1].store.reading() as connection:
        number = rows.organisation_ids(connection, [COOPERATIVE])[COOPERATIVE]
    for width in (360, 1280):
        opening = as_person("clerk", number, width=width, script=True)
        page = opening("/w/land")
        plot = page.locator("ul.tasks a").first.get_attribute("href")
        old = "Phường Ngọc Khánh, quận Ba Đình, Hà Nội"
        for path in ("/w/land", str(plot), f"/w/address?old={old}"):
            page = opening(path)
            assert page.locator("html").evaluate("html => html.scrollWidth") == width, path
            assert page.evaluate(CONTRAST) == [], path
