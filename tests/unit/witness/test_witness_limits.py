# SPDX-License-Identifier: Apache-2.0
"""Buckets: a burst, then a rate; names apart; memory bounded."""

from nguon.witness.limits import Buckets


def test_a_burst_then_a_rate() -> None:
    now = [0.0]
    buckets = Buckets(2, 3, lambda: now[0])
    assert [buckets.take("a") for _ in range(4)] == [True, True, True, False]
    assert buckets.take("b")
    now[0] = 0.5
    assert [buckets.take("a") for _ in range(2)] == [True, False]
    now[0] = 100
    assert [buckets.take("a") for _ in range(4)] == [True, True, True, False]


def test_names_are_forgotten_at_last() -> None:
    buckets = Buckets(0, 1, lambda: 0.0)
    assert all(buckets.take(str(number)) for number in range(10_001))
    assert len(buckets._left) == 10_000
    assert not buckets.take("10000")
    assert buckets.take("0")
