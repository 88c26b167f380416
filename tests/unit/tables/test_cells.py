# SPDX-License-Identifier: Apache-2.0
"""Dates, numbers and amounts as people write them; what could mean two things says so."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.base.messages import LANGUAGES, hint, text
from nguon.base.quantity import Quantity
from nguon.tables import cells, units
from nguon.tables.cells import Read
from nguon.tables.errors import TableError
from nguon.tables.model import Number


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("05/06/2025", date(2025, 6, 5)),
        ("5/6/2025", date(2025, 6, 5)),
        ("5-6-2025", date(2025, 6, 5)),
        ("05.06.2025", date(2025, 6, 5)),
        ("05 / 06 / 2025", date(2025, 6, 5)),
        ("2025-06-05", date(2025, 6, 5)),
        ("2025/6/5", date(2025, 6, 5)),
    ],
)
def test_days(cell: str, value: date) -> None:
    assert cells.day(cell) == value


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_written_day_first_is_read(day: date) -> None:
    assert cells.day(f"{day.day}/{day.month:02}/{day.year}") == day
    assert cells.day(day.isoformat()) == day


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("06/25/2025", "tables.date-month-first"),
        ("05/06/25", "tables.date-short-year"),
        ("31/02/2025", "tables.date-words"),
        ("31/13/2025", "tables.date-words"),
        ("2025-13-01", "tables.date-month-first"),
        ("hôm qua", "tables.date-words"),
        ("", "tables.date-words"),
        ("٠٥/06/2025/", "tables.date-words"),
        ("45813", "tables.date-words"),
    ],
)
def test_no_days(cell: str, code: str) -> None:
    with pytest.raises(TableError) as refused:
        cells.day(cell)
    assert refused.value.code == code
    for language in LANGUAGES:
        assert text(code, language, **refused.value.params)
        assert hint(code, language, **refused.value.params)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("05/06/2025", datetime(2025, 6, 5, 0, 30, tzinfo=UTC)),
        ("05/06/2025 14:30", datetime(2025, 6, 5, 7, 30, tzinfo=UTC)),
        ("14h30 05/06/2025", datetime(2025, 6, 5, 7, 30, tzinfo=UTC)),
        ("05/06/2025 7h", datetime(2025, 6, 5, 0, 0, tzinfo=UTC)),
        ("2025-06-05 14:30", datetime(2025, 6, 5, 7, 30, tzinfo=UTC)),
        ("2025-06-05T14:30:59", datetime(2025, 6, 5, 7, 30, tzinfo=UTC)),
    ],
)
def test_moments_are_those_of_viet_nam(cell: str, value: datetime) -> None:
    assert cells.moment(cell, time(7, 30)) == value


@pytest.mark.parametrize("cell", ["25:00 05/06/2025", "05/06/2025 24h", "05/06/2025 7", "7h", "x"])
def test_no_moments(cell: str) -> None:
    with pytest.raises(TableError):
        cells.moment(cell, time(7))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1250", "1250"),
        ("1,25", "1.25"),
        ("1.25", "1.25"),
        ("1.250,5", "1250.5"),
        ("1,250.5", "1250.5"),
        ("1.250.000", "1250000"),
        ("1,250,000", "1250000"),
        ("1 250,5", "1250.5"),
        ("1\u00a0250", "1250"),
        ("0.250", "0.250"),
        ("-3,5", "-3.5"),
        ("1250,125", "1250.125"),
    ],
)
def test_numbers_without_doubt(cell: str, value: str) -> None:
    assert cells.number(cell) == Read(Decimal(value))


def test_numbers_that_could_mean_two_things() -> None:
    fraction, thousands = Decimal("1.250"), Decimal(1250)
    assert cells.number("1.250") == Read(thousands, fraction)
    assert cells.number("1.250", coarse=True) == Read(fraction, thousands)
    assert cells.number("1,250") == Read(fraction, thousands)
    assert cells.number("1.250", ",") == Read(thousands)
    assert cells.number("1.250", ".") == Read(fraction)
    assert cells.number("1,250", ".") == Read(thousands)
    assert cells.number(Number("1.250")) == Read(fraction)


@pytest.mark.parametrize("cell", ["", "x", "1..2", "1,2,3", "1.2,3.4", "--1", "1" * 30, "1.25.3"])
def test_no_numbers(cell: str) -> None:
    with pytest.raises(TableError) as refused:
        cells.number(cell)
    assert refused.value.code == "tables.number-words"


def test_a_column_shows_its_mark() -> None:
    assert cells.mark(["1.250", "12,5 kg", ""]) == ","
    assert cells.mark(["1.250", "12.5 kg"]) == "."
    assert cells.mark(["1.250.000", "3"]) == ","
    assert cells.mark(["12,5", "12.5"]) is None
    assert cells.mark(["1.250", Number("12.5"), "hộp"]) is None


@pytest.mark.parametrize(
    ("cell", "amount", "unit"),
    [
        ("1,25 tấn", "1250", "KGM"),
        ("1.25 tấn", "1250", "KGM"),
        ("1.250 tấn", "1250", "KGM"),
        ("1.250 kg", "1250", "KGM"),
        ("1.250,5kg", "1250.5", "KGM"),
        ("3 tạ", "300", "KGM"),
        ("5 yến", "50", "KGM"),
        ("250 gam", "0.25", "KGM"),
        ("12 lít", "12", "LTR"),
        ("40 thùng", "40", "H87"),
        ("17 trái", "17", "H87"),
        ("5 CON", "5", "H87"),
    ],
)
def test_amounts(cell: str, amount: str, unit: str) -> None:
    assert cells.measure(cell).quantity == Quantity(Decimal(amount), unit)


def test_the_unit_of_the_column() -> None:
    assert cells.measure("1,25", default="tấn").quantity == Quantity(Decimal(1250), "KGM")
    assert cells.measure(Number("1.250"), default="kg").quantity == Quantity(Decimal("1.25"), "KGM")
    assert cells.measure("2 kg", default="tấn").quantity == Quantity(Decimal(2), "KGM")


@pytest.mark.parametrize(
    ("cell", "square_metres"),
    [
        ("2 ha", 20_000),
        ("1,5 sào Bắc Bộ", 540),
        ("3 sào trung bộ", 1500),
        ("2 công", 2000),
        ("360 m²", 360),
        ("360 m2", 360),
        ("1 mẫu Bắc Bộ", 3600),
    ],
)
def test_areas(cell: str, square_metres: int) -> None:
    assert cells.measure(cell, "area").quantity == Quantity(Decimal(square_metres), "MTK")


@pytest.mark.parametrize(
    ("cell", "kind", "code"),
    [
        ("2 sào", "area", "tables.sao"),
        ("2 kg", "area", "tables.unit-no-area"),
        ("2 ha", "amount", "tables.unit-no-amount"),
        ("2 xyz", "amount", "tables.unit"),
        ("2", "amount", "tables.unit-missing"),
        ("kg", "amount", "tables.number-words"),
    ],
)
def test_no_amounts(cell: str, kind: units.Kind, code: str) -> None:
    with pytest.raises(TableError) as refused:
        cells.measure(cell, kind)
    assert refused.value.code == code
    for language in LANGUAGES:
        assert text(code, language, **refused.value.params)
        assert hint(code, language, **refused.value.params)
