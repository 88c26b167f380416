# SPDX-License-Identifier: Apache-2.0
"""Long work in a thread that answers nobody, in small pieces with rests between them.

One interpreter runs one thread at a time, and a thread that works without
stopping keeps the others waiting each time they come back from reading or
writing: a request that does so three times waits three times. In the rests they
all go ahead.
"""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

PIECE = 40
REST = 0.0004
"""Seconds."""


def gently(things: Iterable[T], *, piece: int = PIECE) -> Iterator[T]:
    """The same things, with a rest after every so many of them."""
    for number, thing in enumerate(things, 1):
        yield thing
        if number % piece == 0:
            time.sleep(REST)
