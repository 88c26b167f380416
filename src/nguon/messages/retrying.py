# SPDX-License-Identifier: Apache-2.0
"""When what was not taken is sent again: after longer and longer rests, for three days."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from nguon.base.time import to_microseconds

GIVE_UP = timedelta(days=3)
_FIRST = timedelta(seconds=10)
_LONGEST = timedelta(hours=6)


def rest_after(attempts: int) -> timedelta:
    """How long after so many attempts the next one is made, before its share of chance."""
    rest: timedelta = _FIRST * 2 ** min(attempts - 1, 20)
    return min(rest, _LONGEST)


def microseconds(span: timedelta) -> int:
    """A span in microseconds."""
    return span // timedelta(microseconds=1)


def taken(attempts: int, status: int | None) -> dict[str, Any]:
    """What is noted of something that its receiver took at this attempt."""
    now = to_microseconds(datetime.now(UTC))
    said = {"attempts": attempts, "status": status, "trouble": None}
    return {**said, "due": None, "delivered": now}


def refused(
    attempts: int, made: int, status: int | None, trouble: str | None, *, final: bool = False
) -> dict[str, Any]:
    """What is noted of something that was not taken: when it is sent again, if it is."""
    now = datetime.now(UTC)
    said = {"attempts": attempts, "status": status, "trouble": trouble}
    if final:
        return {**said, "due": None}
    if to_microseconds(now - GIVE_UP) > made:
        return {**said, "due": None, "trouble": trouble or "given-up"}
    rest = rest_after(attempts)
    chance = rest * secrets.randbelow(1000) / 4000
    return {**said, "due": to_microseconds(now + rest + chance)}
