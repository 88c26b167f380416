# SPDX-License-Identifier: Apache-2.0
"""What stands for a personal number wherever an entry is read: its last four digits; pure."""

import re
from collections.abc import Mapping
from typing import Any

_MASK = "\u2022" * 8
_MASKED = re.compile("\u2022{8}\\d{4}")


_NUMBER = re.compile(r"(?<!\d)\d{12}(?!\d)")


def discreet(params: Mapping[str, Any]) -> dict[str, Any]:
    """A message's parameters without anything that may be a personal number.

    People put such numbers into the wrong column too; a refusal that repeats
    the cell would carry them into pages, answers and logs.
    """
    return {
        name: _NUMBER.sub(lambda found: masked(found[0]), value)
        if isinstance(value, str)
        else value
        for name, value in params.items()
    }


def masked(number: str) -> str:
    """What stands in the registers for a number."""
    return _MASK + number[-4:]


def is_masked(text: str) -> bool:
    """Whether a text is such a mask."""
    return _MASKED.fullmatch(text) is not None
