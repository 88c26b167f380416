# SPDX-License-Identifier: Apache-2.0
"""What came of looking for an answer among the facts."""

from typing import NamedTuple


class Sought(NamedTuple):
    """What came of it; ``visible`` false where the reader may not know."""

    there: bool
    visible: bool = True
    reason: str = "absent"
    shown: str | None = None


THERE = Sought(True)
ABSENT = Sought(False)
HIDDEN = Sought(False, visible=False)
