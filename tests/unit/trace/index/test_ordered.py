# SPDX-License-Identifier: Apache-2.0
"""Keys come in the order of texts, however they are sorted."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nguon.trace.index.marks import distinct
from nguon.trace.index.texts import ordered

_SHORT = st.text(st.sampled_from("\0/0aZ~"), max_size=20)
_ANY = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.lists(_SHORT, max_size=30), st.lists(_ANY, max_size=30)))
@example(["a\0", "a", "a\0\0", "", "a\0b"])
@example(["b" * 129, "a", "b" * 128])
@example(["01/1/21/10", "01/1/21/1", "01/1/21/2", "01/1/21/1"])
def test_keys_in_order(keys: list[str]) -> None:
    assert ordered(keys).tolist() == sorted(range(len(keys)), key=keys.__getitem__)


@settings(max_examples=20, deadline=None)
@pytest.mark.parametrize("kind", ["i8", "u4", "u1"])
@given(numbers=st.lists(st.integers(0, 255), max_size=30))
def test_each_number_once(kind: str, numbers: list[int]) -> None:
    found = distinct(np.array(numbers, kind))
    assert found.tolist() == sorted(set(numbers))
    assert found.dtype == np.dtype(kind)
