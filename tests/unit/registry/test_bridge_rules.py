# SPDX-License-Identifier: Apache-2.0
"""Foreign names are compared as people write them; days clash exactly where both lines stand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.registry.bridge.model import Claim, Identity, Status, Step, System
from nguon.registry.bridge.rules import checked, folded, in_the_way

ITEM = "01/09521234543213/10/L1"
FIRST = date(2026, 1, 1)
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
days = st.integers(0, 12).map(lambda number: FIRST + timedelta(number))
ends = st.none() | days


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("VN-1", "vn-1 "),
        ("ＶＮ１２", "vn12"),
        ("8 938 512", "8938512"),
        ("Mã\u0301", "Mã\u0301".lower()),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert folded(folded(folded(name))) == folded(folded(name))


@given(days, ends, ends, days, ends)
def test_days_clash_where_both_stand(
    begin: date, end: date | None, ended: date | None, wanted: date, until: date | None
) -> None:
    if (end is not None and end < begin) or (until is not None and until < wanted):
        return
    said = () if ended is None else (step(ended),)
    kept = Identity(
        id="1", system=System.MINISTRY, source="s", foreign_id="A", item=ITEM, owner=1,
        declarer=1, foreign_owner=None, public=True, valid_from=begin, valid_to=end,
        recorded=MOMENT, steps=said,
    )  # fmt: skip
    claim = Claim(
        system=System.MINISTRY, source="S", foreign_id="a", item=ITEM, valid_from=wanted,
        valid_to=until,
    )  # fmt: skip
    shared = [
        day
        for day in (FIRST + timedelta(number) for number in range(20))
        if kept.holds(day) and wanted <= day and (until is None or day <= until)
    ]
    found = in_the_way(checked(claim, FIRST), 1, [kept])
    assert (found is not None) == bool(shared)
    assert in_the_way(checked(claim, FIRST), 2, [kept]) is None


def step(effective: date) -> Step:
    return Step(
        status=Status.ENDED, effective=effective, reason="x", organisation=1, recorded=MOMENT
    )
