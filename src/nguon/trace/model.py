# SPDX-License-Identifier: Apache-2.0
"""The values of a trace: its direction and limits, the things found and how they hang together."""

from enum import IntEnum, StrEnum
from typing import Literal

import msgspec

from nguon.base.audience import Disclosure
from nguon.base.quantity import Quantity

PAST = -(1 << 62)
"""Before every event time (microseconds)."""
FUTURE = 1 << 62
"""After every event time (microseconds)."""


class Direction(StrEnum):
    """Backward to the origins, or forward to whoever got it."""

    BACK = "back"
    FORWARD = "forward"


class LinkKind(StrEnum):
    """Why two things hang together."""

    TRANSFORMED = "transformed"
    """One went into the making of the other."""
    CONTAINED = "contained"
    """One was inside the other for a while."""
    ASSOCIATED = "associated"
    """One was attached to the other for a while."""
    MEMBER = "member"
    """One is a piece or a lot of the other."""
    SHARED = "shared"
    """One was at a place shortly before the other: equipment, air or hands may be shared."""


class Confidence(IntEnum):
    """How surely a link holds; an asker follows links of so much and more."""

    AMBIGUOUS = 1
    """Declared of a whole product: which lot or piece it was is not said."""
    INFERRED = 2
    """Nobody declared it: both were at one place within a time."""
    LOT = 3
    """Declared of a lot: which part of it is not said."""
    EXACT = 4
    """Declared of single things by serial number."""


class Shared(msgspec.Struct, frozen=True):
    """Follow also from a thing to those at the same place up to ``hours`` later (back: earlier);
    at these ``places`` alone, where any are named.
    """

    hours: int
    places: frozenset[str] = frozenset()


class Following(msgspec.Struct, frozen=True):
    """Which links an asker follows.

    Links of ``kinds`` with at least the confidence ``least``; with ``shared`` also inferred
    ones, whatever ``least`` is: to give it is to ask for them.
    """

    kinds: frozenset[LinkKind] = frozenset(LinkKind)
    least: Confidence = Confidence.LOT
    shared: Shared | None = None


class Mode(StrEnum):
    """How far a thing found is followed."""

    WHOLE = "whole"
    """The goods themselves: everything that hangs on them."""
    PART = "part"
    """Part of a lot, found inside a container: like the lot, but not into other containers
    that held other parts of it meanwhile, and not to pieces with numbers of their own."""
    LOT = "lot"
    """The lot of a piece, in part: its own making and its use under the lot's number, not its
    other pieces."""
    CARRIER = "carrier"
    """What carried the goods: what carried it in turn, what it was made of or used for, and
    only meanwhile; nothing else that it carried."""
    ATTACHED = "attached"
    """A thing attached to the goods (a logger), or that they were attached to: shown, and
    followed only from the thing asked about."""
    PROCESS = "process"
    """A transformation ID that joins inputs and outputs of several events."""


class Window(msgspec.Struct, frozen=True, order=True):
    """The time, in microseconds UTC, for which a thing matters to the question; both ends count."""

    start: int = PAST
    end: int = FUTURE

    def meet(self, other: "Window") -> "Window | None":
        """What both have in common."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start <= end else None

    def overlaps(self, other: "Window") -> bool:
        """Whether more than a moment is common to both."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: "Window") -> bool:
        """Whether the other lies inside."""
        return self.start <= other.start and other.end <= self.end


Limit = Literal["things", "depth", "records"]
"""Which limit ended a trace before its end."""


class Limits(msgspec.Struct, frozen=True):
    """Where a trace stops, and says that it stopped."""

    nodes: int = 20_000
    depth: int = 64
    records: int = 200_000
    """Events read: a lot has those of all its pieces."""


class Node(msgspec.Struct, frozen=True, gc=False):
    """A thing found: ``depth`` steps from the start, first and last recorded at (microseconds)."""

    key: str
    mode: Mode
    depth: int
    first_time: int | None
    last_time: int | None
    disclosure: Disclosure


class Link(msgspec.Struct, frozen=True, gc=False):
    """``source`` went into, under or belongs to ``target``: along the way of the goods.

    ``start`` and ``end`` are the times for which it held (both the event's time
    for a transformation); ``quantity`` is how much of the source, where the event
    says so and the reader may see it.
    """

    source: str
    target: str
    kind: LinkKind
    event: int | None = None
    start: int = PAST
    end: int = FUTURE
    quantity: Quantity | None = None
    disclosure: Disclosure = Disclosure.FULL
    confidence: Confidence = Confidence.EXACT


class Lineage(msgspec.Struct, frozen=True):
    """The answer: ``truncated`` says that a limit was met and more exists.

    ``limit`` is the first limit met, ``limit_depth`` how many steps from the start, and
    ``unfollowed`` how many things known to hang on the answer were not followed for it.
    ``starts`` are the things asked about where they may be several, ``start`` the first.
    ``as_of`` is the log position (`seq`) up to which records were read;
    ``withheld`` counts things that exist and are not this reader's to see;
    ``erased`` records about things found whose content was erased.
    """

    start: str
    direction: Direction
    as_of: int
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    truncated: bool
    withheld: int = 0
    erased: int = 0
    limit: Limit | None = None
    limit_depth: int | None = None
    unfollowed: int = 0
    starts: tuple[str, ...] = ()

    def keys(self) -> frozenset[str]:
        """The keys of all things found, the start among them."""
        return frozenset(node.key for node in self.nodes if node.mode is not Mode.PROCESS)
