# SPDX-License-Identifier: Apache-2.0
"""Who reads. Every read function takes an `Audience` and shows no more than it allows.

The decision itself is one function in `nguon.identity.visibility`; an audience
carries it, so that the store can apply it without knowing it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any


class AudienceKind(StrEnum):
    """The five kinds of reader."""

    PUBLIC = "public"
    PARTNER = "partner"
    OWNER = "owner"
    INSPECTOR = "inspector"
    OPERATOR = "operator"


class Disclosure(IntEnum):
    """How much of one record a reader sees."""

    NONE = 0
    PUBLIC = 1
    FULL = 2


@dataclass(frozen=True, slots=True)
class Mandate:
    """For what an officer is in charge: provinces (two-digit codes) and sectors, and when.

    ``None`` is all of them; an end left open does not end. Both days count.
    """

    provinces: frozenset[str] | None = None
    sectors: frozenset[str] | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether the mandate runs on this day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)

    def covers(self, province: str | None, sector: str | None = None) -> bool:
        """Whether a thing of this province (and sector, where it matters) is in its charge."""
        here = self.provinces is None or province in self.provinces
        return here and (self.sectors is None or sector is None or sector in self.sectors)

    @property
    def national(self) -> bool:
        """Whether it reaches every province."""
        return self.provinces is None


NATIONAL = Mandate()
"""Everywhere, for everything, without an end."""


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What the decision needs to know of an event.

    ``submitter`` is the organisation whose key sent it; ``named`` the
    organisations it names as source, destination or place holder; ``custody``
    whether the reader's organisation handled one of its items; ``provinces``
    those of the reader's mandate that it, or the way of its items, touched.
    """

    submitter: int
    named: frozenset[int] = frozenset()
    custody: bool = False
    provinces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Audience:
    """A reader: made only by `nguon.identity`.

    ``reduce`` makes of an event (`nguon.epcis.model.Event`) what is shown where
    the disclosure is ``PUBLIC``, ``reduce_items`` of its items (a tuple of
    `nguon.epcis.items.ItemRef`). A reader without them sees nothing there.
    ``mandate`` is an inspector's; ``reader`` the key or person that asks, as the
    owner's record of access names it.
    """

    kind: AudienceKind
    organisation: int | None
    decide: Callable[["Audience", EventFacts], Disclosure] = field(repr=False, compare=False)
    scopes: frozenset[str] = frozenset()
    reduce: Callable[[Any], Any] | None = field(default=None, repr=False, compare=False)
    reduce_items: Callable[[Any], Any] | None = field(default=None, repr=False, compare=False)
    mandate: Mandate | None = None
    reader: str = ""

    def disclosure(self, facts: EventFacts) -> Disclosure:
        """How much of the event with these facts this reader sees."""
        return self.decide(self, facts)
