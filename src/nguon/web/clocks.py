# SPDX-License-Identifier: Apache-2.0
"""Terms in words: how long still, or how late; what of recalls is pressing."""

from datetime import datetime

from nguon.base.messages import Language, text
from nguon.recall.waiting import Waiting

_HOUR, _DAY = 3600, 86_400
_HOURS_UP_TO = 48 * _HOUR


def clock(due: datetime | None, now: datetime, language: Language) -> str:
    """How long still, or how late: in minutes, hours or days."""
    if due is None:
        return ""
    seconds = (due - now).total_seconds()
    side, much = ("left", seconds) if seconds >= 0 else ("late", -seconds)
    if much < _HOUR:
        unit, count = "minutes", int(much // 60)
    elif much < _HOURS_UP_TO:
        unit, count = "hours", int(much // _HOUR)
    else:
        unit, count = "days", int(much // _DAY)
    return text(f"recalls.{side}-{unit}", language, count=count)


def pressing(found: Waiting, now: datetime, language: Language) -> str | None:
    """What of recalls is late, else when the next is due; None where nothing has a term."""
    if found.late:
        return text("recalls.late-count", language, count=found.late)
    if found.next is None:
        return None
    return text("recalls.next-due", language, clock=clock(found.next, now, language))
