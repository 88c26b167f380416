# SPDX-License-Identifier: Apache-2.0
"""Builds the index from what was recorded, a portion of the log after the other.

What is on disk is replaced in steps that are whole; a process that dies between two of them
leaves the state before, and the next goes on from there.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from nguon.trace.index.columns import Segment
from nguon.trace.index.errors import TraceIndexError
from nguon.trace.index.folder import Contents
from nguon.trace.index.service import Index

_LOG = logging.getLogger(__name__)

PORTION = 1_000
"""Entries of the log that a server takes at once."""
MOST = 10_000
"""Events that it holds before they are written."""


class Builder:
    """Takes portions of ``portion`` entries, and writes when it holds ``most`` events."""

    def __init__(self, index: Index, *, portion: int, most: int) -> None:
        self._index = index
        self._portion = portion
        self._most = most
        self._parts: list[Segment] = []
        self._erased: set[int] = set()
        self._upto = -1

    def step(self) -> int:
        """Take one portion; gives how many entries of the log are left after it.

        Only while the folder is `building`. Raises `OSError`, `NguonError` of the store.
        """
        contents = self._contents()
        if not self._parts and not self._erased:
            self._upto = contents.upto
        head = self._index.head()
        upto = min(head, self._upto + self._portion)
        if upto > self._upto:
            segment, erased = self._index.portion(self._upto, upto)
            self._parts.append(segment)
            self._erased |= erased
            self._upto = upto
        if self.events >= self._most:
            self.write()
        return head - self._upto

    @property
    def events(self) -> int:
        """How many events are taken and not written."""
        return sum(part.events for part in self._parts)

    def write(self) -> None:
        """Write what was taken; raises `OSError`."""
        if self._parts:
            last = self._index.leaf(self._upto)
            folder = self._index.folder
            self._index.believe(folder.add(self._parts, self._upto, last, self._erased))
        self._parts, self._erased = [], set()

    def _contents(self) -> Contents:
        """What is on disk; begun anew where that cannot be used or another has built on."""
        try:
            contents = self._index.contents()
        except TraceIndexError as error:
            _LOG.warning("the index of lineage is built anew: %s", error)
            contents = self._index.folder.clear()
        if self._parts and self._parts[0].after != contents.upto:
            self._parts, self._erased = [], set()
        return contents


def follow(index: Index) -> None:
    """Build on from what is there, in the portions of a server that follows its captures.

    Raises as `rebuild`.
    """
    with _held(index):
        _built(Builder(index, portion=PORTION, most=MOST))


def rebuild(index: Index) -> None:
    """Build the whole index anew, as fast as it goes.

    Raises `TraceIndexError` while another process builds, `OSError`.
    """
    with _held(index):
        index.folder.clear()
        _built(Builder(index, portion=20_000, most=500_000))


@contextmanager
def _held(index: Index) -> Iterator[None]:
    with index.folder.building() as ours:
        if not ours:
            raise TraceIndexError("trace.index-held", file=str(index.folder.path))
        yield


def _built(builder: Builder) -> None:
    while builder.step():
        pass
    builder.write()
