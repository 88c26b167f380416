# SPDX-License-Identifier: Apache-2.0
"""A recall as values: the case, its scope, the sites that hold goods, what happened."""

from datetime import datetime

import msgspec

from nguon.base.quantity import Quantity
from nguon.recall.kinds import (
    AWAITED,
    ENDED,
    PUBLIC,
    SETTLED,
    DisposalKind,
    DisposalState,
    Level,
    Manner,
    Origin,
    Side,
    SiteState,
    SiteStep,
    State,
    Step,
)

Quantities = tuple[tuple[str | None, Quantity], ...]
"""How much of which product (its key; None where no record says which), each once."""


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
    decider: int | None
    """The organisation that decided: the maker, or the body in charge."""
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
    decided_by: int | None
    """The organisation that decided."""
    released: tuple[str, ...]
    """Lots that are free again."""


__all__ = [
    "AWAITED",
    "ENDED",
    "PUBLIC",
    "SETTLED",
    "DisposalKind",
    "DisposalState",
    "Disposed",
    "Filed",
    "Level",
    "Manner",
    "Origin",
    "PublicRecall",
    "Quantities",
    "Recall",
    "Request",
    "Side",
    "Site",
    "SiteState",
    "SiteStep",
    "SiteTaken",
    "State",
    "Step",
    "Taken",
]
