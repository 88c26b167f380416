# SPDX-License-Identifier: Apache-2.0
"""A cache for functions of identifiers that a sender of giant ones cannot fill."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

_REMEMBERED = 65536
_LONGEST = 300

Answer = TypeVar("Answer")


def remembered(function: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Keep the answers for the texts asked last, long texts apart."""
    cached = lru_cache(maxsize=_REMEMBERED)(function)

    @wraps(function)
    def remembering(text: str, /) -> Answer:
        return cached(text) if len(text) <= _LONGEST else function(text)

    return remembering
