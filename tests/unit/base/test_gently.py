# SPDX-License-Identifier: Apache-2.0
"""Rests do not change what is done."""

import pytest

from nguon.base.gently import REST, gently


def test_everything_comes_in_order_with_rests_between(monkeypatch: pytest.MonkeyPatch) -> None:
    rests: list[float] = []
    monkeypatch.setattr("nguon.base.gently.time.sleep", rests.append)
    assert list(gently(range(100), piece=30)) == list(range(100))
    assert rests == [REST] * 3
    assert list(gently([])) == []
