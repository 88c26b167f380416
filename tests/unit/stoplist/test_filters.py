# SPDX-License-Identifier: Apache-2.0
"""The filter: no key is missed, few are hit by mistake, a changed file is refused."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.stoplist import filters
from nguon.stoplist.errors import StopError

HASHES = st.lists(st.integers(0, 2**64 - 1), max_size=300)


@settings(max_examples=60)
@given(HASHES)
def test_no_key_is_missed(hashes: list[int]) -> None:
    octets = filters.build(np.array(hashes, np.uint64))
    found = filters.read(octets)
    assert all(found.holds(one) for one in hashes)
    assert octets == filters.build(np.array(hashes[::-1], np.uint64))


def test_size_and_false_hits() -> None:
    made = random.Random(1)
    hashes = np.array([made.getrandbits(64) for _ in range(20_000)], np.uint64)
    octets = filters.build(hashes)
    assert len(octets) / len(hashes) < 1.24
    found = filters.read(octets)
    hits = sum(found.holds(made.getrandbits(64)) for _ in range(20_000))
    assert 40 < hits < 120


@pytest.mark.parametrize(
    "change",
    [
        lambda octets: b"",
        lambda octets: octets[:-1],
        lambda octets: b"X" + octets[1:],
        lambda octets: octets + b"\0",
        lambda octets: octets[:16] + b"\xff\xff\xff\xff" + octets[20:],
    ],
    ids=["empty", "short", "magic", "long", "block"],
)
def test_what_is_no_filter(change: object) -> None:
    octets = filters.build(np.arange(10, dtype=np.uint64))
    with pytest.raises(StopError) as caught:
        filters.read(change(octets))  # type: ignore[operator]
    assert caught.value.code == "stoplist.filter-form"
