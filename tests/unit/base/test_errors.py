# SPDX-License-Identifier: Apache-2.0
"""Refusals cross the border between processes whole."""

import pickle

import pytest

from nguon.base.errors import Fault, FaultyInputError, NguonError
from nguon.gs1 import IdentifierError


@pytest.mark.parametrize(
    "error",
    [
        NguonError("a.b", number=1),
        FaultyInputError("a.b", [Fault("/x", "a.c", {"y": 1})], number=1),
        IdentifierError("gs1.length", "text", 1, 2, ai="01"),
    ],
)
def test_a_refusal_survives_pickling(error: NguonError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert vars(again) == vars(error)
    assert str(again) == str(error)
