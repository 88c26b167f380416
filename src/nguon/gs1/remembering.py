# SPDX-License-Identifier: Apache-2.0
"""A cache for functions of identifiers that a sender of giant ones cannot fill.

Most identifiers are met a few times within a short while and never again; the
rest (places, products, parties) cost nothing to work out anew. So a full cache
is emptied at once: that is cheaper than keeping account of what was used last.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

_REMEMBERED = 16384
_LONGEST = 300

Answer = TypeVar("Answer")


class _Answers(dict[str, Answer], Generic[Answer]):
    """The answers for the texts asked lately, without long texts."""

    __slots__ = ("_work_out",)

    def __init__(self, work_out: Callable[[str], Answer]) -> None:
        self._work_out = work_out

    def __missing__(self, text: str) -> Answer:
        answer = self._work_out(text)
        if len(text) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[text] = answer
        return answer


def remembered(function: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Keep the answers of a pure function for the texts asked lately.

    What takes the function's place is the cache's own look-up, without a layer of Python.
    """
    return _Answers(function).__getitem__
