# SPDX-License-Identifier: Apache-2.0
"""The numbers of a scope: of more gaps than are listed it says that there are more."""

import pytest

from nguon.recall.inputs import ScopeChoice
from nguon.recall.previewing import Reckoned, told
from nguon.recall.scoping import Scope
from nguon.trace.asking.gap import Gap, GapKind
from nguon.trace.asking.gaps import Gaps

LOT = "01/09521000000019/10/A"
FOUND = Reckoned(Scope((LOT,), 9, truncated=False, limit=None), (), [])


def _gaps(count: int) -> tuple[Gap, ...]:
    return tuple(Gap(GapKind.SHORT, LOT, n, None, None, None, {}) for n in range(count))


@pytest.mark.parametrize(
    ("gaps", "listed", "cut"),
    [
        (Gaps(()), 0, False),
        (Gaps((), truncated=True), 0, True),
        (Gaps(_gaps(200)), 200, False),
        (Gaps(_gaps(201)), 200, True),
    ],
    ids=["none", "not-looked-for", "as-many-as-listed", "more"],
)
def test_gaps_that_are_not_listed_are_told_of(gaps: Gaps, listed: int, *, cut: bool) -> None:
    found = told(FOUND, ScopeChoice(), gaps=gaps)
    assert found.gaps == gaps.gaps[:listed]
    assert (found.gaps_truncated, found.truncated) == (cut, False)
