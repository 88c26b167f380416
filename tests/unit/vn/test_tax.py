# SPDX-License-Identifier: Apache-2.0
"""Tax codes: the check digit, units, personal numbers; errors without digits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.vn.errors import NationalCodeError
from nguon.vn.tax import TaxCode, TaxCodeKind, parse_tax_code


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("0100233488", "0100233488"),
        ("0100047516", "0100047516"),
        ("0100112437", "0100112437"),
        ("0314409058-002", "0314409058-002"),
        ("0312687878001", "0312687878-001"),
        (" 0314 409.058 002", "0314409058-002"),
    ],
)
def test_enterprises(text: str, written: str) -> None:
    assert parse_tax_code(text) == TaxCode(written, TaxCodeKind.ENTERPRISE)
    assert parse_tax_code(text).public


def test_a_personal_number_is_never_public() -> None:
    assert parse_tax_code("001085123456") == TaxCode("001085123456", TaxCodeKind.PERSON)
    assert not parse_tax_code("001085123456").public


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0100233480", "vn.tax-check-digit"),
        ("0000000000", "vn.tax-check-digit"),
        ("0314409058-000", "vn.tax-unit"),
        ("010023348", "vn.tax-length"),
        ("01002334881", "vn.tax-length"),
        ("01002334AB", "vn.tax-length"),
        ("٠١٠٠٢٣٣٤٨٨", "vn.tax-length"),
        ("", "vn.tax-length"),
    ],
)
def test_refusals_carry_no_digits(text: str, code: str) -> None:
    with pytest.raises(NationalCodeError) as refused:
        parse_tax_code(text)
    assert refused.value.code == code
    assert refused.value.params == {}


@settings(max_examples=200)
@given(st.from_regex(r"[0-9]{2}[0-9]{6}[1-9]", fullmatch=True))
def test_at_most_one_check_digit_fits(serial: str) -> None:
    total = sum(int(d) * w for d, w in zip(serial, (31, 29, 23, 19, 17, 13, 7, 5, 3), strict=True))
    fitting = []
    for digit in "0123456789":
        try:
            parse_tax_code(serial + digit)
        except NationalCodeError:
            continue
        fitting.append(digit)
    expected = [] if total % 11 == 0 else [str(10 - total % 11)]
    assert fitting == expected
