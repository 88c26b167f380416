# SPDX-License-Identifier: Apache-2.0
"""Boxes on a label, and the check that nothing stands in a symbol's quiet zone."""

from collections.abc import Sequence
from typing import NamedTuple

from nguon.labels.errors import LabelError

_SLACK = 0.01


class Box(NamedTuple):
    """A rectangle in points, from the upper left corner of the label."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right - _SLACK
            and other.left < self.right - _SLACK
            and self.top < other.bottom - _SLACK
            and other.top < self.bottom - _SLACK
        )

    def holds(self, other: "Box", slack: float = 0.2) -> bool:
        """Whether the other lies inside, to a fifth of a point (rounding to dots)."""
        return (
            self.left - slack <= other.left
            and self.top - slack <= other.top
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )


def check(
    page: Box,
    quiet: Sequence[tuple[Box, str]],
    others: Sequence[tuple[Box, str]],
    *,
    label: str,
) -> None:
    """Symbols with their quiet zones lie on the label, apart from each other and from the rest.

    Raises:
        LabelError: ``labels.outside`` or ``labels.quiet-zone``, naming what stands where.
    """
    for place, (box, kind) in enumerate(quiet):
        if not page.holds(box):
            raise LabelError("labels.outside", label=label, what=kind)
        for other, words in [*others, *quiet[place + 1 :]]:
            if box.meets(other):
                raise LabelError("labels.quiet-zone", label=label, symbol=kind, what=words)
    for box, words in others:
        if not page.holds(box):
            raise LabelError("labels.outside", label=label, what=words)
