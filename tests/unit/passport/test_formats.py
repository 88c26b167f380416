# SPDX-License-Identifier: Apache-2.0
"""Days, times, numbers and codes as people of each language write them."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from nguon.base.messages import Language
from nguon.web.formats import day, element_string, moment, number, span

HANOI = timezone(timedelta(hours=7))


def test_days() -> None:
    assert day(date(2026, 7, 5), "vi") == "05/07/2026"
    assert day(date(2026, 7, 5), "en") == "5 Jul 2026"


@pytest.mark.parametrize(
    ("hours", "minutes", "expected"),
    [
        (7, 0, "05/07/2026, 08:30"),
        (0, 0, "05/07/2026, 08:30 (UTC)"),
        (5, 45, "05/07/2026, 08:30 (UTC+5:45)"),
        (-3, -30, "05/07/2026, 08:30 (UTC−3:30)"),
    ],
)
def test_times_name_their_zone_unless_it_is_viet_nams(
    hours: int, minutes: int, expected: str
) -> None:
    zone = timezone(timedelta(hours=hours, minutes=minutes))
    assert moment(datetime(2026, 7, 5, 8, 30, tzinfo=zone), "vi") == expected


@pytest.mark.parametrize(("language", "expected"), [("vi", "1.234.567,5"), ("en", "1,234,567.5")])
def test_numbers(language: Language, expected: str) -> None:
    assert number(Decimal("1234567.50"), language) == expected


def test_a_span_of_days_and_a_moment() -> None:
    first = datetime(2026, 7, 5, 8, 30, tzinfo=HANOI)
    assert ">05/07/2026, 08:30<" in span(first, first, "vi")
    assert ">05/07/2026</time>" in span(first, first + timedelta(hours=2), "vi")
    assert "05/07/2026</time> – <time" in span(first, first + timedelta(days=2), "vi")


def test_codes_as_labels_print_them() -> None:
    assert element_string("01/09521101000016/10/A%2FB") == "(01)09521101000016(10)A/B"
    assert element_string("vn-area:VN-HYOR-0092") == "vn-area:VN-HYOR-0092"
    assert element_string("uri:https://example.org/a/b") == "uri:https://example.org/a/b"
