# SPDX-License-Identifier: Apache-2.0
"""What is stopped: a piece, a lot, a product, a run of serials, or what was at a place."""

from datetime import datetime
from enum import StrEnum

import msgspec


class StopKind(StrEnum):
    """What a stop names."""

    ITEM = "item"
    LOT = "lot"
    PRODUCT = "product"
    RANGE = "range"
    """Serials of one product and one length, from ``key`` to ``last``, in the order of octets."""
    PLACE = "place"
    """Everything that a record names together with this place, from ``since`` on."""


class NewStop(msgspec.Struct, frozen=True, kw_only=True):
    """A stop to be put on the list; many may share what is said of them.

    ``source`` is ``recall:<id>`` or ``hold:<id>``; ``level`` is 1 (the gravest) to 3;
    ``words_vi`` and ``words_en`` say to anybody why and what to do; a stop that is not
    ``public`` is honoured and told to members alone. ``since`` is now where it is None.
    """

    kind: StopKind
    key: str
    source: str
    reason: str
    by: str
    last: str | None = None
    level: int | None = None
    mandatory: bool = False
    words_vi: str = ""
    words_en: str = ""
    public: bool = True
    since: datetime | None = None


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A stop as it stands on the list, or stood until ``lifted``."""

    id: str
    kind: StopKind
    key: str
    last: str | None
    source: str
    reason: str
    level: int | None
    mandatory: bool
    words_vi: str
    words_en: str
    public: bool
    since: datetime
    lifted: datetime | None = None

    def words(self, language: str) -> str:
        """What is said of it, in this language or else in the other."""
        first, second = self.words_vi, self.words_en
        return (first or second) if language == "vi" else (second or first)
