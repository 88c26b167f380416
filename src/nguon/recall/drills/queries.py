# SPDX-License-Identifier: Apache-2.0
"""Reading drills: an organisation's own, those it was asked in, the figures, what is due."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from nguon.base.time import from_microseconds
from nguon.identity.model import Principal
from nguon.messages import queries as messages
from nguon.messages.model import Delivery, DeliveryState
from nguon.recall import amounts
from nguon.recall.drills import terms
from nguon.recall.drills.errors import UnknownDrillError
from nguon.recall.drills.model import Drill, Kind, Site
from nguon.recall.drills.reading import drill_of, hidden, of_organiser, site_of
from nguon.recall.drills.terms import Term
from nguon.recall.model import Quantities
from nguon.recall.parts import Part, part_of, place, written
from nguon.recall.reading import Row
from nguon.store import Store
from nguon.store import drills as rows

MOST = 100
"""How many drills are listed at once, unless asked for otherwise."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A term and whether it was kept; None where that is open still, or not one of time."""

    term: Term
    end: datetime | None
    met: bool | None


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """The clock and what came of it; shares are percents, None where nothing was asked.

    ``recovered`` is what sites found of what the records place there; ``reached`` counts the
    organisations that saw the message or whose system took it.
    """

    at: datetime
    seconds_to_trace: float
    seconds_to_first: int | None
    seconds_to_last: int | None
    told: int
    reached: int
    answered: int
    by_hand: int
    found: Quantities
    recovered: float | None


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A drill with everything that its organiser reads; ``missing`` are sites without answer."""

    drill: Drill
    figures: Figures
    judged: tuple[Judged, ...]
    sites: tuple[Site, ...]
    missing: int


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """The yearly duty: when a drill was last ended, and until when the next is due."""

    term: Term
    last: datetime | None
    due: datetime | None

    def late(self, moment: datetime) -> bool:
        """Whether it is due by then, or was never kept."""
        return self.due is None or self.due < moment


def view(store: Store, by: Principal, number: str) -> View:
    """A drill of the reader's organisation; raises `UnknownDrillError`."""
    with store.reading() as connection:
        one = of_organiser(connection, by, number)
        sites = tuple(site_of(row) for row in rows.sites(connection, number))
    sent = messages.deliveries(store, f"drill:{number}", limit=10_000) if one.notices else []
    now = datetime.now(UTC)
    return View(
        drill=one,
        figures=_figures(one, sites, sent, now),
        judged=tuple(_judged(one, sites, now)),
        sites=tuple(map(hidden, sites)),
        missing=sum(site.answered is None for site in sites),
    )


def listed(store: Store, by: Principal, *, after: str = "", limit: int = MOST) -> Part[Drill]:
    """The drills of the reader's organisation, the latest first.

    Raises:
        RecallFaultsError: ``after`` is not of such a list.
    """
    start = place(after, 1)
    with store.reading() as connection:
        found = rows.listed(connection, by.organisation, after=start, limit=limit + 1)
    return part_of(found, limit, _begun, drill_of)


def asked(store: Store, by: Principal, *, after: str = "", limit: int = MOST) -> Part[Drill]:
    """The drills that the reader's organisation was told of, likewise."""
    start = place(after, 1)
    with store.reading() as connection:
        found = rows.asked(connection, by.organisation, after=start, limit=limit + 1)
    return part_of(found, limit, _begun, drill_of)


def mine(store: Store, by: Principal, number: str) -> tuple[Drill, list[Site]]:
    """A drill that the reader's organisation was told of, with its own sites.

    Raises `UnknownDrillError`.
    """
    with store.reading() as connection:
        row = rows.find(connection, number)
        found = [
            site_of(one)
            for one in rows.sites(connection, number)
            if one["organisation"] == by.organisation
        ]
    if row is None or not row["notices"] or not found:
        raise UnknownDrillError("drills.unknown")
    return drill_of(row), found


def due(store: Store, by: Principal) -> Due | None:
    """The reader's organisation's yearly duty to try out its recall plan; None without one."""
    now = datetime.now(UTC)
    term = terms.yearly(Kind.MOCK_RECALL, now)
    if term is None or term.days is None:
        return None
    with store.reading() as connection:
        ended = rows.last(connection, by.organisation, Kind.MOCK_RECALL)
    last = None if ended is None else from_microseconds(ended)
    return Due(term=term, last=last, due=None if last is None else last + timedelta(days=term.days))


def _begun(row: Row) -> str:
    return written(-row["started"], row["id"])


def _figures(one: Drill, sites: Sequence[Site], sent: Sequence[Delivery], now: datetime) -> Figures:
    answers = sorted(site.answered for site in sites if site.answered is not None)
    found = amounts.summed(*(site.found for site in sites))
    shipped = amounts.summed(*(site.told for site in sites))
    return Figures(
        at=now,
        seconds_to_trace=round((one.traced - one.started).total_seconds(), 3),
        seconds_to_first=int((answers[0] - one.started).total_seconds()) if answers else None,
        seconds_to_last=int((answers[-1] - one.started).total_seconds()) if answers else None,
        told=len(sent),
        reached=sum(map(_reached, sent)),
        answered=len(answers),
        by_hand=sum(site.by_hand for site in sites),
        found=found,
        recovered=amounts.share(found, shipped) if answers else None,
    )


def _reached(sent: Delivery) -> bool:
    taken = any(way.state is DeliveryState.SENT for way in sent.ways)
    return taken or sent.seen is not None or sent.acknowledged is not None


def _judged(one: Drill, sites: Sequence[Site], now: datetime) -> list[Judged]:
    return [_met(term, one, sites, now) for term in terms.applying(one.kind, one.started)]


def _met(term: Term, one: Drill, sites: Sequence[Site], now: datetime) -> Judged:
    if term.hours is None:
        return Judged(term=term, end=None, met=None)
    end = one.started + timedelta(hours=term.hours)
    if term.until == "traced":
        return Judged(term=term, end=end, met=one.traced <= end)
    answers = [site.answered for site in sites]
    late = any(answer is not None and answer > end for answer in answers)
    waiting = any(answer is None for answer in answers)
    if late or (waiting and (now > end or one.ended is not None)):
        return Judged(term=term, end=end, met=False)
    return Judged(term=term, end=end, met=None if waiting else True)
