# SPDX-License-Identifier: Apache-2.0
"""Listings by part: some of a list in its order, and from where the next part is asked for."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from nguon.base.errors import Fault
from nguon.recall.errors import RecallFaultsError
from nguon.recall.reading import Row

T = TypeVar("T")
_MOST_DIGITS = 18
"""Whole numbers of so many digits fit into any column."""


class Part(list[T]):
    """Some of a listing; ``after`` is what its next part is asked for with, None on the last."""

    def __init__(self, items: Iterable[T] = (), after: str | None = None) -> None:
        super().__init__(items)
        self.after = after


def part_of(
    found: Sequence[Row], limit: int, cursor: Callable[[Row], str], made: Callable[[Row], T]
) -> Part[T]:
    """The first ``limit`` rows as values, of rows of which one more was asked for."""
    shown = found[:limit]
    return Part(map(made, shown), cursor(shown[-1]) if len(found) > limit else None)


def written(*values: object) -> str:
    """A cursor: whole numbers and, at the end, a key; read again by `place`."""
    return ".".join(map(str, values))


def number_after(after: str) -> int:
    """Where a listing by number goes on; raises `RecallFaultsError` for what is no cursor."""
    return _whole(after) if after else 0


def place(after: str, numbers: int) -> tuple[Any, ...] | None:
    """Where a listing by so many numbers and a key goes on; None at its beginning.

    Raises:
        RecallFaultsError: what no listing of this kind gave.
    """
    if not after:
        return None
    *some, key = after.split(".", numbers)
    if len(some) != numbers:
        raise _wrong()
    return (*map(_whole, some), key)


def _whole(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
        raise _wrong()
    return int(text)


def _wrong() -> RecallFaultsError:
    return RecallFaultsError("recall.faults", [Fault("/after", "recall.after-wrong", {})], count=1)
