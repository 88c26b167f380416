# SPDX-License-Identifier: Apache-2.0
"""Lot numbers, days, amounts and codes as people write them."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from nguon.base.errors import NguonError
from nguon.base.time import HANOI
from nguon.codes import lots
from nguon.entries import amounts, days
from nguon.entries.scanning import scanned

DAY = date(2026, 7, 28)
NOW = datetime(2026, 7, 28, 9, 30, 12, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("typed", "offered", "why"),
    [
        ("L\u00d4-01", "LO-01", "codes.lot-accents"),
        ("lo 01", "lo-01", "codes.lot-space"),
        ("L#01", "L01", "codes.lot-stray"),
        ("A" * 21, "A" * 20, "codes.lot-long"),
        ("\u0110\u1ea0T 7/26", "DAT-7/26", "codes.lot-accents"),
    ],
)
def test_a_lot_number_is_offered_so_that_a_code_can_carry_it(
    typed: str, offered: str, why: str
) -> None:
    assert (lots.offered(typed), lots.why(typed), lots.usable(typed)) == (offered, why, False)
    assert lots.usable(offered)


@pytest.mark.parametrize(
    ("last", "taken", "following"),
    [
        (None, (), "LO-260728"),
        ("H01-260727", (), "H01-260728"),
        ("H01-260727", ("H01-260728",), "H01-260728-2"),
        ("TH260727B", (), "TH260728"),
        ("LO-09", (), "LO-10"),
        ("LO-09", ("LO-10", "LO-11"), "LO-12"),
        ("XOAI", (), "XOAI-260728"),
        ("SR999999", (), "SR1000000"),
    ],
)
def test_the_next_lot_follows_the_last(
    last: str | None, taken: tuple[str, ...], following: str
) -> None:
    assert lots.following(last, DAY, taken) == following


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05/06/2025", date(2025, 6, 5)),
        ("5/6/26", date(2026, 6, 5)),
        ("5-6", date(2026, 6, 5)),
        ("30/12", date(2025, 12, 30)),
        ("2026-07-01", date(2026, 7, 1)),
    ],
)
def test_days(text: str, day: date) -> None:
    assert days.read_day(text, DAY) == day


@pytest.mark.parametrize("text", ["", "hom nay", "32/01/2026", "29/2/2025", "1/13"])
def test_no_days(text: str) -> None:
    with pytest.raises(NguonError):
        days.read_day(text, DAY)


def test_the_moment_meant() -> None:
    assert days.moment(DAY, None, NOW) == NOW.replace(second=0)
    assert days.moment(date(2026, 7, 27), None, NOW).hour == 12
    assert days.moment(DAY, time(7, 5), NOW) == datetime(2026, 7, 28, 7, 5, tzinfo=HANOI)
    with pytest.raises(NguonError):
        days.moment(DAY, time(10), NOW)


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("420", "KGM", "420"),
        ("420,5 kg", "KGM", "420.5"),
        ("1,25 t\u1ea5n", "KGM", "1250"),
        ("1.020", "KGM", "1020"),
        ("12", "H87", "12"),
        ("12 th\u00f9ng", "H87", "12"),
    ],
)
def test_amounts(text: str, unit: str, amount: str) -> None:
    found = amounts.read(text, unit)
    assert (found.amount, found.unit) == (Decimal(amount), unit)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("0", "KGM"), ("-5", "KGM"), ("nhieu", "KGM"), ("5 h\u1ed9p", "KGM"), ("5 kg", "H87"),
        ("1,5", "H87"), ("5 foo", "KGM"), ("0,1234567", "KGM"), ("9999999999999", "KGM"),
    ],
)  # fmt: skip
def test_no_amounts(text: str, unit: str) -> None:
    with pytest.raises(NguonError):
        amounts.read(text, unit)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("095211010000000016", "00/095211010000000016"),
        ("(00)095211010000000016", "00/095211010000000016"),
        ("]C100095211010000000016", "00/095211010000000016"),
        ("https://id.gs1.org/01/09521101000023/10/TH1?17=260101", "01/09521101000023/10/TH1"),
        ("(01)09521101000023(10)TH1", "01/09521101000023/10/TH1"),
        ("010952110100002310TH1", "01/09521101000023/10/TH1"),
        ("]d201095211010000231726010110TH1", "01/09521101000023/10/TH1"),
        ("010952110100002321S7", "01/09521101000023/21/S7"),
        ("9521101000023", "01/09521101000023"),
    ],
)
def test_codes(text: str, key: str) -> None:
    assert scanned(text) == key


@pytest.mark.parametrize("text", ["", "hello", "095211010000000017", "https://example.com/x"])
def test_no_codes(text: str) -> None:
    with pytest.raises(NguonError):
        scanned(text)
