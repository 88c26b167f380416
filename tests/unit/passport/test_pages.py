# SPDX-License-Identifier: Apache-2.0
"""The page in both languages from a passport written by hand: its words, order and weight."""

import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import msgspec
import pytest

from nguon.base.messages import LANGUAGES, Language, text
from nguon.passport.dates import judged
from nguon.passport.journey import FIRST_STEPS
from nguon.passport.model import Passport, Verdict
from nguon.web import standing_words
from nguon.web.case_words import About
from nguon.web.pages import environment
from nguon.web.passport_view import passport_context, unknown_context
from tests.unit.passport.made_by_hand import longan, unknown_serial


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.fragments: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.labels += (given.get("aria-labelledby") or "").split()
        href = given.get("href") or ""
        self.fragments += [href[1:]] if href.startswith("#") else []
        assert not any(name.startswith("on") or name == "style" for name in given), given


def _page(template: str, language: Language, context: dict[str, object]) -> str:
    return (
        environment()
        .get_template(template)
        .render(
            lang=language,
            t=lambda code, **params: text(code, language, **params),
            languages={"vi": "?lang=vi", "en": "?lang=en"},
            base_url="https://nguon.example",
            **context,
        )
    )


def _passport(passport: Passport, language: Language) -> str:
    context = passport_context(passport, language, f"/{passport.key}")
    context |= standing_words.passport_context(None, passport, language)
    context |= {"standing": "", "report": "", "disputed": About(), "scanned": None}
    return _page("passport/page.html", language, context)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_small_and_needs_no_script(language: Language) -> None:
    html = _passport(longan(), language)
    assert len(html.encode()) < 30_000
    assert "<script" not in html
    assert f'<html lang="{language}">' in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_the_outline_is_sound(language: Language, known: bool) -> None:
    html = (
        _passport(longan(), language)
        if known
        else _page("passport/unknown.html", language, unknown_context(unknown_serial(), language))
    )
    outline = _Outline()
    outline.feed(html)
    headings = [int(tag[1]) for tag in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(later - before <= 1 for before, later in pairwise(headings))
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.labels) <= set(outline.ids)
    assert set(outline.fragments) <= set(outline.ids)
    for landmark in ("header", "main", "footer"):
        assert outline.tags.count(landmark) == 1, landmark
    assert re.findall(r'<nav[^>]* aria-label="([^"]+)"', html) == [
        text("web.language", language),
        text("faces.ways", language),
    ]


def test_the_verdict_comes_first_and_accuses_nobody() -> None:
    html = _passport(longan(), "vi")
    main = html[html.index("<main") :]
    assert main.index("Đã ghi nhận – chưa xác minh") < main.index("<h1")
    assert "3 điều chưa xác minh" in main
    for word in ("chính hãng", "hàng giả", "hàng thật"):
        assert word not in html


def test_every_item_of_the_circular_is_there_or_said_to_be_missing() -> None:
    html = _passport(longan(), "vi")
    declared = html[html.index('id="declared"') :]
    for value in (
        "Nhãn lồng Hưng Yên, hộp 2 kg",
        "Hợp tác xã nhãn lồng Tân Hưng (minh họa)",
        "Thôn 3, xã Tân Hưng, tỉnh Hưng Yên",
        "(01)09521101000054<wbr>(10)L26-0731<wbr>(21)26070012",
        "VN-HYPH-017",
        "VN-HYOR-0092",
        "Nhãn Tân Hưng",
        "Nhãn lồng Hương Chi",
        "L26-0731",
        "22/07/2026",
        "23/07/2026",
        "22/08/2026",
        "7 ngày ở 5 °C",
        "VietGAP (TCVN 11892-1:2017)",
    ):
        assert value in declared, value
    assert declared.count("Chưa khai báo") == 1, "the safety warning, and nothing else"


def test_each_step_tells_the_four_legal_fields() -> None:
    html = _passport(longan(), "vi")
    step = html[html.index("<h3>Đóng gói</h3>") :]
    step = step[: step.index("</li>")]
    assert "(01)09521101000054(21)26070012" in step
    assert "(414)9521101000016" in step
    assert "<dd>Đóng gói" in step
    assert "<dd>23/07/2026, 13:00" in step
    harvest = html[html.index("<h3>Thu hoạch</h3>") :]
    assert '<dt>Mã số vùng trồng<dd class="code">VN-HYOR-0092' in harvest[: harvest.index("</li>")]


def test_times_are_those_of_the_clock_where_it_happened() -> None:
    assert "30/07/2026, 09:00 (UTC+2)" in _passport(longan(), "vi")
    assert "30 Jul 2026, 09:00 (UTC+2)" in _passport(longan(), "en")


def test_an_expired_product_says_so_first() -> None:
    expired = msgspec.structs.replace(longan(), verdict=Verdict.EXPIRED)
    html = _passport(expired, "vi")
    assert '<section class="verdict danger"' in html
    assert "Đã quá hạn sử dụng" in html
    assert "22/08/2026" in html[html.index("Đã quá hạn") : html.index("<h1")]


def test_a_long_journey_says_where_steps_are_left_out() -> None:
    page = _passport(msgspec.structs.replace(longan(), skipped=9), "vi")
    gap = page.index("… 9 bước ở giữa không hiện ở đây …")
    assert page[:gap].count("<h3>") == FIRST_STEPS
    assert "16 bước, xem Hành trình" in page


def test_a_best_before_date_that_is_over_is_said() -> None:
    dates = judged(longan().dates, date(2026, 8, 23))
    assert [entry.past for entry in dates] == [False, False, True]
    page = _passport(msgspec.structs.replace(longan(), dates=dates), "vi")
    assert "Đã qua ngày sử dụng tốt nhất (22/08/2026)" in page[: page.index("<h1")]
    assert "(đã qua)" in page[page.index("<h1") :]
    assert not any(entry.past for entry in judged(longan().dates, date(2026, 8, 22)))


def test_names_from_outside_cannot_break_the_page() -> None:
    product = longan().product
    assert product is not None
    sly = msgspec.structs.replace(product, name='<script>alert(1)</script>" onload="x')
    html = _passport(msgspec.structs.replace(longan(), product=sly), "en")
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_an_unknown_serial_shows_the_product_that_is_registered() -> None:
    html = _page("passport/unknown.html", "vi", unknown_context(unknown_serial(), "vi"))
    assert "Không có trong hệ thống" in html
    assert "99999" in html
    assert "Nhãn lồng Hưng Yên, hộp 2 kg" in html
    assert "Bạn nên làm gì?" in html
