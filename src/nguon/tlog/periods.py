# SPDX-License-Identifier: Apache-2.0
"""The periods that shards are for: years, halves and quarters of Viet Nam's calendar.

Books are kept, laws counted and archives closed by that calendar; its zone has been seven hours
ahead of UTC since 1975 and needs no table of changes.
"""

from datetime import datetime
from enum import StrEnum

from nguon.base.time import HANOI, Microseconds, from_microseconds, to_microseconds

_MONTHS = 12


class Period(StrEnum):
    """How long a shard grows, at most; `NONE` until somebody ends it."""

    NONE = "none"
    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"

    def began(self, moment: Microseconds) -> Microseconds:
        """When the period of a moment began; 0 where there are none."""
        return 0 if self is Period.NONE else self._begin(moment, 0)

    def ends(self, moment: Microseconds) -> Microseconds:
        """When the period after that of a moment begins; raises `ValueError` where there are
        none.
        """
        if self is Period.NONE:
            raise ValueError(self)
        return self._begin(moment, 1)

    def _begin(self, moment: Microseconds, later: int) -> Microseconds:
        local, months = from_microseconds(moment).astimezone(HANOI), _LENGTH[self]
        year, month = divmod(((local.month - 1) // months + later) * months, _MONTHS)
        return to_microseconds(datetime(local.year + year, month + 1, 1, tzinfo=HANOI))


_LENGTH = {Period.YEAR: 12, Period.HALF: 6, Period.QUARTER: 3}
