# SPDX-License-Identifier: Apache-2.0
"""Who reads. Every read function takes an `Audience` and shows no more than it allows.

The decision itself is one function in `nguon.identity.visibility`; an audience
carries it, so that the store can apply it without knowing it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
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
class EventFacts:
    """What the decision needs to know of an event.

    ``submitter`` is the organisation whose key sent it; ``named`` the
    organisations it names as source, destination or place holder; ``custody``
    whether the reader's organisation handled one of its items.
    """

    submitter: int
    named: frozenset[int] = frozenset()
    custody: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """A reader: made only by `nguon.identity`.

    ``reduce`` makes of an event (`nguon.epcis.model.Event`) what is shown where
    the disclosure is ``PUBLIC``, ``reduce_items`` of its items (a tuple of
    `nguon.epcis.items.ItemRef`). A reader without them sees nothing there.
    """

    kind: AudienceKind
    organisation: int | None
    decide: Callable[["Audience", EventFacts], Disclosure] = field(repr=False, compare=False)
    scopes: frozenset[str] = frozenset()
    reduce: Callable[[Any], Any] | None = field(default=None, repr=False, compare=False)
    reduce_items: Callable[[Any], Any] | None = field(default=None, repr=False, compare=False)

    def disclosure(self, facts: EventFacts) -> Disclosure:
        """How much of the event with these facts this reader sees."""
        return self.decide(self, facts)
