# SPDX-License-Identifier: Apache-2.0
"""What stands for a personal number wherever an entry is read: its last four digits; pure."""

import re

_MASK = "\u2022" * 8
_MASKED = re.compile("\u2022{8}\\d{4}")


def masked(number: str) -> str:
    """What stands in the registers for a number."""
    return _MASK + number[-4:]


def is_masked(text: str) -> bool:
    """Whether a text is such a mask."""
    return _MASKED.fullmatch(text) is not None
