# SPDX-License-Identifier: Apache-2.0
"""Times are aware `datetime` values; stored as microseconds since 1970 in UTC."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated

import msgspec

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time that is read: with its zone, or it is refused."""
HANOI = timezone(timedelta(hours=7), "+07:00")
"""The one time zone of Viet Nam, without daylight saving."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Microseconds = int


def to_microseconds(moment: datetime) -> Microseconds:
    """Microseconds since the epoch; raises `TypeError` for a time without zone."""
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(value: Microseconds) -> datetime:
    """The UTC time of a stored value."""
    return _EPOCH + timedelta(microseconds=value)


def rfc3339(moment: datetime) -> str:
    """UTC with millisecond precision or better, ``Z`` at the end."""
    utc = moment.astimezone(UTC)
    precision = "microseconds" if utc.microsecond % 1000 else "milliseconds"
    return utc.isoformat(timespec=precision).replace("+00:00", "Z")
