# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON equals an independent implementation, and refuses what has no canonical form."""

import json
import math
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.base.canonical_json import NotCanonicalError, canonical, number_text

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = (
    st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(-1e9, 1e9).map(lambda number: round(number, 2))
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
@settings(max_examples=300)
def test_equals_an_independent_implementation(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=500)
def test_numbers_equal_an_independent_implementation(value: float) -> None:
    assert number_text(value).encode() == rfc8785.dumps(value)


@given(st.dictionaries(TEXT, VALUES, max_size=5))
@settings(max_examples=100)
def test_the_canonical_form_is_a_fixed_point(value: dict[str, object]) -> None:
    once = canonical(value)
    assert canonical(json.loads(once, parse_int=float)) == once


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-12.50, "-12.5"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.5e-9, "1.5e-9"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.2345e22, "1.2345e+22"),
        (2.0**53, "9007199254740992"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
    ],
)
def test_numbers_are_written_as_ecmascript_does(number: float, text: str) -> None:
    assert canonical(number) == text.encode()
    assert canonical({"n": [number]}) == f'{{"n":[{text}]}}'.encode()


def test_keys_are_sorted_by_utf16_code_units() -> None:
    value = {"\ufb33": 1, "😀": 2, "\u20ac": 3, "a": 4, "": 5}
    assert canonical(value) == '{"":5,"a":4,"€":3,"😀":2,"\ufb33":1}'.encode()


def test_vietnamese_keys_and_values() -> None:
    value = {"tỉnh": "Hưng Yên", "nhãn": 1.0}
    assert canonical(value) == '{"nhãn":1,"tỉnh":"Hưng Yên"}'.encode()


def test_tuples_are_arrays() -> None:
    assert canonical((1, (2.0,), "x")) == b'[1,[2],"x"]'


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        2**53 + 1,
        -(2**53) - 1,
        "\ud800",
        {"\udfff": 1},
        {1: 2},
        {1, 2},
        b"bytes",
        {"deep": [{"er": math.nan}]},
    ],
)
def test_values_without_canonical_form_are_refused(value: object) -> None:
    with pytest.raises(NotCanonicalError) as refused:
        canonical(value)
    assert refused.value.code == "base.not-canonical-json"


def test_depth_beyond_the_stack_is_refused() -> None:
    deep: object = 1.0
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(NotCanonicalError):
        canonical(deep)
