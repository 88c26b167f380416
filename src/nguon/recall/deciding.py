# SPDX-License-Identifier: Apache-2.0
"""The decision: in one transaction every holder is told, every thing stopped, all of it logged.

Where anything fails nothing is decided. Who holds the goods is read once more just before: what
moved since the scope was settled is told where it is now.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from nguon.base.time import to_microseconds
from nguon.identity.model import Principal
from nguon.recall import (
    deadlines,
    moving,
    previewing,
    rules,
    scoping,
    settling,
    sides,
    spreading,
    telling,
    widening,
)
from nguon.recall.errors import RecallError, RecallMovedError
from nguon.recall.inputs import Decision
from nguon.recall.model import AWAITED, Manner, Recall, Site, State, Step
from nguon.recall.reading import site_of
from nguon.recall.widening import Turn, Wanted
from nguon.stoplist import service as stops
from nguon.store import Store
from nguon.store import recall_sites as site_rows
from nguon.store import recalls as rows


def decide(store: Store, by: Principal, number: str, decision: Decision, *, seen: int) -> Recall:
    """Have the goods recalled; of a recall that runs change manner, level, words or term.

    Raises:
        UnknownRecallError: no case that this principal may know of.
        RecallForbiddenError: not his to do, or weaker than what was decided.
        RecallError: no scope is settled; it is known in part only and the decision does not say
            ``partly``.
        RecallMovedError: somebody else was first; nothing is sent.
        RecallFaultsError: words that are missing, a day out of bounds.
    """
    now = datetime.now(UTC)
    with store.reading() as connection:
        case = sides.opened(connection, by, number)
        side = rules.check(case.recall, Step.DECIDE, case.acting)
        rules.check_decision(case.recall, decision, side, now)
        settled = widening.kept(connection, case.recall)
    if settled is None:
        raise RecallError("recall.no-scope")
    if case.recall.seen != seen:
        raise RecallMovedError("recall.moved")
    found = previewing.reckon(store, case.recall, settled[0])
    if found.scope.truncated and not decision.partly:
        raise RecallError("recall.scope-cut", things=len(found.scope.things))
    if decision.manner is Manner.VOLUNTARY and case.recall.maker is not None:
        things, holdings = found.scope.things, found.holdings
        scoping.check_own(store, case.recall.maker, things, holdings)
    wanted = settling.wanted(store, by, case, settled[0], found)
    with store.transaction() as connection:
        case = sides.opened(connection, by, number)
        side = rules.check(case.recall, Step.DECIDE, case.acting)
        turn = Turn(by, side, Step.DECIDE, now, seen)
        return _decided(store, connection, case.recall, decision, wanted, turn)


def _decided(
    store: Store,
    connection: Connection,
    recall: Recall,
    decision: Decision,
    wanted: Wanted,
    turn: Turn,
) -> Recall:
    running = recall.state is State.RUNNING
    plan = spreading.plan(connection, recall, wanted.found)
    changes = {**_said(recall, decision, turn), "scope": recall.scope + 1}
    changes |= widening.counts(recall, plan)
    moved = widening.taken(
        connection, recall, changes, wanted, turn, plan=plan, words=decision.words_vi.strip()
    )
    before = [row["key"] for row in rows.things(connection, recall.id) if row["released"] is None]
    changed: list[Site] = []
    if running:
        stops.lift(connection, spreading.source_of(recall.id), by=turn.actor)
        changed = _changed(connection, moved, {one.id for one, _ in plan.again})
    if before:
        spreading.stop(connection, moved, before, turn.actor)
    widening.carry(store, connection, moved, plan, wanted, turn, changed=changed)
    telling.decided(connection, moved, rows.makers(connection, recall.id))
    return moved


def _said(recall: Recall, decision: Decision, turn: Turn) -> dict[str, Any]:
    assert turn.by is not None
    terms = moving.terms(recall, decision.level)
    due = decision.due or deadlines.due("decide", terms, turn.now)
    return {
        "manner": decision.manner.value,
        "level": int(decision.level),
        "words_vi": decision.words_vi.strip(),
        "words_en": decision.words_en.strip(),
        "instructions": decision.instructions.strip() or None,
        "answer_by": moving.stamp(due),
        "due": moving.stamp(due),
        "decided": to_microseconds(recall.decided or turn.now),
        "decided_by": turn.actor,
        "decider": turn.by.organisation,
        "determined": to_microseconds(recall.determined or turn.now),
    }


def _changed(connection: Connection, recall: Recall, more: Collection[str]) -> list[Site]:
    """The sites that were told before and are told what changed, those awaited with the new term;
    not those that are told of ``more``.
    """
    awaited = site_rows.listed(connection, recall.id, states=sorted(AWAITED))
    values = {"due": moving.stamp(recall.answer_by), "reminded": 0, "escalated": None}
    site_rows.mark(connection, recall.id, [row["number"] for row in awaited], values)
    found = map(site_of, site_rows.listed(connection, recall.id))
    return [one for one in found if one.id not in more]
