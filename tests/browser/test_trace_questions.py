# SPDX-License-Identifier: Apache-2.0
"""The other questions of a trace as an inspector puts them on a phone, without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

CARTON = "01/19520010000756/21"
SEASONING = "(01)09521503000058(10)GV-2608-02"
LONGAN = "(01)09521101000023(10)TH260806H"
COMPLAINTS = "\n".join(f"{CARTON}/{number}" for number in ("2603001", "2604100", "2609050"))
ASKED: dict[str, tuple[dict[str, str], str]] = {
    "common": ({"items": COMPLAINTS}, "explains 3 of 3"),
    "compare": ({"a": f"{CARTON}/2603001", "b": f"{CARTON}/2604001"}, "1 and 1 steps away"),
    "balance": (
        {"goods": LONGAN, "holder": "(417)9521101000009"},
        "410 kg in, 390 kg out: loss 4.9 %",
    ),
    "dispersion": ({"item": SEASONING}, "5 finished lots; recall of"),
}


@pytest.mark.parametrize("question", sorted(ASKED))
def test_a_question_is_put_on_a_phone_without_a_script(
    opened: Callable[..., Page], question: str
) -> None:
    typed, told = ASKED[question]
    page = opened(f"/w/trace/{question}", language="en-GB", width=360)
    for name, value in typed.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator(".ask button").click()
    assert page.get_by_text(told).first.is_visible()
    for name, value in typed.items():
        assert page.locator(f"[name={name}]").input_value() == value
    _fits(page)
    page.get_by_label("As known at the end of").fill("31/12/2019")
    page.locator(".ask button").click()
    assert page.get_by_text("As known at the end of 31/12/2019.").is_visible()
    assert page.get_by_text(told).count() == 0
    back = page.locator("a.back").get_attribute("href") or ""
    assert back.endswith(("at=31/12/2019", "at=31%2F12%2F2019"))
    page.get_by_label("As known at the end of").fill("31/13/2026")
    page.locator(".ask button").click()
    assert page.get_by_role("alert").get_by_text("31/13/2026").is_visible()
    _fits(page)


def _fits(page: Page) -> None:
    """Nothing is wider than the phone."""
    assert page.locator("html").evaluate("html => html.scrollWidth") == 360
