# SPDX-License-Identifier: Apache-2.0
"""A report and a dispute as values."""

from datetime import datetime
from enum import StrEnum

import msgspec


class SubjectKind(StrEnum):
    """What a dispute is about."""

    ITEM = "item"
    CLAIM = "claim"
    PARTY = "party"


class Kind(StrEnum):
    """What is said to be wrong."""

    LABEL = "label"
    COPIED = "copied"
    QUANTITY = "quantity"
    SAFETY = "safety"
    CERTIFICATE = "certificate"
    OTHER = "other"


class State(StrEnum):
    """Where a case stands; the public hears of it from ``OPEN`` on."""

    REPORTED = "reported"
    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    DECIDED = "decided"
    CLOSED = "closed"


UNDER_WAY = frozenset({State.OPEN, State.ASKED, State.ANSWERED})
"""States in which an officer found reason to look, and has not decided."""
UNCLOSED = frozenset(State) - {State.CLOSED}


class Outcome(StrEnum):
    """What came of a case; ``DISMISSED``: no officer found reason to look further."""

    UPHELD = "upheld"
    NOT_UPHELD = "not-upheld"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    DISMISSED = "dismissed"


class Step(StrEnum):
    """What can happen in a case."""

    REPORT = "report"
    OPEN = "open"
    DISMISS = "dismiss"
    ASK = "ask"
    ANSWER = "answer"
    DECIDE = "decide"
    APPEAL = "appeal"
    WITHDRAW = "withdraw"
    CLOSE = "close"


class Side(StrEnum):
    """As whom somebody takes a step."""

    OFFICER = "officer"
    PARTY = "party"
    REPORTER = "reporter"
    SYSTEM = "system"


class Origin(StrEnum):
    """Who reports."""

    CONSUMER = "consumer"
    PARTNER = "partner"
    OFFICER = "officer"


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is about; ``key`` is an item key, ``event:<digest>`` or
    ``organisation:<number>``.

    ``about`` are the keys under which the case is found besides; ``party`` is whose statement it
    is, ``province`` and ``sector`` decide which officers are in charge.
    """

    kind: SubjectKind
    key: str
    party: int | None
    province: str | None
    sector: str
    about: frozenset[str] = frozenset()


class Photo(msgspec.Struct, frozen=True):
    """A file as it is to be kept: its name and octets."""

    name: str
    content: bytes


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody reports; ``contact`` is for the officers alone."""

    kind: Kind
    words: str
    contact: str = ""
    photo: Photo | None = None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it stands; ``seen`` is how many steps it had, for whoever takes the next."""

    id: str
    subject_kind: SubjectKind
    subject: str
    kind: Kind
    party: int | None
    province: str | None
    sector: str
    state: State
    reported: datetime
    opened: datetime | None
    due: datetime | None
    outcome: Outcome | None
    decided: datetime | None
    decided_by: str | None
    appealed: bool
    seen: int
    reports: int

    def late(self, moment: datetime) -> bool:
        """Whether its next step should have been taken by then."""
        return self.state is not State.CLOSED and self.due is not None and self.due < moment


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was taken; of a report only the digest of what it said."""

    number: int
    step: Step
    side: Side
    state: State
    at: datetime
    organisation: int | None = None
    actor: str | None = None
    words: str | None = None
    due: datetime | None = None
    outcome: Outcome | None = None
    content: str | None = None


class Attached(msgspec.Struct, frozen=True):
    """A file of a step (``number``) or a report."""

    id: str
    name: str
    media_type: str
    size: int
    digest: str
    number: int | None = None
    report: str | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A report as an officer reads it; ``words`` is None where it was erased."""

    id: str
    origin: Origin
    received: datetime
    words: str | None
    organisation: int | None = None
    contact: str | None = None
    withdrawn: datetime | None = None


class CaseSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may know of a case that an officer opened."""

    id: str
    subject: str
    kind: Kind
    state: State
    opened: datetime
    outcome: Outcome | None = None
    decided: datetime | None = None
