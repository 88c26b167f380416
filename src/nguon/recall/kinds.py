# SPDX-License-Identifier: Apache-2.0
"""The words of recalls: signals, states, sides, steps, disposals."""

from enum import IntEnum, StrEnum


class Origin(StrEnum):
    """What gave the signal."""

    COMPLAINT = "complaint"
    LAB = "lab"
    INSPECTION = "inspection"
    CONSUMER = "consumer"
    IMPORT_ALERT = "import-alert"
    MAKER = "maker"


class State(StrEnum):
    """Where a case stands; the public hears of it from ``RUNNING`` on."""

    OPEN = "open"
    INVESTIGATING = "investigating"
    SCOPED = "scoped"
    RUNNING = "running"
    CLOSED = "closed"
    DISMISSED = "dismissed"


ENDED = frozenset({State.CLOSED, State.DISMISSED})
PUBLIC = frozenset({State.RUNNING, State.CLOSED})
"""States of which everybody may know."""


class Manner(StrEnum):
    """Who has it done: the maker of his own accord, or an authority."""

    VOLUNTARY = "voluntary"
    MANDATORY = "mandatory"


class Level(IntEnum):
    """How grave: 1 may do serious harm, 2 may harm, 3 breaks a rule without harm."""

    SERIOUS = 1
    HARM = 2
    RULE = 3


class Side(StrEnum):
    """As whom somebody stands in a case.

    ``OFFICER`` is in charge of it, ``LOCAL`` of a province where goods lie; ``MAKER`` opened
    it about his own goods, ``CONCERNED`` made goods that an officer looks into; ``ASKED`` was
    asked for information; ``SITE`` holds goods or held them.
    """

    OFFICER = "officer"
    LOCAL = "local"
    MAKER = "maker"
    CONCERNED = "concerned"
    ASKED = "asked"
    SITE = "site"
    SYSTEM = "system"


class Step(StrEnum):
    """What can happen in a case."""

    OPEN = "open"
    NOTE = "note"
    FINDING = "finding"
    ADD = "add"
    ASK = "ask"
    REPLY = "reply"
    CHASE = "chase"
    DETERMINE = "determine"
    SCOPE = "scope"
    DECIDE = "decide"
    FOUND_AGAIN = "found-again"
    REMIND = "remind"
    ESCALATE = "escalate"
    RELEASE = "release"
    REPORT = "report"
    CLOSE = "close"
    DISMISS = "dismiss"


class SiteStep(StrEnum):
    """What can happen at a site after it was told."""

    CONTACT = "contact"
    SEE = "see"
    ANSWER = "answer"
    DISPOSE = "dispose"
    VERIFY = "verify"
    REFUSE = "refuse"
    REMIND = "remind"
    ESCALATE = "escalate"


class SiteState(StrEnum):
    """Where a site stands; ``UNREACHED`` has no account and was not contacted by hand yet.

    ``ANSWERED``: it has nothing left; ``HELD``: goods are held and await their disposal.
    """

    UNREACHED = "unreached"
    TOLD = "told"
    SEEN = "seen"
    ANSWERED = "answered"
    HELD = "held"
    DISPOSED = "disposed"
    NOT_CONCERNED = "not-concerned"


AWAITED = frozenset({SiteState.UNREACHED, SiteState.TOLD, SiteState.SEEN})
"""States of sites whose answer is missing."""
SETTLED = frozenset({SiteState.ANSWERED, SiteState.DISPOSED, SiteState.NOT_CONCERNED})
"""States of sites where nothing is left to be done."""


class DisposalKind(StrEnum):
    """What may be done with recalled goods (Circular 17/2021/TT-BNNPTNT)."""

    RELABEL = "relabel"
    REPURPOSE = "repurpose"
    REEXPORT = "reexport"
    DESTROY = "destroy"


class DisposalState(StrEnum):
    """``DONE`` needs no officer, ``WAITING`` waits for one."""

    DONE = "done"
    WAITING = "waiting"
    VERIFIED = "verified"
    REFUSED = "refused"
