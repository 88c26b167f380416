# SPDX-License-Identifier: Apache-2.0
"""A clerk's day: what waits for the organisation, what can be done again, what was recorded."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from nguon.base.messages import Language, text
from nguon.base.time import HANOI, to_microseconds
from nguon.compliance import duties
from nguon.compliance.duties import Due
from nguon.entries import again, service
from nguon.entries.service import Recorded
from nguon.identity.model import Principal
from nguon.recall import waiting
from nguon.registry.ledger import queries as ledger
from nguon.registry.ledger.model import Drawn, State, Verdict
from nguon.registry.ledger.queries import Wanted
from nguon.registry.workflow import CaseState
from nguon.store import Store, daily
from nguon.web.clocks import pressing
from nguon.web.formats import day, number
from nguon.web.work.callings import Calling, calling

KINDS = ("harvest", "receive", "deliveries", "pack", "ship", "sell", "withdraw")
_RECEIPTS = 3
_REMEMBERED = 12
_MOST = 100
_SOON = timedelta(days=7)
_LATELY = timedelta(days=60)


class Item(msgspec.Struct, frozen=True):
    """One line of what waits: how many, of what, where it is done."""

    count: int
    words: str
    link: str
    tone: str = ""
    pressing: str | None = None
    """What of it is late or due next, in words."""


class Again(msgspec.Struct, frozen=True):
    """A form that can be said once more with its amounts."""

    words: str
    told: str
    link: str


class Day(msgspec.Struct, frozen=True):
    """Everything on the start page of an organisation."""

    calling: Calling
    waits: list[Item]
    again: list[Again]
    receipts: list[Recorded]


def of(store: Store, principal: Principal, language: Language) -> Day:
    """The day of whoever asks; a fixed number of statements."""
    own, now = principal.organisation, datetime.now(UTC)
    with store.reading() as connection:
        members = daily.has_members(connection, own)
        sites = daily.sites(connection, own)
        offered, differing = daily.answers_wanted(connection, own, _MOST)
        cases = daily.last_cases(connection, own, to_microseconds(now - timedelta(days=365)))
    last = service.latest(store, own, *KINDS, limit=_REMEMBERED)
    dues = duties.todo(store, principal, now)
    pressing = Wanted(verdicts=(Verdict.HELD, Verdict.REFUSED, Verdict.QUESTIONED))
    uses = ledger.uses(store, principal.audience, pressing, limit=_MOST)
    returned = sum(state == CaseState.RETURNED for _, _, state in cases)
    waits = [
        *_recalls(store, principal, now, language),
        *_due(dues, now, language),
        _item("handovers-wait", offered, "/w/handovers#to-me", language, "gold"),
        _item("handovers-differ", differing, "/w/handovers#differing", language, "danger"),
        _item("returned", returned, "/w/registers", language, "danger"),
        *_uses([one for one in uses if one.recorded > now - _LATELY], own, language),
    ]
    return Day(
        calling(sites, members=members),
        [one for one in waits if one.count],
        [_again(one, language) for one in _repeated(last)],
        last[:_RECEIPTS],
    )


def _item(name: str, count: int, link: str, language: Language, tone: str = "") -> Item:
    return Item(count, text(f"faces.day-{name}", language), link, tone)


def _recalls(store: Store, by: Principal, now: datetime, language: Language) -> list[Item]:
    """Notices of recalls with something left to do, and questions of investigators."""
    notices, asked = waiting.own(store, by, now)
    return [
        Item(
            found.count,
            text(f"faces.day-{name}", language),
            "/w/recalls",
            "danger",
            pressing(found, now, language),
        )
        for name, found in (("recall-notices", notices), ("recall-requests", asked))
    ]


def _due(dues: Sequence[Due], now: datetime, language: Language) -> list[Item]:
    """Duties by their urgency, and lots that lack data."""
    today = now.astimezone(HANOI).date()
    late = today_ = soon = lacking = 0
    for one in dues:
        if one.due is None:
            lacking += 1
        elif one.due < now:
            late += 1
        elif one.due.astimezone(HANOI).date() == today:
            today_ += 1
        elif one.due < now + _SOON:
            soon += 1
    return [
        _item("late", late, "/w/todo", language, "danger"),
        _item("today", today_, "/w/todo", language, "gold"),
        _item("soon", soon, "/w/todo", language),
        _item("lacking", lacking, "/w/todo", language, "gold"),
    ]


def _uses(uses: Sequence[Drawn], own: int, language: Language) -> list[Item]:
    """Own uses that wait or were refused, and those that others made of own codes."""
    held = sum(one.state is State.WAITING and one.user == own for one in uses)
    refused = sum(one.verdict is Verdict.REFUSED and one.user == own for one in uses)
    others = sum(one.holder == own and one.user != own for one in uses)
    return [
        _item("use-held", held, "/w/authorisations", language, "gold"),
        _item("use-refused", refused, "/w/authorisations", language, "danger"),
        _item("use-others", others, "/w/authorisations", language, "danger"),
    ]


def _repeated(forms: Sequence[Recorded]) -> list[Recorded]:
    """The last form that can be said again: sheets before single harvests."""
    found = [one for kind in again.KINDS for one in forms if one.kind == kind]
    return found[:1]


def _again(one: Recorded, language: Language) -> Again:
    count, kilograms = again.total(one.entries)
    at = max(entry.at for entry in one.entries).astimezone(HANOI).date()
    told = text(
        f"faces.again-{one.kind}",
        language,
        day=day(at, language),
        count=count,
        amount=number(kilograms, language),
    )
    return Again(text(f"faces.again-{one.kind}-do", language), told, f"/w/{one.kind}?again=1")
