# SPDX-License-Identifier: Apache-2.0
"""How far a long search is, told while it goes on: whoever waits knows that it lives."""

from collections.abc import Callable
from typing import NamedTuple


class Progress(NamedTuple):
    """Steps from the start that are being followed, and things found up to now."""

    depth: int
    things: int


Tell = Callable[[Progress], None]
"""Takes the progress, every few seconds at the most; what it raises ends the search."""


def nobody(_progress: Progress) -> None:
    """Where nobody waits."""
