# SPDX-License-Identifier: Apache-2.0
"""A recall as values: the case, its scope, the sites that hold goods, what happened."""

from datetime import datetime
from enum import IntEnum, StrEnum

import msgspec

from nguon.base.quantity import Quantity

Quantities = tuple[tuple[str | None, Quantity], ...]
"""How much of which product (its key; None where no record says which), each once."""


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
    DETERMINE = "determine"
    SCOPE = "scope"
    DECIDE = "decide"
    FOUND_AGAIN = "found-again"
    RELEASE = "release"
    REPORT = "report"
    CLOSE = "close"
    DISMISS = "dismiss"


class SiteStep(StrEnum):
    """What can happen at a site."""

    TELL = "tell"
    CONTACT = "contact"
    SEE = "see"
    ANSWER = "answer"
    DISPOSE = "dispose"
    VERIFY = "verify"
    REFUSE = "refuse"
    REMIND = "remind"
    ESCALATE = "escalate"
    RELEASE = "release"


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


class Recall(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it stands; ``seen`` is how many steps it had, for whoever takes the next.

    ``keys`` are the suspected things that the scope starts from, ``scope`` the number of its
    version (0: none yet), ``signal`` what the case was opened upon (a sample, a report, an
    alert by its number), ``due`` until when the next step is, ``determined`` when it was found
    that goods have to be recalled. ``words_vi`` and ``words_en`` are for everybody,
    ``instructions`` for the sites.
    """

    id: str
    title: str
    origin: Origin
    signal: str | None
    keys: tuple[str, ...]
    maker: int | None
    opened_by: int
    province: str | None
    sector: str
    state: State
    manner: Manner | None
    level: Level | None
    opened: datetime
    determined: datetime | None
    due: datetime | None
    decided: datetime | None
    decided_by: str | None
    closed: datetime | None
    words_vi: str | None
    words_en: str | None
    instructions: str | None
    answer_by: datetime | None
    dispute: str | None
    scope: int
    things: int
    sites: int
    seen: int

    def late(self, moment: datetime) -> bool:
        """Whether its next step should have been taken by then."""
        return self.state not in ENDED and self.due is not None and self.due < moment


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds goods of a recall, and what became of them there.

    ``id`` is ``<recall>-<number>``; ``organisation`` is None for a party without account, known
    by its key ``party`` alone. ``told`` is what the records place there, by product;
    ``shipped`` of it what was on its way; ``released`` how many of its things were cleared.
    """

    id: str
    recall: str
    organisation: int | None
    party: str | None
    place: str | None
    province: str | None
    state: SiteState
    things: int
    told: Quantities
    sold_before: Quantities
    found: Quantities
    held: Quantities
    sold: Quantities
    disposed: Quantities
    version: int
    told_at: datetime
    seen_at: datetime | None
    answered_at: datetime | None
    due: datetime | None
    reminded: int
    escalated: datetime | None
    released: int
    words: str | None
    seen: int

    def late(self, moment: datetime) -> bool:
        """Whether its answer or its disposal should have come by then."""
        return self.state not in SETTLED and self.due is not None and self.due < moment


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was taken in a case."""

    number: int
    step: Step
    side: Side
    state: State
    at: datetime
    organisation: int | None = None
    actor: str | None = None
    words: str | None = None
    due: datetime | None = None
    content: str | None = None


class SiteTaken(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was taken at a site; ``content`` is JSON where there are numbers."""

    site: str
    number: int
    step: SiteStep
    side: Side
    state: SiteState
    at: datetime
    organisation: int | None = None
    actor: str | None = None
    words: str | None = None
    content: str | None = None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request for information: of an organisation, or of a party without account."""

    id: str
    recall: str
    organisation: int | None
    party: str | None
    words: str
    asked: datetime
    due: datetime | None
    answered: datetime | None = None
    answer: str | None = None


class Disposed(msgspec.Struct, frozen=True, kw_only=True):
    """A disposal at a site, as reported and as an officer judged it."""

    id: str
    recall: str
    site: str
    kind: DisposalKind
    state: DisposalState
    quantity: Quantities
    words: str
    at: datetime
    organisation: int | None
    verified: datetime | None = None
    verify_words: str | None = None


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """A file: of a step of the case (``number``), or of a disposal."""

    id: str
    recall: str
    name: str
    media_type: str
    size: int
    digest: str
    site: str | None = None
    disposal: str | None = None
    number: int | None = None


class PublicRecall(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may know of a recall."""

    id: str
    state: State
    manner: Manner
    level: Level
    decided: datetime
    closed: datetime | None
    maker: int | None
    products: tuple[str, ...]
    lots: tuple[str, ...]
    words_vi: str
    words_en: str
