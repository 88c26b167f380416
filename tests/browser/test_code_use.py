# SPDX-License-Identifier: Apache-2.0
"""The use of a code in a real browser at 360 px: granted, overdrawn, held, answered."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import update

from nguon.identity.model import Principal, Role
from nguon.identity.visibility import PUBLIC, KeyKind
from nguon.registry import history, queries
from nguon.registry.ledger import service
from nguon.registry.ledger.model import Use
from nguon.registry.model import Register
from nguon.store import registry_tables as tables
from nguon.web.services import Services

CODE = "vn-area:VN-DLOR-9521"
AUGUST = datetime(2026, 8, 10, 3, tzinfo=UTC)
pytestmark = pytest.mark.browser
Person = Callable[..., Callable[..., Page]]


@pytest.fixture(scope="module")
def parties(running: tuple[str, Services]) -> tuple[int, int]:
    """Holder and packing house of the demonstration durian, the code approved with its area."""
    store = running[1].store
    names = ("htx-sau-rieng-ea-phe", "cao-nguyen-xanh")
    found = [queries.organisation_by_code(store, PUBLIC, name) for name in names]
    holder, packer = (one.id for one in found if one is not None)
    with store.transaction() as connection:
        connection.execute(
            update(tables.place)
            .where(tables.place.c.key == CODE)
            .values(area_ha="27.6", crop="durian")
        )
        history.record(
            connection,
            Register.CERTIFICATE,
            history.code_key(CODE) or "",
            history.Status.APPROVED,
            valid_from=datetime(2025, 4, 1, tzinfo=UTC),
            by=history.OPERATOR,
        )
    return holder, packer


def draw(services: Services, organisation: int, kilograms: int, consignment: str) -> str:
    """A use by a program of an organisation; its id."""
    actor = Principal(organisation, "test", KeyKind.MEMBER, Role.CLERK.scopes, False)
    asked = Use(
        code=CODE,
        crop="durian",
        market="CN",
        used_at=AUGUST,
        quantity=Decimal(kilograms),
        consignment=consignment,
    )
    return service.draw(services.store, actor, asked).id


def calm(page: Page) -> None:
    """No rule of accessibility is broken, and nothing is wider than the screen."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    width = page.locator("html").evaluate("html => html.scrollWidth")
    assert width <= page.viewport_size["width"]  # type: ignore[index]


def test_a_code_is_granted_used_held_and_answered(
    as_person: Person, running: tuple[str, Services], parties: tuple[int, int]
) -> None:
    holder, packer = parties
    manager = as_person("manager", holder, script=True, bypass_csp=True)
    page = manager("/w/authorisations/new")
    calm(page)
    page.get_by_label("Đơn vị được dùng").fill("cao-nguyen-xanh")
    page.get_by_label("Từ ngày").fill("2026-07-01")
    page.get_by_label("Đến hết ngày").fill("2026-12-31")
    page.get_by_label("Số kg cho dùng").fill("50 tấn")
    page.get_by_role("button", name="Cho dùng").click()
    assert page.locator("h1").inner_text().startswith("Giấy cho dùng mã số UQ-VN-DLOR-9521-")
    calm(page)
    draw(running[1], packer, 40_000, "CN-01")
    over = draw(running[1], packer, 16_000, "CN-02")
    held = draw(running[1], holder, 580_000, "CN-03")
    page = as_person("clerk", packer, script=True, bypass_csp=True)("/w/authorisations")
    assert "Đã dùng 40.000 kg, còn 10.000 kg trong 50.000 kg." in page.inner_text("main")
    calm(page)
    page.goto(page.url + f"/uses/{over}")
    assert page.locator("h1").inner_text() == "Không được dùng mã"
    sums = page.locator(".sum").nth(1).inner_text()
    assert "− Lần dùng này" in sums.replace("\t", " ")
    assert "6.000 kg" in sums
    calm(page)
    desk = as_person("officer", holder, script=True, bypass_csp=True)("/s/codes")
    calm(desk)
    desk.goto(desk.url + f"/{held}")
    assert "112,31 %" in desk.inner_text("main")
    calm(desk)
    desk.get_by_label("Từ chối").check()
    desk.get_by_label("Lý do").first.fill("Diện tích chỉ cho 552 tấn")
    desk.get_by_role("button", name="Ghi câu trả lời").click()
    assert "Cơ quan từ chối" in desk.inner_text("main")
