# SPDX-License-Identifier: Apache-2.0
"""What a package of evidence tells on the platform's word: cases, answers, who was shown what."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from nguon.base.audience import Audience
from nguon.disputes.model import Side
from nguon.disputes.reading import case_of, taken_of
from nguon.dossier.model import CaseStep, CaseTold, HandOverTold, Shown
from nguon.identity import access
from nguon.ladder.model import Facts
from nguon.store import Store
from nguon.store import disputes as rows

_MOST = 500
"""Records of access that are looked at, the latest."""


def cases(store: Store, facts: Iterable[Facts], asked: str = "") -> list[CaseTold]:
    """The cases that the facts name, and one that is asked for: what happened and when, not what
    anybody wrote.
    """
    numbers = sorted({case.number for one in facts for case in one.cases} | {asked} - {""})
    if not numbers:
        return []
    with store.reading() as connection:
        return [_case(connection, number) for number in numbers]


def hand_overs(facts: Sequence[Facts]) -> list[HandOverTold]:
    """The answers of other parties, as the facts have them."""
    return [
        HandOverTold(
            claim=one.claim.id,
            by=said.by,
            reference=said.reference,
            at=said.at,
            agreed=said.agreed,
            signed=said.signed,
        )
        for one in facts
        for said in one.confirmations
    ]


def shown(store: Store, key: str, audience: Audience) -> list[Shown]:
    """Who was shown this item's records of the reader's own organisation; nobody else learns."""
    if audience.organisation is None:
        return []
    found = access.page(store, [audience.organisation], limit=_MOST)
    return [
        Shown(
            reader=one.reader,
            kind=one.reader_kind,
            what=one.what,
            purpose=one.purpose,
            first=one.first,
            last=one.last,
            count=one.count,
        )
        for one in found
        if any(key == each or each.startswith(f"{key}/") for each in one.keys)
    ]


def _case(connection: Connection, number: str) -> CaseTold:
    row = rows.find(connection, number)
    assert row is not None
    found = case_of(row)
    steps = [taken_of(row) for row in rows.steps(connection, number)]
    return CaseTold(
        number=number,
        state=found.state.value,
        opened=found.opened or found.reported,
        outcome="" if found.outcome is None else found.outcome.value,
        steps=tuple(
            CaseStep(step=one.step.value, side=one.side.value, at=one.at)
            for one in steps
            if one.side is not Side.REPORTER
        ),
    )
