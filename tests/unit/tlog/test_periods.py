# SPDX-License-Identifier: Apache-2.0
"""Periods of shards: they begin and end at midnight in Viet Nam."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.base.time import from_microseconds, to_microseconds
from nguon.tlog.periods import Period


def at(text: str) -> int:
    return to_microseconds(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("period", "moment", "began", "ends"),
    [
        (Period.YEAR, "2026-11-22T12:00Z", "2026-01-01T00:00+07:00", "2027-01-01T00:00+07:00"),
        (Period.YEAR, "2026-12-31T17:00Z", "2027-01-01T00:00+07:00", "2028-01-01T00:00+07:00"),
        (Period.HALF, "2026-06-30T16:59:59Z", "2026-01-01T00:00+07:00", "2026-07-01T00:00+07:00"),
        (Period.HALF, "2026-06-30T17:00Z", "2026-07-01T00:00+07:00", "2027-01-01T00:00+07:00"),
        (Period.QUARTER, "2028-02-29T12:00Z", "2028-01-01T00:00+07:00", "2028-04-01T00:00+07:00"),
        (Period.QUARTER, "2026-12-01T00:00Z", "2026-10-01T00:00+07:00", "2027-01-01T00:00+07:00"),
    ],
)
def test_when_periods_begin_and_end(period: Period, moment: str, began: str, ends: str) -> None:
    assert (period.began(at(moment)), period.ends(at(moment))) == (at(began), at(ends))


def test_without_periods_none_ends() -> None:
    assert Period.NONE.began(at("2026-11-22T12:00Z")) == 0
    with pytest.raises(ValueError, match="none"):
        Period.NONE.ends(0)


@given(
    st.sampled_from([Period.YEAR, Period.HALF, Period.QUARTER]),
    st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_each_moment_is_in_one_period(period: Period, moment: datetime) -> None:
    now = to_microseconds(moment)
    began, ends = period.began(now), period.ends(now)
    assert began <= now < ends
    assert period.began(ends) == ends
    assert period.began(ends - 1) == began == period.began(began)
    assert from_microseconds(ends) - from_microseconds(began) <= timedelta(days=366)
