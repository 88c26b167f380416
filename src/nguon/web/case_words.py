# SPDX-License-Identifier: Apache-2.0
"""Disputes in words: what a passport says of them, and how a case is named and dated on pages."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from nguon.base.messages import Language, text
from nguon.disputes import queries, subjects
from nguon.disputes.model import Case, CaseSummary, Kind, Outcome, State, SubjectKind
from nguon.identity.model import Principal
from nguon.passport.model import Passport, Unknown, Verdict
from nguon.registry import queries as registry
from nguon.registry.model import Organisation
from nguon.store import Store
from nguon.web.formats import element_string

_TONES: Mapping[State, str] = {
    State.REPORTED: "gold",
    State.OPEN: "gold",
    State.ASKED: "gold",
    State.ANSWERED: "gold",
}


class Line(msgspec.Struct, frozen=True):
    """A case in a list."""

    link: str
    title: str
    about: str
    state: str
    tone: str
    due: datetime | None
    late: bool
    reports: int


class About(msgspec.Struct, frozen=True):
    """What the public is told of disputes about a thing: those under way, and those upheld."""

    under_way: tuple[CaseSummary, ...] = ()
    upheld: tuple[CaseSummary, ...] = ()


def about(store: Store, key: str, more: Iterable[str] = ()) -> About:
    """The disputes about a thing, its lot and its product."""
    keys = set[str]().union(*(subjects.keys_over(one) for one in (key, *more)))
    with store.reading() as connection:
        under_way = queries.open_about(connection, keys)
        upheld = queries.decided_about(connection, keys, outcomes=(Outcome.UPHELD,))
    return About(_once(under_way.values()), _once(upheld.values()))


def judged(found: Passport, told: About) -> Passport:
    """A passport whose band says what disputes make of it; the worst wins."""
    if found.verdict is not Verdict.RECORDED or not (told.under_way or told.upheld):
        return found
    worst = Verdict.CONTRADICTED if told.upheld else Verdict.DISPUTED
    return msgspec.structs.replace(found, verdict=worst)


def lots_of(found: Passport | Unknown) -> tuple[str, ...]:
    """The lot that a code names besides its serial number."""
    codes = {code.ai: code.value for code in found.codes}
    lot = f"01/{codes['01']}/10/{codes['10']}" if {"01", "10"} <= codes.keys() else ""
    return (lot,) if lot else ()


def lines(
    store: Store, by: Principal, cases: Collection[Case], language: Language, base: str
) -> list[Line]:
    """Cases as a list shows them; ``base`` is the address that each lies under."""
    parties = names(store, by, (one.party for one in cases))
    now = datetime.now(UTC)
    return [
        Line(
            link=f"{base}/{one.id}",
            title=text(f"disputes.kind-{one.kind}", language),
            about=title(one, parties, language),
            state=text(f"disputes.state-{one.state}", language),
            tone="danger" if one.late(now) else _TONES.get(one.state, ""),
            due=one.due,
            late=one.late(now),
            reports=one.reports,
        )
        for one in cases
    ]


def names(store: Store, by: Principal, numbers: Iterable[int | None]) -> dict[int, Organisation]:
    """The organisations behind these numbers, as the reader may see them."""
    return registry.organisations(store, by.audience, {one for one in numbers if one is not None})


def title(case: Case, parties: Mapping[int, Organisation], language: Language) -> str:
    """What a case is about, in one line."""
    party = parties.get(case.party or 0)
    name = party.name.in_language(language) if party else text("disputes.no-party", language)
    if case.subject_kind is SubjectKind.PARTY:
        return name
    if case.subject_kind is SubjectKind.CLAIM:
        claim = text("disputes.claim", language, digest=case.subject.partition(":")[2][:12])
        return f"{claim} · {name}"
    return f"{element_string(case.subject)} · {name}"


def shown(case: Case, parties: Mapping[int, Organisation], language: Language) -> dict[str, Any]:
    """What the pages of one case take besides the case."""
    return {
        "case": case,
        "title": title(case, parties, language),
        "late": case.late(datetime.now(UTC)),
        "passport": f"/p/{case.subject}" if case.subject_kind is SubjectKind.ITEM else "",
    }


def kinds(language: Language) -> list[tuple[str, str, str]]:
    """What can be said to be wrong, each with examples."""
    return [
        (
            kind.value,
            text(f"disputes.kind-{kind}", language),
            text(f"disputes.kind-{kind}-means", language),
        )
        for kind in Kind
    ]


def _once(found: Iterable[CaseSummary]) -> tuple[CaseSummary, ...]:
    return tuple({one.id: one for one in found}.values())
