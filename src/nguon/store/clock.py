# SPDX-License-Identifier: Apache-2.0
"""The clock that a store is given: microseconds since 1970, UTC."""

import time
from collections.abc import Callable

Clock = Callable[[], int]


def system_clock() -> int:
    """The machine's clock."""
    return time.time_ns() // 1000
