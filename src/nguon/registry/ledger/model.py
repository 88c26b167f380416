# SPDX-License-Identifier: Apache-2.0
"""The ledger's values: grants and their changes, uses, verdicts with findings and arithmetic."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec


class Verdict(StrEnum):
    """The answer to a use, given once."""

    ACCEPTED = "accepted"
    NOTICED = "noticed"
    QUESTIONED = "questioned"
    HELD = "held"
    REFUSED = "refused"


class Level(StrEnum):
    """What a finding leads to, from nothing to a refusal."""

    NOTE = "note"
    NOTICE = "notice"
    QUESTION = "question"
    HOLD = "hold"
    REFUSE = "refuse"


class State(StrEnum):
    """Whether a use takes from the code's quantity today."""

    COUNTED = "counted"
    WAITING = "waiting"
    NOT_COUNTED = "not_counted"
    REVERSED = "reversed"


class AnswerKind(StrEnum):
    """What was said of a use afterwards."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    REVERSE = "reverse"


class ChangeKind(StrEnum):
    """What happened to a grant after it was given."""

    NARROWED = "narrowed"
    WITHDRAWN = "withdrawn"


class Line(msgspec.Struct, frozen=True):
    """One line of the arithmetic: ``code`` names its words, ``unit`` is ha, t/ha, kg or %.

    ``note`` says where the amount is from, ``note_en`` the same in English.
    """

    code: str
    amount: Decimal
    unit: str
    note: str | None = None
    note_en: str | None = None


class Finding(msgspec.Struct, frozen=True):
    """One thing found by one check, in the order of the checks."""

    code: str
    level: Level
    params: dict[str, Any] = {}


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a holder grants: the use of ``code`` to ``grantee``, both days included, in kg.

    ``request`` makes a repeated grant the same grant.
    """

    code: str
    grantee: int
    crop: str
    market: str
    valid_from: date
    valid_to: date
    quantity: Decimal
    request: str | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A grant narrowed or withdrawn: holds from ``effective``, known since ``recorded``."""

    kind: ChangeKind
    effective: datetime
    recorded: datetime
    reason: str
    quantity: Decimal | None = None
    valid_to: date | None = None


class Authorisation(msgspec.Struct, frozen=True, kw_only=True):
    """A grant as given, with its number and what was changed since."""

    id: str
    number: str
    code: str
    holder: int
    grantee: int
    crop: str
    market: str
    valid_from: date
    valid_to: date
    quantity: Decimal
    recorded: datetime
    changes: tuple[Change, ...] = ()
    notices: tuple[Finding, ...] = ()
    arithmetic: tuple[Line, ...] = ()


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What the paper that a user shows says, as far as it was read off."""

    quantity: Decimal | None = None
    crop: str | None = None
    market: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A use of a code, asked for: ``quantity`` in kg, ``lots`` as item keys.

    ``crop`` or ``product`` (``01/…``) says what was grown; ``authorisation`` is
    the number that the user shows, ``shown`` what that paper says.
    """

    code: str
    market: str
    used_at: datetime
    quantity: Decimal
    consignment: str
    lots: tuple[str, ...] = ()
    crop: str | None = None
    product: str | None = None
    authorisation: str | None = None
    shown: Shown | None = None
    reason: str | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Said of a use afterwards; appended, never edited."""

    kind: AnswerKind
    recorded: datetime
    organisation: int
    by: str
    reason: str


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A use or attempt with its answer: as judged then, and what was said since."""

    id: str
    verdict: Verdict
    code: str
    user: int
    holder: int | None
    province: str | None
    consignment: str
    lots: tuple[str, ...]
    crop: str
    market: str
    quantity: Decimal
    used_at: datetime
    recorded: datetime
    authorisation: str | None
    """Number of the grant that was drawn on; None for the holder and where none was found."""
    shown: str | None
    reason: str | None
    findings: tuple[Finding, ...]
    arithmetic: tuple[Line, ...]
    answers: tuple[Answer, ...] = ()

    @property
    def state(self) -> State:
        """Whether the quantity counts now."""
        return state(self.verdict, self.answers)


def state(verdict: Verdict, answers: tuple[Answer, ...]) -> State:
    """Whether a use counts: the last answer decides; a held use waits for its first."""
    if verdict is Verdict.REFUSED:
        return State.NOT_COUNTED
    said = [answer.kind for answer in answers]
    if AnswerKind.REVERSE in said:
        return State.REVERSED
    if verdict is not Verdict.HELD:
        return State.COUNTED
    if not said:
        return State.WAITING
    return State.COUNTED if said[-1] is AnswerKind.ACCEPT else State.NOT_COUNTED
